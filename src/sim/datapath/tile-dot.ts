/**
 * What an array computes for one output of a tile.
 *
 * Shapes: activations `[rows, k]` at the given stride, weights of one output as unpacked trits `[k]`,
 * accumulators one a row.
 */
import type { ArrayConfig } from '../../hardware/machine.ts';

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
