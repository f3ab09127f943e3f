/**
 * Makes what figures are drawn from, each kind once and only when a figure asks for it. Runs that were not given are simulated command by
 * command on the shipped trace; sweeps are estimated in closed form, and their captions say so.
 */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareRuns } from '../analysis/compare.ts';
import { matchBaseline } from '../analysis/match.ts';
import { measure, measureWhole, type Bench } from '../analysis/measure.ts';
import { loadBasis, loadPublished, loadWholeMachine, SWEEP } from '../analysis/published/load.node.ts';
import { shippedRatios } from '../analysis/published/ratio-threads.node.ts';
import type { MachineRun, Run } from '../analysis/run.ts';
import { areaRows } from '../analysis/sweeps/areas.ts';
import { arrayKindRows } from '../analysis/sweeps/array-kinds.ts';
import { contextRows } from '../analysis/sweeps/context.ts';
import { arrayDesigns } from '../analysis/sweeps/designs.ts';
import { dramWindows } from '../analysis/sweeps/dram-windows.ts';
import { modelSizeRows } from '../analysis/sweeps/model-size.ts';
import { publishedRatios } from '../analysis/sweeps/published-ratios.ts';
import { peakBandwidth, rooflineRows } from '../analysis/sweeps/roofline.ts';
import { shapesOf } from '../analysis/sweeps/shape-trace.ts';
import { TritsimError } from '../errors/error.ts';
import { loadPrices } from '../energy/load.node.ts';
import { listMachines, loadMachine } from '../hardware/load.node.ts';
import type { Machine } from '../hardware/machine.ts';
import type { FigureData, FigureNeed } from '../report/figures/registry.ts';
import { labelledMachines } from '../report/labels.ts';
import { loadMachineDevice } from '../sim/dram/device-file.node.ts';
import { openTraceFile, type TraceHandle } from '../trace/file.node.ts';
import { inspectTrace } from '../trace/inspect.ts';
import { loadPublishedModel } from '../trace/published.node.ts';
import { programHash } from './program-hash.ts';

/** The same from `src/cli` and from `dist/cli`. */
const SHIPPED_TRACE = fileURLToPath(new URL('../../traces/tritsim-25m.p64d16.safetensors', import.meta.url));

const MACHINE = 'edge-ternary';
const BASELINE = 'edge-fp16';
/** Beside the two, simulated alone. */
const OTHERS = ['edge-int8'];
const KINDS = [
  'edge-ternary',
  'edge-zero-skip',
  'edge-lut',
  'edge-bit-serial',
  'edge-int4',
  'edge-int8',
  'edge-fp16',
];

/** Shapes of the papers' figure: one family, so that lines over them are smooth. */
const SIZES = SWEEP.filter((name) => name.startsWith('gpt-'));
/** The papers' prompt and a token after it; alone and in a batch. */
const SIZE_PASSES = {
  matches: ['peak'],
  phases: ['prefill', 'decode'],
  batches: [1, 16],
  context: 512,
} as const;
const CONTEXT_MODEL = 'bitnet-b1.58-2b4t';
const CONTEXTS = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
const CACHES = ['bf16', 'int8', 'int4'] as const;
const DESIGN_KINDS = ['edge-ternary', 'edge-zero-skip', 'edge-int8', 'edge-fp16'];
const DESIGN_FACTORS = [0.125, 0.25, 0.5, 1, 2, 4];
const DRAM_WINDOWS = 100;

export type OnProgress = (what: string, done: number, total: number) => void;

type Made = { [N in FigureNeed]?: Promise<FigureData[N]> };

export class FigureSources {
  readonly #given: readonly Run[];
  readonly #onProgress: OnProgress;
  readonly #made: Made = {};
  #trace: Promise<TraceHandle> | undefined;

  /** @param given runs to draw instead of those that are simulated here */
  constructor(given: readonly Run[], onProgress: OnProgress) {
    this.#given = given;
    this.#onProgress = onProgress;
  }

  /** The data of that name; made at the first call. */
  readonly source = <N extends FigureNeed>(need: N): Promise<FigureData[N]> => {
    const makers: { [M in FigureNeed]: () => Promise<FigureData[M]> } = {
      runs: () => this.#runs(),
      roofline: () => this.#roofline(),
      ratios: () => this.#ratioData(),
      modelSize: async () =>
        modelSizeRows(await loadWholeMachine(SIZES), {
          phases: SIZE_PASSES.phases,
          context: SIZE_PASSES.context,
          onProgress: (done, total) => this.#onProgress('models of all sizes', done, total),
        }),
      context: async () =>
        contextRows(await loadPublishedModel(CONTEXT_MODEL), await benchOf(MACHINE), CONTEXTS, CACHES),
      designs: async () =>
        arrayDesigns(
          await this.#shipped(),
          basename(SHIPPED_TRACE),
          await Promise.all(DESIGN_KINDS.map(benchOf)),
          DESIGN_FACTORS,
        ),
      sparsity: async () => ({
        trace: basename(SHIPPED_TRACE),
        rows: await inspectTrace(await this.#shipped()),
      }),
      dramTime: () => this.#dramTime(),
      areas: async () => (await Promise.all(KINDS.map(benchOf))).flatMap(areaRows),
      arrayKinds: () => this.#arrayKinds(),
    };
    const made = this.#made as { [M in N]?: Promise<FigureData[M]> };
    return (made[need] ??= makers[need]());
  };

  async close(): Promise<void> {
    await (await this.#trace)?.close();
  }

  #shipped(): Promise<TraceHandle> {
    return (this.#trace ??= openTraceFile(SHIPPED_TRACE));
  }

  async #runs(): Promise<readonly Run[]> {
    if (this.#given.length > 0) return this.#given;
    const runs = [await this.#simulate(MACHINE, BASELINE)];
    for (const name of OTHERS) runs.push(await this.#simulate(name));
    return runs;
  }

  async #simulate(name: string, baseline?: string): Promise<Run> {
    const trace = await this.#shipped();
    const bench = await benchOf(name);
    const run = (own: Bench) =>
      measureWhole(trace, own, {
        onProgress: (done, total) => this.#onProgress(`simulating ${own.machine.name}`, done, total),
      });
    const ours = await run(bench);
    const theirs = baseline === undefined ? undefined : await run(await matched(bench.machine, baseline));
    return {
      schema: 'tritsim.run/1',
      program: await programHash(),
      trace: { name: basename(SHIPPED_TRACE), hash: trace.hash },
      prices: { table: bench.prices.name, hash: bench.prices.hash, node_nm: bench.prices.nodeNm },
      ...ours.run,
      ...(theirs && { baseline: theirs.run, comparison: compareRuns(ours, theirs, 'peak') }),
    };
  }

  /** The machines of the runs as they were simulated, which a run names but does not hold. */
  async #roofline(): Promise<FigureData['roofline']> {
    const runs = await this.source('runs');
    const rows = labelledMachines(runs).map(async ({ role, label, of, run: own }) => {
      const found = rooflineRows(own, await benchBehind(of, role, own));
      return found.map((row) => ({ ...row, machine: label }));
    });
    return (await Promise.all(rows)).flat();
  }

  async #ratioData(): Promise<FigureData['ratios']> {
    const files = await loadPublished();
    const rows = await shippedRatios(
      SIZES,
      {
        ...SIZE_PASSES,
        fidelity: 'analytic',
        onProgress: (done, total) => this.#onProgress('ratios of models of all sizes', done, total),
      },
      availableParallelism(),
    );
    return { rows, published: publishedRatios(files, await loadBasis(files)) };
  }

  /** The shapes of the shipped trace's prompt and its first decoded token: on this machine values change no time. */
  async #dramTime(): Promise<FigureData['dramTime']> {
    const bench = await benchOf(MACHINE);
    const shapes = await shapesOf((await this.#shipped()).manifest, 1);
    return {
      trace: basename(SHIPPED_TRACE),
      decodeSteps: 1,
      peak_B_per_s: peakBandwidth(bench),
      windows: await dramWindows(shapes, bench, DRAM_WINDOWS),
    };
  }

  async #arrayKinds(): Promise<FigureData['arrayKinds']> {
    const trace = await this.#shipped();
    const runs: MachineRun[] = [];
    for (const name of KINDS) {
      this.#onProgress('kinds of arrays', runs.length, KINDS.length);
      runs.push(await measure(trace, await benchOf(name), { fidelity: 'analytic' }));
    }
    return arrayKindRows(runs);
  }
}

async function benchOf(name: string): Promise<Bench> {
  return benchFrom(await loadMachine(name));
}

async function benchFrom(machine: Machine): Promise<Bench> {
  return {
    machine,
    device: loadMachineDevice(machine.dram),
    prices: await loadPrices(machine.technology.prices),
  };
}

async function matched(machine: Machine, baseline: string): Promise<Bench> {
  return benchFrom(matchBaseline(machine, await loadMachine(baseline), 'peak'));
}

/** The shipped machine that a run was made on, held against its machine where it is a baseline. */
async function benchBehind(run: Run, role: 'machine' | 'baseline', { machine }: MachineRun): Promise<Bench> {
  const names = await listMachines();
  if (names.includes(machine.name)) {
    const shipped = await benchOf(machine.name);
    if (shipped.machine.hash === machine.hash) return shipped;
    if (role === 'baseline' && names.includes(run.machine.name) && run.comparison !== undefined) {
      const ours = await benchOf(run.machine.name);
      const tables = { machine: ours.prices, baseline: shipped.prices };
      const held = matchBaseline(ours.machine, shipped.machine, run.comparison.match, tables);
      if (held.hash === machine.hash) return benchFrom(held);
    }
  }
  throw new TritsimError(
    'FIGURE_MACHINE',
    'a roofline needs the machines of the run, and this one is not shipped',
    {
      found: `${machine.name}, hash ${machine.hash}`,
      allowed: names,
      hint: 'Leave the roofline out, or draw it without --run.',
    },
  );
}
