/** What a chosen tile or chunk needs of each buffer, and what is missing. Units: bytes. */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { rowBytes } from './packing.ts';
import { bytesNeeded, type Span } from './stages.ts';
import { SLOTS, type TileChoice } from './tiling.ts';

export interface Misfit {
  readonly buffer: 'weights' | 'activations' | 'accumulators';
  readonly needed: number;
  readonly capacity: number;
}

/** Two slots of a tile's weights in the weight buffer. */
export function weightsMisfit(
  { tileK, tileN }: TileChoice,
  { buffers, packing }: Machine,
): Misfit | undefined {
  return misfit('weights', SLOTS * tileN * rowBytes(tileK, packing.sram), buffers.weights.capacityBytes);
}

/** Two slots of the sums of `rows` × `outputs` in the accumulator buffer. */
export function sumsMisfit(rows: number, outputs: number, { array, buffers }: Machine): Misfit | undefined {
  const needed = (SLOTS * rows * outputs * array.accumulatorBits) / 8;
  return misfit('accumulators', Math.ceil(needed), buffers.accumulators.capacityBytes);
}

/** What is alive of `slots` chunks of `rows` rows in the activation buffer. */
export function activationsMisfit(
  span: Span,
  machine: Machine,
  rows: number,
  slots: number,
): Misfit | undefined {
  const needed = bytesNeeded(span, machine, rows, slots);
  return misfit('activations', needed, machine.buffers.activations.capacityBytes);
}

function misfit(buffer: Misfit['buffer'], needed: number, capacity: number): Misfit | undefined {
  return needed > capacity ? { buffer, needed, capacity } : undefined;
}

/** @throws MAPPING_*_TOO_SMALL where there is a misfit, with the bytes that are missing */
export function requireFit(found: Misfit | undefined, place: string): void {
  if (found === undefined) return;
  const { buffer, needed, capacity } = found;
  throw new TritsimError(`MAPPING_${buffer.toUpperCase()}_TOO_SMALL`, `does not fit the ${buffer} buffer`, {
    place,
    found: `${needed} bytes needed, ${capacity} there`,
    hint: `${needed - capacity} bytes more.`,
  });
}
