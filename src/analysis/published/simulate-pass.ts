/**
 * A phase of a published model on a machine by simulating its first layers only: one layer and two are run, each with
 * embedding and head, and what the second adds stands for each of the others. A prefill of many sequences is extrapolated
 * from one and two in the same way. Seconds, joules.
 *
 *     X(L) = X(1) + (L − 1)·(X(2) − X(1))
 *
 * Layers of these models are alike, so counts are linear in L; time, and with it standby, refresh and leakage, nearly. The
 * DRAM has the ranks that the whole model needs. docs/published.md has the error against whole runs.
 *
 * NOT MODELLED: what differs from layer to layer; 2B4T's zeros do, and matter to machines that skip zeros only.
 */
import type { Charge } from '../../energy/charges.ts';
import { priceSimulation } from '../../energy/report.ts';
import type { PriceTable } from '../../energy/table.ts';
import type { Machine, MachineDram } from '../../hardware/machine.ts';
import { planTrace } from '../../mapping/plan.ts';
import { projectionName, projectionsOf } from '../../model/shape.ts';
import { memorySource, MemorySink } from '../../safetensors/memory.ts';
import { channelBytes, type DramDevice } from '../../sim/dram/device.ts';
import type { Fidelity } from '../../sim/result.ts';
import { simulate } from '../../sim/simulate.ts';
import type { Phase } from '../../trace/operation.ts';
import type { PublishedModel } from '../../trace/published.ts';
import { openTrace } from '../../trace/read.ts';
import { synthesize } from '../../trace/synthesize.ts';
import { writeManifest } from '../../trace/write.ts';

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
  /** What the energy is made of, for bands of ratios. */
  readonly charges: readonly Charge[];
}

/** What a machine is simulated with, apart from itself. */
export interface PassContext {
  readonly deviceOf: (dram: MachineDram) => DramDevice;
  readonly prices: PriceTable;
  readonly fidelity: Fidelity;
}

const SECONDS_PER_PS = 1e-12;
/** What a trace that is written nowhere says of its writer. */
const TOOL = 'in memory';

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
   * All layers and sequences from the first two; what has no more than two is simulated as it is.
   * @throws what `simulate` throws
   */
  async extrapolate(machine: Machine, size: PassSize): Promise<SimulatedPass> {
    const { batch } = size;
    if (size.phase === 'decode' || batch <= 2) return this.#allLayers(machine, size);
    const one = await this.#allLayers(machine, { ...size, batch: 1 });
    const two = await this.#allLayers(machine, { ...size, batch: 2 });
    return along(one, two, batch);
  }

  /** Every layer and sequence, or the first `layers` only. @throws what `simulate` throws */
  simulate(machine: Machine, size: PassSize, layers = this.#model.shape.layers): Promise<SimulatedPass> {
    const { phase, context, batch } = size;
    const key = `${machine.hash} ${phase} ${context} ${batch} ${layers}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const pass = simulatePass(firstLayers(this.#model, layers), machine, size, this.#context);
    this.#known.set(key, pass);
    return pass;
  }

  async #allLayers(machine: Machine, size: PassSize): Promise<SimulatedPass> {
    const { layers } = this.#model.shape;
    if (layers <= 2) return this.simulate(machine, size);
    const one = await this.simulate(machine, size, 1);
    return along(one, await this.simulate(machine, size, 2), layers);
  }
}

async function simulatePass(
  model: PublishedModel,
  machine: Machine,
  size: PassSize,
  { deviceOf, prices, fidelity }: PassContext,
): Promise<SimulatedPass> {
  const device = deviceOf(machine.dram);
  const sink = new MemorySink();
  await writeManifest(synthesize(model, size, TOOL), sink);
  const trace = await openTrace(memorySource(sink.bytes(), model.name));
  const result = await simulate(trace, machine, device, { fidelity });
  const { energyJ, charges } = priceSimulation(result, machine, device, prices).phases[0]!;
  return { timeS: result.phases[0]!.timePs * SECONDS_PER_PS, energyJ, charges };
}

/** What `count` of something make, where one makes `one` and two make `two`. */
function along(one: SimulatedPass, two: SimulatedPass, count: number): SimulatedPass {
  const linear = (a: number, b: number): number => a + (count - 1) * (b - a);
  const first = new Map(one.charges.map((charge) => [keyOf(charge), charge.count]));
  return {
    timeS: linear(one.timeS, two.timeS),
    energyJ: linear(one.energyJ, two.energyJ),
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
