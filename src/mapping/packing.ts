/**
 * Bytes of packed weights. A row holds the K weights of one output and is padded to whole bytes, so that rows can be
 * addressed; the padding is part of every count.
 */
import type { ArrayConfig, FloatPrecision, Packing } from '../hardware/machine.ts';

/** Weights that one group of `bytes` holds. */
const GROUPS: Readonly<Record<Packing, { readonly weights: number; readonly bytes: number }>> = {
  'ternary-2b': { weights: 4, bytes: 1 },
  'ternary-base3': { weights: 5, bytes: 1 },
  int8: { weights: 1, bytes: 1 },
  fp16: { weights: 1, bytes: 2 },
  bf16: { weights: 1, bytes: 2 },
};

/** Bytes of one row of `k` weights. */
export function rowBytes(k: number, packing: Packing): number {
  const group = GROUPS[packing];
  return Math.ceil(k / group.weights) * group.bytes;
}

/** Bits that reading `k` weights of a row takes, without the row's padding. */
export function bitsPerWeight(packing: Packing): number {
  const group = GROUPS[packing];
  return (8 * group.bytes) / group.weights;
}

/** Bytes of a float value. */
export function floatBytes(precision: FloatPrecision): number {
  return precision === 'fp32' ? 4 : 2;
}

/** Width of the activations that an array reads, bits: int8, except where it multiplies in FP16. */
export function activationBits(array: ArrayConfig): number {
  return array.kind === 'mac-fp16' ? 16 : 8;
}

/** Multiply-adds (select-adds) that the array can do in a cycle. */
export function arrayLanes(array: ArrayConfig): number {
  return array.kind === 'adder-tree' ? array.inputs * array.outputs : array.rows * array.columns;
}
