/** What the published figures are rebuilt from, on disk: rows, shapes, price tables, the GPU, the machines. */
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadPrices } from '../../energy/load.node.ts';
import { loadMachine } from '../../hardware/load.node.ts';
import { loadMachineDevice } from '../../sim/dram/device-file.node.ts';
import { loadPublishedModel } from '../../trace/published.node.ts';
import { TritsimError } from '../../errors/error.ts';
import { modelsNamed, type Basis } from './basis.ts';
import { parsePublished, type PublishedFile } from './published-file.ts';
import { parseRoofline } from './roofline-file.ts';
import type { WholeMachineSetup } from './whole-machine.ts';

/** The same from `src/analysis/published` and from `dist/analysis/published`. */
const ROOT = new URL('../../../', import.meta.url);
const FOLDER = new URL('reports/published/', ROOT);
const GPU = new URL('hw-configs/gpus/a100-80gb.yaml', ROOT);
/** Errors of ratios whose sequences were extrapolated: bench/extrapolation.ts writes them. */
const EXTRAPOLATION = new URL('extrapolation.csv', FOLDER);
const TABLES = ['jouppi-7nm', 'horowitz-45nm'];

/** Shapes of the size sweep: those of the papers' energy figures, and the released model. */
export const SWEEP = [
  'gpt-1.3b',
  'gpt-2.7b',
  'gpt-6.7b',
  'gpt-13b',
  'gpt-30b',
  'gpt-70b',
  'bitnet-b1.58-2b4t',
] as const;
const MACHINE = 'edge-ternary';
const BASELINES = ['edge-fp16', 'edge-int8', 'edge-int4'];

/** The published rows, paper by paper in the order of their files' names. @throws PUBLISHED_… as `parsePublished` */
export async function loadPublished(): Promise<PublishedFile[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).toSorted();
  return Promise.all(
    names.map(async (name) => parsePublished(await readFile(new URL(name, FOLDER), 'utf8'), name)),
  );
}

/** Shapes, prices and GPU that the rows of `files` ask for. */
export async function loadBasis(files: readonly PublishedFile[]): Promise<Basis> {
  const models = await Promise.all(modelsNamed(files).map(loadPublishedModel));
  const tables = await Promise.all(TABLES.map((name) => loadPrices(name)));
  return {
    shapes: new Map(models.map(({ name, shape }) => [name, shape])),
    prices: new Map(tables.map((table) => [table.nodeNm, table])),
    gpu: parseRoofline(await readFile(GPU, 'utf8'), fileURLToPath(GPU)),
  };
}

/** The shipped ternary machine and its baselines, for `wholeMachineRatios` on `models`. */
export async function loadWholeMachine(models: readonly string[] = SWEEP): Promise<WholeMachineSetup> {
  const machine = await loadMachine(MACHINE);
  return {
    models: await Promise.all(models.map(loadPublishedModel)),
    machine,
    baselines: await Promise.all(BASELINES.map(loadMachine)),
    deviceOf: loadMachineDevice,
    prices: await loadPrices(machine.technology.prices),
    extrapolationError: largestError(await readFile(EXTRAPOLATION, 'utf8')),
  };
}

/** The largest of the last column, `error`, whatever its sign. @throws PUBLISHED_EXTRAPOLATION */
function largestError(csv: string): number {
  const [head, ...lines] = csv.trimEnd().split('\n');
  const errors = lines.map((line) => Math.abs(Number(line.split(',').at(-1))));
  if (head?.endsWith(',error') === true && errors.length > 0 && errors.every(Number.isFinite)) {
    return Math.max(...errors);
  }
  throw new TritsimError('PUBLISHED_EXTRAPOLATION', 'the measured errors of extrapolation cannot be read', {
    place: fileURLToPath(EXTRAPOLATION),
    found: head ?? 'nothing',
    allowed: ['rows whose last column is error, a number'],
    hint: 'npx tsx bench/extrapolation.ts --write makes the file.',
  });
}
