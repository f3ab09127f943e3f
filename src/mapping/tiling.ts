/**
 * Tiles of a projection. The weight buffer holds two tiles (one computes while the next loads), the accumulator buffer
 * two sets of partial sums (one accumulates while the vector unit empties the other). A tile takes as many inputs K as
 * fit, so that partial sums are read back as seldom as possible, then as many outputs N as fit.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { checkAccumulator } from '../hardware/check.ts';
import type { AttentionOperation, BitLinearOperation } from '../trace/operation.ts';
import { arrayShape } from './array-shape.ts';
import { kvRowBytes, rowBytes } from './packing.ts';

export interface Tiling {
  readonly k: number;
  readonly n: number;
  /** Inputs and outputs of a full tile; the last one of a row or column may be smaller. */
  readonly tileK: number;
  readonly tileN: number;
}

/** A tile that is asked for. */
export type TileChoice = Pick<Tiling, 'tileK' | 'tileN'>;

export function sameTiles(one: TileChoice, other: TileChoice): boolean {
  return one.tileK === other.tileK && one.tileN === other.tileN;
}

/** Slots of a double-buffered SRAM. */
export const SLOTS = 2;

/**
 * The tiling of a projection whose steps have at most `rows` token rows at a time.
 * @throws MAPPING_WEIGHTS_TOO_SMALL where not even one granule of the array fits a slot of the weight buffer
 * @throws MACHINE_ACCUMULATOR_NARROW where K could overflow an accumulator
 */
export function tileLinear(operation: BitLinearOperation, rows: number, machine: Machine): Tiling {
  checkAccumulator(machine, operation.in, operation.name);
  const { array, buffers } = machine;
  const { outputs: granuleN } = arrayShape(array);
  const tileK = tileInputs(operation, machine);
  const byAccumulators = Math.floor(
    (buffers.accumulators.capacityBytes * 8) / SLOTS / (rows * array.accumulatorBits),
  );
  const most = Math.min(outputsThatFit(tileK, machine), byAccumulators);
  const tileN =
    most >= operation.out ? operation.out : Math.min(operation.out, Math.floor(most / granuleN) * granuleN);
  return { k: operation.in, n: operation.out, tileK, tileN };
}

/** Inputs of a tile: the chosen ones, else all of a projection's where one granule of outputs then fits a slot of the weight buffer. */
export function tileInputs(operation: BitLinearOperation, machine: Machine, chosen?: TileChoice): number {
  if (chosen !== undefined) return chosen.tileK;
  const { array, buffers, packing, name } = machine;
  const { inputs: granuleK, outputs: granuleN } = arrayShape(array);
  if (outputsThatFit(operation.in, machine) >= Math.min(granuleN, operation.out)) return operation.in;
  const slot = buffers.weights.capacityBytes / SLOTS;
  const granuleBytes = granuleN * rowBytes(granuleK, packing.sram);
  const granules = Math.floor(slot / granuleBytes);
  if (granules > 0) return granules * granuleK;
  throw new TritsimError('MAPPING_WEIGHTS_TOO_SMALL', 'no tile fits the weight buffer', {
    place: `${name}: buffers.weights.capacity`,
    found: `${buffers.weights.capacityBytes} bytes`,
    hint: `Two slots of ${granuleK} × ${granuleN} weights are needed: ${Math.ceil(SLOTS * granuleBytes - buffers.weights.capacityBytes)} bytes more.`,
  });
}

/** Outputs of `k` inputs each whose weights fit a slot of the weight buffer. */
export function outputsThatFit(k: number, { buffers, packing }: Machine): number {
  return Math.floor(buffers.weights.capacityBytes / SLOTS / rowBytes(k, packing.sram));
}

/** Keys (with their values) that one slot of the operand buffer holds. */
export function attentionTileKeys(operation: AttentionOperation, machine: Machine): number {
  const key = kvRowBytes(operation.kvHeads * operation.headDim, machine.kvCache.precision);
  return Math.max(1, Math.floor(machine.buffers.operands.capacityBytes / SLOTS / (2 * key)));
}

/** Starts and sizes of the parts that a length is cut into. */
export function parts(length: number, size: number): { from: number; size: number }[] {
  const list = [];
  for (let from = 0; from < length; from += size) list.push({ from, size: Math.min(size, length - from) });
  return list;
}
