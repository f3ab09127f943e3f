/** `tritsim reproduce`: what the BitNet papers report, ours beside it, and the same on whole machines. */
import { availableParallelism } from 'node:os';
import { Option, type Command } from 'commander';
import { reproduceFile } from '../analysis/published/evaluate.ts';
import { loadBasis, loadPublished, loadWholeMachine, SWEEP } from '../analysis/published/load.node.ts';
import type { PublishedFile } from '../analysis/published/published-file.ts';
import { selectRows, totalsOf, type Reproduction } from '../analysis/published/reproduce.ts';
import { halfPrecisionShapes, secondFigures, simulatedShapes } from '../analysis/published/second-figures.ts';
import { shippedRatios } from '../analysis/published/ratio-threads.node.ts';
import {
  baselineEnergy,
  type WholeMachineOptions,
  type WholeMachineRow,
} from '../analysis/published/whole-machine.ts';
import { TritsimError } from '../errors/error.ts';
import { FIDELITIES, type Fidelity } from '../sim/result.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { createProgress } from './progress.ts';
import { reproductionLines } from './reproduce-table.ts';

interface ReproduceFlags {
  readonly simulation: boolean;
  readonly fidelity: Fidelity;
  readonly jobs: number;
  readonly json?: boolean;
}

/** What the papers' passes are, and what they say nothing of: decoding, and sequences that run together. */
const PASSES = {
  matches: ['peak', 'area'],
  phases: ['prefill', 'decode'],
  batches: [1, 16],
  context: 512,
} as const satisfies Omit<WholeMachineOptions, 'fidelity'>;

const EXAMPLES = `
Examples:
  tritsim reproduce
  tritsim reproduce --no-simulation
  tritsim reproduce b158-figure3 2b4t-table1-energy
  tritsim reproduce --json > published.json`;

export function register(program: Command): void {
  program
    .command('reproduce')
    .description(
      'rebuild the published BitNet figures; exit status 1 unless all that gate are inside tolerance',
    )
    .argument('[id...]', 'rows to rebuild, by id or by how it begins; all where none is given')
    .option('--no-simulation', 'leave out the whole machines beside the energies')
    .addOption(
      new Option('--fidelity <how>', 'how whole machines are simulated; cycle is far slower')
        .choices(FIDELITIES)
        .default('analytic'),
    )
    .option('--jobs <count>', 'worker threads', positiveWholeNumber, availableParallelism())
    .option('--json', 'print the rows, the whole machines and the totals as JSON')
    .addHelpText('after', EXAMPLES)
    .action(reproduce);
}

async function reproduce(ids: readonly string[], flags: ReproduceFlags): Promise<void> {
  const output = createOutput();
  const files = selectRows(await loadPublished(), ids);
  const basis = await loadBasis(files);
  const rows = files.flatMap((file) => reproduceFile(file, basis));
  const whole = flags.simulation ? await simulateBeside(files, flags) : null;
  const second = whole === null ? null : secondFigures(files, whole.ratios, whole.alone);
  const result: Reproduction = {
    schema: 'tritsim.reproduce/1',
    rows: rows.map((row) => {
      const figures = second?.get(row.id);
      return figures === undefined ? row : { ...row, whole_machine: figures };
    }),
    whole_machine: whole?.ratios ?? null,
    totals: totalsOf(rows),
  };
  if (flags.json === true) output.json(result);
  else output.result(reproductionLines(result).join('\n'));
  if (result.totals.outside > 0) {
    const failed = rows.filter((row) => row.gating && row.pass !== true).map(({ id }) => id);
    throw new TritsimError('REPRODUCE_OUTSIDE', 'values that gate are outside their tolerance', {
      found: failed.join(', '),
    });
  }
}

/** Ratios of the sweep's shapes among the rows, and joules of those that exist in half precision only. */
async function simulateBeside(
  files: readonly PublishedFile[],
  { fidelity, jobs }: ReproduceFlags,
): Promise<{ ratios: WholeMachineRow[]; alone: Map<string, number> }> {
  const progress = createProgress();
  try {
    const shapes = simulatedShapes(files);
    const sweep: readonly string[] = SWEEP.filter((name) => shapes.includes(name));
    const onProgress = (done: number, total: number): void => progress.update('whole machines', done, total);
    const ratios = await shippedRatios(sweep, { ...PASSES, fidelity, onProgress }, jobs);
    const alone = new Map<string, number>();
    const { models, ...setup } = await loadWholeMachine(halfPrecisionShapes(files));
    const size = { phase: 'prefill', batch: 1, context: PASSES.context } as const;
    for (const model of models) {
      alone.set(model.name, await baselineEnergy(model, setup, size, fidelity));
    }
    return { ratios, alone };
  } finally {
    progress.finish();
  }
}
