/**
 * Bytes of packed weights, and of the other values that move. A row holds the K weights of one output and is padded to whole bytes, so that rows can be
 * addressed; the padding is part of every count.
 */
import type { FloatPrecision, Packing } from '../hardware/machine.ts';

/** A packing is a row of groups: `weights` of them in `bits`. */
const GROUPS: Readonly<Record<Packing, { readonly weights: number; readonly bits: number }>> = {
  'ternary-2b': { weights: 1, bits: 2 },
  'ternary-base3': { weights: 5, bits: 8 },
  int4: { weights: 1, bits: 4 },
  int8: { weights: 1, bits: 8 },
  fp16: { weights: 1, bits: 16 },
  bf16: { weights: 1, bits: 16 },
};

/** Bytes of one row of `k` weights. */
export function rowBytes(k: number, packing: Packing): number {
  const group = GROUPS[packing];
  return Math.ceil((Math.ceil(k / group.weights) * group.bits) / 8);
}

/** Bits that reading `k` weights of a row takes, without the row's padding. */
export function bitsPerWeight(packing: Packing): number {
  const group = GROUPS[packing];
  return group.bits / group.weights;
}

/** Bytes of a float value. */
export function floatBytes(precision: FloatPrecision): number {
  return precision === 'fp32' ? 4 : 2;
}
