/**
 * The vector unit, pass by pass: a pass takes `lanes` elements a cycle through one elementary operation, whose result is
 * there `latency` cycles after; the next pass begins when the last result of this one is there.
 *
 * Algorithms: those that the machine's documentation names (RMSNorm, absmax quantization, squared ReLU, softmax with a running
 * maximum and sum). Units: cycles, bits. NOT MODELLED: the reduction across lanes; reading gains and sine tables.
 */
import type { Machine, VectorOp } from '../../hardware/machine.ts';
import { floatBytes } from '../../mapping/packing.ts';
import type { VectorRoutine, Work } from '../../mapping/work.ts';
import type { Job } from './job.ts';
import { wholeBits, type Demand } from './ports.ts';
import { Tally } from './tally.ts';

interface Steps {
  /** Passes over all elements, in order. */
  readonly elements: readonly VectorOp[];
  /** Passes over the groups that reduce on their own. */
  readonly groups?: readonly VectorOp[];
  /** Values read for each element, and how wide they are; one value is written. */
  readonly reads: number;
  readonly from?: 'accumulators' | 'embedding';
  readonly to?: 'operand';
}

const STEPS: Readonly<Record<VectorRoutine, Steps>> = {
  embed: { elements: ['convert'], reads: 1, from: 'embedding' },
  norm: { elements: ['multiply', 'add', 'multiply', 'multiply'], groups: ['reciprocal-root'], reads: 2 },
  quantize: { elements: ['compare', 'multiply', 'convert'], groups: ['divide'], reads: 2, to: 'operand' },
  cast: { elements: ['convert'], reads: 1, to: 'operand' },
  dequantize: { elements: ['convert', 'multiply'], reads: 1, from: 'accumulators' },
  drain: { elements: ['convert'], reads: 1, from: 'accumulators' },
  rope: { elements: ['multiply', 'multiply', 'add'], reads: 1 },
  softmax: {
    elements: ['multiply', 'compare', 'add', 'exponential', 'add'],
    groups: ['add', 'exponential', 'multiply'],
    reads: 2,
  },
  rescale: { elements: ['multiply'], reads: 1 },
  normalise: { elements: ['multiply'], groups: ['divide'], reads: 1 },
  relu2: { elements: ['compare', 'multiply'], reads: 1 },
  silu: { elements: ['exponential', 'add', 'divide'], reads: 1 },
  gate: { elements: ['multiply'], reads: 2 },
  residual: { elements: ['add'], reads: 2 },
};

export class VectorJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  readonly products = 0;
  laneCycles = 0;
  readonly #machine: Machine;
  readonly #passes: { readonly op: VectorOp; readonly count: number }[];
  #pass = 0;
  #taken = 0;
  /** Cycles until the last result of the pass is there. */
  #latencyLeft = 0;

  constructor(machine: Machine, work: Extract<Work, { unit: 'vector' }>) {
    const steps = STEPS[work.routine];
    this.#machine = machine;
    this.#passes = [
      ...steps.elements.map((op) => ({ op, count: work.elements })),
      ...(steps.groups ?? []).map((op) => ({ op, count: work.groups })),
    ].filter(({ count }) => count > 0);
    this.demands = demandsOf(machine, steps, work.elements);
  }

  step(): boolean {
    const { op, count } = this.#passes[this.#pass]!;
    const { lanes, latency, precision } = this.#machine.vector;
    if (this.#taken < count) {
      const elements = Math.min(lanes, count - this.#taken);
      this.tally.add(`vector.vector.${op}.${precision}`, elements);
      this.#taken += elements;
      this.laneCycles += elements;
      this.#latencyLeft = latency[op];
    } else {
      this.#latencyLeft--;
    }
    if (this.#taken < count || this.#latencyLeft > 0) return false;
    this.#pass++;
    this.#taken = 0;
    return this.#pass === this.#passes.length;
  }
}

function demandsOf(machine: Machine, { reads, from, to }: Steps, elements: number): Demand[] {
  const value = 8 * floatBytes(machine.activations.format);
  const operand = machine.array.kind === 'mac-fp16' ? 16 : 8;
  const written = elements * (to === 'operand' ? operand : value);
  if (from === 'accumulators') {
    return [
      wholeBits('accumulators', elements * reads * machine.array.accumulatorBits, 0),
      wholeBits('activations', 0, written),
    ];
  }
  const read = from === 'embedding' ? 8 * floatBytes(machine.embedding.precision) : value;
  return [wholeBits('activations', elements * reads * read, written)];
}
