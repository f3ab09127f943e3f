/** `tritsim map`: the best mapping of a projection or a phase on a machine, and why the others are not. */
import { Option, type Command } from 'commander';
import { TritsimError } from '../errors/error.ts';
import { MAP_OBJECTIVES, operationTrace, phaseTrace, type MapJob } from '../explore/mapper/job.ts';
import { searchMapping, type SearchOptions } from '../explore/mapper/search.ts';
import { loadMachine } from '../hardware/load.node.ts';
import { loadMachineDevice } from '../sim/dram/device-file.node.ts';
import { productTrace } from '../sim/product.ts';
import { openTraceFile } from '../trace/file.node.ts';
import { phasesOf } from '../trace/layout.ts';
import type { Phase } from '../trace/operation.ts';
import type { Trace } from '../trace/trace.ts';
import { mapJson, mapText } from './map-text.ts';
import { fractionNumber, positiveWholeNumber, wholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { addPriceFlags, tableOf, type PriceFlags } from './price-flags.ts';

interface MapFlags extends PriceFlags, SearchOptions {
  readonly hw: string;
  readonly op?: string;
  readonly trace?: string;
  readonly phase?: Phase;
  readonly zeros?: number;
  readonly top: number;
  readonly json?: boolean;
}

const HELP = `
--op is a product, M token rows × N outputs × K inputs, or with --trace the name of a projection; its inputs are on the chip and
its results stay there, as in tritsim gemm. --trace without --op maps a whole phase. The default mapping is simulated with
the best candidates and is the choice where none is better.

Examples:
  tritsim map --hw edge-int8 --op 64x2560x2560
  tritsim map --hw edge-ternary --trace traces/tritsim-25m.p64d16.safetensors --op layers.0.down_proj --phase prefill
  tritsim map --hw edge-ternary --trace traces/tritsim-25m.p64d16.safetensors --phase decode --objective edp --json`;

export function register(program: Command): void {
  const command = program
    .command('map')
    .description('search tiles, loop order and dataflow of an operation, or stages and tiles of a phase')
    .requiredOption('--hw <machine>', "name of a shipped machine ('tritsim hw list') or a .yaml file")
    .option('--op <MxNxK|name>', "a product, or the name of one of the trace's projections")
    .option('--trace <file>', 'trace, recorded or synthesized')
    .addOption(
      new Option('--phase <name>', "the trace's phase; absent where it has one").choices([
        'prefill',
        'decode',
      ]),
    )
    .addOption(
      new Option('--objective <what>', 'what is to be least').choices(MAP_OBJECTIVES).default('time'),
    )
    .option('--zeros <fraction>', "fraction of a product's weights that are zero", fractionNumber)
    .option('--budget <count>', 'candidates estimated at most', positiveWholeNumber, 400)
    .option('--refine <count>', 'best candidates simulated beside the default', wholeNumber, 4)
    .option('--top <count>', 'candidates shown', positiveWholeNumber, 8)
    .option('--json', 'print the result as JSON and nothing else')
    .addHelpText('after', HELP);
  addPriceFlags(command).action(run);
}

async function run(flags: MapFlags): Promise<void> {
  const machine = await loadMachine(flags.hw);
  const device = loadMachineDevice(machine.dram);
  const prices = await tableOf(machine.technology.prices, flags);
  const file = flags.trace === undefined ? undefined : await openTraceFile(flags.trace);
  try {
    const { trace, phase } = file === undefined ? productOf(flags) : partOf(file, flags);
    const job: MapJob = { trace, phase, machine, device, prices };
    const result = await searchMapping(job, flags);
    const output = createOutput();
    if (flags.json === true) output.json(mapJson(job, result, flags.top));
    else output.result(mapText(job, result, flags.top));
  } finally {
    await file?.close();
  }
}

function partOf(trace: Trace, { op, phase, zeros }: MapFlags): { trace: Trace; phase: Phase } {
  if (zeros !== undefined) {
    throw new TritsimError('MAP_OPERATION', '--zeros is of a product; a trace states its own', {
      place: 'tritsim map',
    });
  }
  const phases = phasesOf(trace.manifest).map(([name]) => name);
  const [only, ...others] = phases;
  const chosen = phase ?? (others.length === 0 ? only : undefined);
  if (chosen === undefined) {
    throw new TritsimError('MAP_PHASE', 'the trace has several phases: one has to be named', {
      place: trace.name,
      allowed: phases.map((name) => `--phase ${name}`),
    });
  }
  return {
    trace: op === undefined ? phaseTrace(trace, chosen) : operationTrace(trace, chosen, op),
    phase: chosen,
  };
}

function productOf({ op, phase, zeros }: MapFlags): { trace: Trace; phase: Phase } {
  const [, m, n, k] = /^(\d+)[x×](\d+)[x×](\d+)$/i.exec(op ?? '') ?? [];
  const sizes = [m, n, k].map(Number);
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw notAProduct(
      'without --trace, --op is a product of three whole numbers',
      op === undefined ? 'no --op' : `'${op}'`,
    );
  }
  if (phase !== undefined)
    throw notAProduct('a product has no phase; with --trace an operation has', `--phase ${phase}`);
  const [rows, outputs, inputs] = sizes as [number, number, number];
  const product = { m: rows, n: outputs, k: inputs, ...(zeros !== undefined && { zeroFraction: zeros }) };
  return { trace: productTrace(product), phase: 'prefill' };
}

function notAProduct(sentence: string, found: string): TritsimError {
  return new TritsimError('MAP_OPERATION', sentence, {
    place: 'tritsim map',
    found,
    allowed: ['--op MxNxK, token rows × outputs × inputs, such as 64x2560x2560'],
  });
}
