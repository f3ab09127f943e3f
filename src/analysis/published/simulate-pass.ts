/**
 * A phase of a published model on a machine with the DRAM that it needs for it. Seconds, joules.
 *
 * One layer and two are run, each with embedding and head, and what the second adds stands for each of the others. A prefill
 * of many sequences is extrapolated from one and two in the same way.
 *
 *     X(n) = X(1) + (n − 1)·(X(2) − X(1))
 *
 * Layers and sequences are alike, so counts are linear in them; time, and with it standby, refresh and leakage, nearly.
 * docs/published.md has the error against whole runs.
 *
 * NOT MODELLED: what differs from layer to layer; 2B4T's zeros do, and matter to machines that skip zeros only.
 */
import type { Charge } from '../../energy/charges.ts';
import { priceSimulation } from '../../energy/report.ts';
import type { PriceTable } from '../../energy/table.ts';
import type { Machine, MachineDram } from '../../hardware/machine.ts';
import { planTrace } from '../../mapping/plan.ts';
import { projectionName, projectionsOf } from '../../model/shape.ts';
import { channelBytes, type DramDevice } from '../../sim/dram/device.ts';
import type { Fidelity } from '../../sim/result.ts';
import { simulate } from '../../sim/simulate.ts';
import type { Phase } from '../../trace/operation.ts';
import type { PublishedModel } from '../../trace/published.ts';
import { synthesize } from '../../trace/synthesize.ts';
import { rehashed } from '../rehash.ts';
import { shapeTrace, TOOL } from '../sweeps/shape-trace.ts';

/** What a phase of one length and batch is made of. */
export interface PassSize {
  readonly phase: Phase;
  /** Prompt of a prefill; cache before the one decoded token. */
  readonly context: number;
  readonly batch: number;
}

/** Time and energy of a phase. */
export interface SimulatedPass {
  readonly timeS: number;
  readonly energyJ: number;
  /** Ranks on each DRAM channel. */
  readonly ranks: number;
  /** What the energy is made of, for bands of ratios. */
  readonly charges: readonly Charge[];
}

/** What there may be too much of to run it all. */
export type Extrapolated = 'layers' | 'sequences';

/** What a machine is simulated with, apart from itself. */
export interface PassContext {
  readonly deviceOf: (dram: MachineDram) => DramDevice;
  readonly prices: PriceTable;
  readonly fidelity: Fidelity;
}

const SECONDS_PER_PS = 1e-12;
/** Layers, and sequences of a prefill, from which others are extrapolated. */
const FIRST = 2;

/** Simulates a model's passes on machines; a pass that was simulated before is looked up. */
export class PassSimulator {
  readonly #model: PublishedModel;
  readonly #context: PassContext;
  readonly #known = new Map<string, Promise<SimulatedPass>>();

  constructor(model: PublishedModel, context: PassContext) {
    this.#model = model;
    this.#context = context;
  }

  /**
   * All layers and sequences of a pass on the machine with `ranks`; without them, as many as it needs for it (`ranksFor`).
   * @throws what `simulate` throws
   */
  async extrapolate(machine: Machine, size: PassSize, ranks?: number): Promise<SimulatedPass> {
    const on = withRanks(machine, ranks ?? ranksFor(this.#model, [machine], [size], this.#context.deviceOf));
    const parts = extrapolatedParts(this.#model, size);
    const { layers } = this.#model.shape;
    const run = async (batch: number): Promise<SimulatedPass> => {
      const own = { ...size, batch };
      if (!parts.includes('layers')) return this.simulate(on, own);
      const one = await this.simulate(on, own, 1);
      return along(one, await this.simulate(on, own, FIRST), layers);
    };
    if (!parts.includes('sequences')) return run(size.batch);
    const one = await run(1);
    return along(one, await run(FIRST), size.batch);
  }

  /** Every layer and sequence, or the first `layers` only, on the machine as it is. @throws what `simulate` throws */
  simulate(machine: Machine, size: PassSize, layers = this.#model.shape.layers): Promise<SimulatedPass> {
    const { phase, context, batch } = size;
    const key = `${machine.hash} ${phase} ${context} ${batch} ${layers}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const pass = simulatePass(firstLayers(this.#model, layers), machine, size, this.#context);
    this.#known.set(key, pass);
    return pass;
  }
}

/** What `extrapolate` does not run all of. */
export function extrapolatedParts(
  { shape }: PublishedModel,
  { phase, batch }: Pick<PassSize, 'phase' | 'batch'>,
): Extrapolated[] {
  const parts: Extrapolated[] = [];
  if (shape.layers > FIRST) parts.push('layers');
  if (phase === 'prefill' && batch > FIRST) parts.push('sequences');
  return parts;
}

function withRanks(machine: Machine, ranks: number): Machine {
  return rehashed({ ...machine, dram: { ...machine.dram, ranks } });
}

async function simulatePass(
  model: PublishedModel,
  machine: Machine,
  size: PassSize,
  { deviceOf, prices, fidelity }: PassContext,
): Promise<SimulatedPass> {
  const device = deviceOf(machine.dram);
  const trace = await shapeTrace(model, size);
  const result = await simulate(trace, machine, device, { fidelity });
  const { energyJ, charges } = priceSimulation(result, machine, device, prices).phases[0]!;
  const { ranks } = machine.dram;
  return { timeS: result.phases[0]!.timePs * SECONDS_PER_PS, energyJ, ranks, charges };
}

/** What `count` of something make, where one makes `one` and two make `two`. */
function along(one: SimulatedPass, two: SimulatedPass, count: number): SimulatedPass {
  const linear = (a: number, b: number): number => a + (count - 1) * (b - a);
  const first = new Map(one.charges.map((charge) => [keyOf(charge), charge.count]));
  return {
    timeS: linear(one.timeS, two.timeS),
    energyJ: linear(one.energyJ, two.energyJ),
    ranks: two.ranks,
    charges: two.charges.map((charge) => ({
      ...charge,
      count: linear(first.get(keyOf(charge)) ?? 0, charge.count),
    })),
  };
}

function keyOf({ component, action }: Charge): string {
  return `${component} ${action}`;
}

/** The model cut off after `layers`; embedding and head stay. */
export function firstLayers(model: PublishedModel, layers: number): PublishedModel {
  const shape = { ...model.shape, layers };
  const names = Array.from({ length: layers }, (_, layer) =>
    projectionsOf(shape).map((projection) => projectionName(layer, projection)),
  ).flat();
  const matrices = Object.fromEntries(names.map((name) => [name, model.matrices[name]!]));
  return { ...model, shape, matrices };
}

/**
 * Ranks on each channel that the whole model needs in any of `sizes` on any of `machines`: the least power of two.
 * Weights, embedding, cache and logits, counted from plans of one layer and two.
 */
export function ranksFor(
  model: PublishedModel,
  machines: readonly Machine[],
  sizes: readonly PassSize[],
  deviceOf: (dram: MachineDram) => DramDevice,
): number {
  let ranks = 1;
  for (const machine of machines) {
    const perRank = channelBytes(deviceOf({ ...machine.dram, ranks: 1 })) * machine.dram.channels;
    for (const size of sizes) {
      const bytes = (layers: number): number =>
        planTrace(synthesize(firstLayers(model, layers), size, TOOL), machine).addresses.totalBytes;
      const one = bytes(1);
      const total = one + (model.shape.layers - 1) * (bytes(2) - one);
      while (ranks * perRank < total) ranks *= 2;
    }
  }
  return ranks;
}
