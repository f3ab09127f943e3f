/**
 * What an array computes for one output of a tile.
 *
 * Shapes: activations `[rows, k]` at the given stride, weights of one output as unpacked trits `[k]`,
 * accumulators one a row.
 */
import { TritsimError } from '../../errors/error.ts';
import type { ArrayConfig, ArrayKind } from '../../hardware/machine.ts';

/** Adds `dot(activations of row r, trits)` over the tile's inputs to each row's accumulator. */
export type TileDot = (
  activations: Int8Array,
  stride: number,
  fromK: number,
  trits: Int8Array,
  k: number,
  accumulators: Float64Array,
  rows: number,
  /** The array, for a kind whose datapath has parameters of its own. */
  array?: ArrayConfig,
) => void;

/** The array's own parameters, for a datapath that cannot work without them. */
export function configOf<K extends ArrayKind>(
  array: ArrayConfig | undefined,
  kind: K,
): Extract<ArrayConfig, { kind: K }> {
  if (array?.kind === kind) return array as Extract<ArrayConfig, { kind: K }>;
  throw new TritsimError('SIM_DATAPATH', `the datapath of ${kind} needs the parameters of its array`, {
    hint: 'This is a defect of the simulator.',
  });
}
