/**
 * Tiles of a projection. The weight buffer holds two tiles (one computes while the next loads), the accumulator buffer
 * two sets of partial sums (one accumulates while the vector unit empties the other). A tile takes as many inputs K as
 * fit, so that partial sums are read back as seldom as possible, then as many outputs N as fit.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { checkAccumulator } from '../hardware/check.ts';
import type { BitLinearOperation } from '../trace/operation.ts';
import { arrayShape } from './array-shape.ts';
import { rowBytes } from './packing.ts';

export interface Tiling {
  readonly k: number;
  readonly n: number;
  /** Inputs and outputs of a full tile; the last one of a row or column may be smaller. */
  readonly tileK: number;
  readonly tileN: number;
}

/** Slots of a double-buffered SRAM. */
export const SLOTS = 2;

/**
 * The default tiling of a projection for steps of `rows` token rows.
 * @throws MAPPING_WEIGHTS_TOO_SMALL where not even one granule of the array fits a slot of the weight buffer
 * @throws MACHINE_ACCUMULATOR_NARROW where K could overflow an accumulator
 */
export function tileLinear(operation: BitLinearOperation, rows: number, machine: Machine): Tiling {
  checkAccumulator(machine, operation.in, operation.name);
  const { array, buffers, packing } = machine;
  const { inputs: granuleK, outputs: granuleN } = arrayShape(array);
  const slot = buffers.weights.capacityBytes / SLOTS;
  const fits = (k: number, n: number): boolean => n * rowBytes(k, packing.sram) <= slot;

  let tileK = operation.in;
  if (!fits(tileK, Math.min(granuleN, operation.out))) {
    const granules = Math.floor(slot / (granuleN * rowBytes(granuleK, packing.sram)));
    tileK = granules * granuleK;
    if (granules === 0) {
      throw new TritsimError('MAPPING_WEIGHTS_TOO_SMALL', 'no tile fits the weight buffer', {
        place: `${machine.name}: buffers.weights.capacity`,
        found: `${buffers.weights.capacityBytes} bytes`,
        hint: `Two slots of ${granuleK} × ${granuleN} weights are needed.`,
      });
    }
  }
  const byWeights = Math.floor(slot / rowBytes(tileK, packing.sram));
  const byAccumulators = Math.floor(
    (buffers.accumulators.capacityBytes * 8) / SLOTS / (rows * array.accumulatorBits),
  );
  const most = Math.min(byWeights, byAccumulators);
  const tileN =
    most >= operation.out ? operation.out : Math.min(operation.out, Math.floor(most / granuleN) * granuleN);
  return { k: operation.in, n: operation.out, tileK, tileN };
}

/** Starts and sizes of the parts that a length is cut into. */
export function parts(length: number, size: number): { from: number; size: number }[] {
  const list = [];
  for (let from = 0; from < length; from += size) list.push({ from, size: Math.min(size, length - from) });
  return list;
}
