/**
 * The vector unit: `lanes` lanes, each does one elementary operation on one element a cycle, fully pipelined. A routine
 * is a sequence of elementary passes over its elements; a pass over e elements takes ceil(e / lanes) cycles plus the
 * latency of its operation. Reductions (a norm's mean square, a token's largest value, a softmax's maximum and sum) add
 * a few operations for each group.
 *
 * Algorithms: RMSNorm, absmax quantization and squared ReLU as in HF transformers' BitNet; softmax with a running
 * maximum and sum (Milakov & Gimelshein, "Online normalizer calculation for softmax", 2018).
 * Units: cycles of the machine's clock, bits.
 * NOT MODELLED: the tree that reduces across lanes (taken as part of the pass); reading gains and the cosine and sine
 * tables; chaining of passes.
 */
import type { BufferName, Machine, VectorOp } from '../../hardware/machine.ts';
import { activationBits } from '../../mapping/array-shape.ts';
import { floatBytes } from '../../mapping/packing.ts';
import type { VectorRoutine } from '../../mapping/work.ts';
import { counted, type CountedAction, type PortDemand, type UnitCost } from '../cost.ts';

type Passes = Partial<Readonly<Record<VectorOp, number>>>;

interface Routine {
  /** Elementary operations on each element. */
  readonly element: Passes;
  /** Elementary operations for each group that reduces on its own. */
  readonly group: Passes;
  /** Values read and written per element: how many times, and where values of another width lie. */
  readonly reads: number;
  readonly writes: number;
  /** `value`: the format of activations, converted at the buffer; `operand`: the array's activations; `accumulator`; `embedding`. */
  readonly from: 'value' | 'accumulator' | 'embedding';
  readonly to: 'value' | 'operand';
}

const VALUES = { from: 'value', to: 'value' } as const;

export const ROUTINES: Readonly<Record<VectorRoutine, Routine>> = {
  embed: { element: { convert: 1 }, group: {}, reads: 1, writes: 1, from: 'embedding', to: 'value' },
  // x² summed; then x · r · gain with r the reciprocal root of the mean.
  norm: {
    element: { multiply: 3, add: 1 },
    group: { 'reciprocal-root': 1 },
    reads: 2,
    writes: 1,
    ...VALUES,
  },
  // Largest |x|; then round(x · 127/max).
  quantize: {
    element: { compare: 1, multiply: 1, convert: 1 },
    group: { divide: 1 },
    reads: 2,
    writes: 1,
    from: 'value',
    to: 'operand',
  },
  cast: { element: { convert: 1 }, group: {}, reads: 1, writes: 1, from: 'value', to: 'operand' },
  dequantize: {
    element: { convert: 1, multiply: 1 },
    group: {},
    reads: 1,
    writes: 1,
    from: 'accumulator',
    to: 'value',
  },
  drain: { element: { convert: 1 }, group: {}, reads: 1, writes: 1, from: 'accumulator', to: 'value' },
  // x·cos + rotate(x)·sin.
  rope: { element: { multiply: 2, add: 1 }, group: {}, reads: 1, writes: 1, ...VALUES },
  // Scale, maximum, exp(x − max), sum; a group corrects its old sum by exp(old max − max).
  softmax: {
    element: { multiply: 1, compare: 1, add: 2, exponential: 1 },
    group: { add: 1, exponential: 1, multiply: 1 },
    reads: 2,
    writes: 1,
    ...VALUES,
  },
  rescale: { element: { multiply: 1 }, group: {}, reads: 1, writes: 1, ...VALUES },
  normalise: { element: { multiply: 1 }, group: { divide: 1 }, reads: 1, writes: 1, ...VALUES },
  relu2: { element: { compare: 1, multiply: 1 }, group: {}, reads: 1, writes: 1, ...VALUES },
  // x / (1 + exp(−x)).
  silu: { element: { exponential: 1, add: 1, divide: 1 }, group: {}, reads: 1, writes: 1, ...VALUES },
  gate: { element: { multiply: 1 }, group: {}, reads: 2, writes: 1, ...VALUES },
  residual: { element: { add: 1 }, group: {}, reads: 2, writes: 1, ...VALUES },
};

export function vectorCost(
  machine: Machine,
  name: VectorRoutine,
  elements: number,
  groups: number,
): UnitCost {
  const routine = ROUTINES[name];
  const { lanes, latency, precision } = machine.vector;
  const passes = [...passesOf(routine.element, elements), ...passesOf(routine.group, groups)];
  const actions: CountedAction[] = passes.map(({ op, count }) =>
    counted('vector', { type: 'vector', op, format: precision }, count),
  );
  return {
    cycles: passes.reduce(
      (sum, { op, count, times }) => sum + times * (Math.ceil(count / times / lanes) + latency[op]),
      0,
    ),
    readoutCycles: 0,
    multiplyAdds: 0,
    laneCycles: passes.reduce((sum, { count }) => sum + count, 0),
    demands: demandsOf(machine, routine, elements),
    actions,
  };
}

function passesOf(passes: Passes, elements: number): { op: VectorOp; times: number; count: number }[] {
  if (elements === 0) return [];
  return (Object.entries(passes) as [VectorOp, number][]).map(([op, times]) => ({
    op,
    times,
    count: times * elements,
  }));
}

function demandsOf(machine: Machine, routine: Routine, elements: number): PortDemand[] {
  const bits = {
    value: 8 * floatBytes(machine.activations.format),
    operand: activationBits(machine.array),
    accumulator: machine.array.accumulatorBits,
    embedding: 8 * floatBytes(machine.embedding.precision),
  };
  const source: BufferName = routine.from === 'accumulator' ? 'accumulators' : 'activations';
  const read = { readBits: elements * routine.reads * bits[routine.from] };
  const write = { writeBits: elements * routine.writes * bits[routine.to] };
  return source === 'activations'
    ? [{ buffer: source, ...read, ...write }]
    : [
        { buffer: source, ...read, writeBits: 0 },
        { buffer: 'activations', readBits: 0, ...write },
      ];
}
