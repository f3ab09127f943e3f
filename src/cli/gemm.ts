/** `tritsim gemm`: one matrix product, or a list of layers, on a machine's array or through the whole machine. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { TritsimError } from '../errors/error.ts';
import { loadMachine } from '../hardware/load.node.ts';
import type { ArrayConfig, Machine, SystolicDataflow } from '../hardware/machine.ts';
import { machineHash } from '../hardware/resolve.ts';
import { arrayShape, costDependsOn, withShape, type ArrayShape } from '../mapping/array-shape.ts';
import { parseTopology, type TopologyLayer } from '../mapping/topology.ts';
import { renderTable } from '../report/table.ts';
import { loadMachineDevice } from '../sim/dram/device-file.node.ts';
import { idealProduct, simulateProduct, type ProductResult } from '../sim/product.ts';
import { fractionNumber, positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';

const DATAFLOWS = { ws: 'weight-stationary', os: 'output-stationary', is: 'input-stationary' } as const;

interface GemmFlags {
  readonly hw: string;
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly zeros?: number;
  readonly topology?: string;
  readonly array?: ArrayShape;
  readonly dataflow?: keyof typeof DATAFLOWS;
  readonly preload?: 'serial' | 'overlapped';
  readonly idealMemory?: boolean;
  readonly json?: boolean;
}

const HELP = `
Cycles run from the first valid operand to the last valid result. With --ideal-memory the folds of a systolic array
follow one another (--preload serial), as SCALE-Sim counts them; without it the machine's own preload counts.
With --zeros, trits are modelled: drawn independently, seeded. Through the machine, weights come from DRAM; activations are on the chip and results stay there.

Examples:
  tritsim gemm --hw edge-int8 --m 64 --n 2560 --k 2560
  tritsim gemm --hw edge-int8 --m 1 --n 2560 --k 2560 --array 32x32 --dataflow ws --ideal-memory --json
  tritsim gemm --hw edge-ternary --topology layers.csv`;

export function register(program: Command): void {
  program
    .command('gemm')
    .description('cycles of one matrix product, M × K times K × N, or of each layer of a list')
    .requiredOption('--hw <machine>', "name of a shipped machine ('tritsim hw list') or a .yaml file")
    .option('--m <count>', 'token rows', positiveWholeNumber)
    .option('--n <count>', 'outputs', positiveWholeNumber)
    .option('--k <count>', 'inputs of each output', positiveWholeNumber)
    .option(
      '--zeros <fraction>',
      'fraction of the weights that are zero, for what depends on it',
      fractionNumber,
    )
    .addOption(
      new Option('--topology <file>', "layers from SCALE-Sim's GEMM or convolution CSV").conflicts([
        'm',
        'n',
        'k',
      ]),
    )
    .option('--array <RxC>', 'another shape of the array: inputs × outputs of a beat', arrayOption)
    .addOption(new Option('--dataflow <which>', 'what stays in the array').choices(Object.keys(DATAFLOWS)))
    .addOption(
      new Option('--preload <how>', 'whether folds of a systolic array overlap').choices([
        'serial',
        'overlapped',
      ]),
    )
    .option('--ideal-memory', 'only the array: every operand is there when it is wanted')
    .option('--json', 'print JSON and nothing else: an object for one product, a list for a topology')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(flags: GemmFlags): Promise<void> {
  const machine = shaped(await loadMachine(flags.hw), flags);
  const layers = layersOf(flags);
  const rows: Record<string, string | number>[] = [];
  for (const layer of layers) rows.push(rowOf(machine, layer, await measure(machine, layer, flags)));
  const output = createOutput();
  if (flags.json === true) {
    output.json(flags.topology === undefined ? rows[0] : rows);
    return;
  }
  const names = ['layer', 'm', 'n', 'k', 'cycles', 'compute_cycles', 'readout_cycles', 'stall_cycles'];
  const shares = ['utilisation', 'dense_equivalent'];
  const table = rows.map((row) => [
    ...names.map((name) => String(row[name])),
    ...shares.map((name) => `${(100 * Number(row[name])).toFixed(2)} %`),
  ]);
  output.result(
    renderTable(
      [[...names, ...shares], ...table],
      ['left', ...names.map(() => 'right' as const), 'right'],
    ).join('\n'),
  );
}

function layersOf({ m, n, k, topology }: GemmFlags): TopologyLayer[] {
  if (topology !== undefined) return parseTopology(readTopology(topology), basename(topology));
  if (m === undefined || n === undefined || k === undefined) {
    throw new TritsimError('GEMM_SIZE', 'a product needs --m, --n and --k, or --topology', {
      place: 'tritsim gemm',
    });
  }
  return [{ name: 'product', m, n, k, times: 1 }];
}

function readTopology(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TritsimError('TOPOLOGY_READ', 'the layer list cannot be read', { place: file, cause: error });
  }
}

async function measure(machine: Machine, layer: TopologyLayer, flags: GemmFlags): Promise<ProductResult> {
  const product = { ...layer, ...(flags.zeros !== undefined && { zeroFraction: flags.zeros }) };
  return flags.idealMemory === true
    ? idealProduct(machine, product)
    : simulateProduct(machine, loadMachineDevice(machine.dram), product);
}

/** A layer of several equal products runs them one after the other. */
function rowOf(
  machine: Machine,
  { name, m, n, k, times }: TopologyLayer,
  result: ProductResult,
): Record<string, string | number> {
  return {
    layer: name,
    m,
    n,
    k,
    times,
    machine: machine.name,
    hash: machine.hash,
    ...describe(machine.array),
    ...(costDependsOn(machine.array) !== 'size' && { values: 'modelled' }),
    cycles: times * result.cycles,
    compute_cycles: times * result.computeCycles,
    readout_cycles: times * result.readoutCycles,
    stall_cycles: times * result.stallCycles,
    utilisation: result.utilisation,
    dense_equivalent: result.denseEquivalent,
    dram_read_bytes: times * result.dramReadBytes,
    dram_write_bytes: times * result.dramWriteBytes,
  };
}

function describe(array: ArrayConfig): Record<string, string> {
  const { inputs, outputs } = arrayShape(array);
  return {
    kind: array.kind,
    array: `${inputs}x${outputs}`,
    ...('dataflow' in array && { dataflow: array.dataflow }),
    ...('preload' in array && { preload: array.preload }),
  };
}

/** The machine with what the options change of its array. */
function shaped(machine: Machine, flags: GemmFlags): Machine {
  let { array } = machine;
  if (flags.array !== undefined) array = withShape(array, flags.array);
  if (flags.dataflow !== undefined) array = withDataflow(array, DATAFLOWS[flags.dataflow]);
  const preload = flags.preload ?? (flags.idealMemory === true ? 'serial' : undefined);
  if ('preload' in array && preload !== undefined) array = { ...array, preload };
  else if (flags.preload !== undefined) throw notOf(array, '--preload');
  const { name, description, hash: _hash, sources, ...physical } = { ...machine, array };
  return { name, description, hash: machineHash(physical), ...physical, sources };
}

function withDataflow(array: ArrayConfig, dataflow: SystolicDataflow): ArrayConfig {
  if (!('dataflow' in array)) throw notOf(array, '--dataflow');
  if ('preload' in array) return { ...array, dataflow };
  if (dataflow === 'input-stationary') throw notOf(array, '--dataflow is');
  return { ...array, dataflow };
}

function notOf(array: ArrayConfig, option: string): TritsimError {
  return new TritsimError('GEMM_ARRAY', `an array of kind ${array.kind} has no such choice`, {
    place: option,
  });
}

function arrayOption(text: string): ArrayShape {
  const [, down, across] = /^(\d+)[x×](\d+)$/i.exec(text) ?? [];
  if (down === undefined || Number(down) === 0 || Number(across) === 0) {
    throw new InvalidArgumentError('It must be two whole numbers, such as 32x32.');
  }
  return { inputs: Number(down), outputs: Number(across) };
}
