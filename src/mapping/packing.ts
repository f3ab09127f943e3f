/**
 * Bytes of packed weights, and of the other values that move. A row holds the K weights of one output and is padded to whole bytes, so that rows can be
 * addressed; the padding is part of every count.
 */
import type { BufferPacking, FloatPrecision, KvPrecision, Packing } from '../hardware/machine.ts';

/** A packing is a row of groups: `weights` of them in `bits`. */
const GROUPS: Readonly<Record<BufferPacking, { readonly weights: number; readonly bits: number }>> = {
  'ternary-2b': { weights: 1, bits: 2 },
  'ternary-base3': { weights: 5, bits: 8 },
  'ternary-5b3': { weights: 3, bits: 5 },
  int4: { weights: 1, bits: 4 },
  int8: { weights: 1, bits: 8 },
  fp16: { weights: 1, bits: 16 },
  bf16: { weights: 1, bits: 16 },
};

/** Presence bits that are decoded together. */
const BITMAP_GROUP = 8;

/** Bytes of a tile of `n` rows of `k` weights, `nonzeros` of them not zero. */
export function tileBytes(n: number, k: number, packing: Packing, nonzeros: number): number {
  return packing === 'bitmap-sign'
    ? n * Math.ceil(k / 8) + Math.ceil(nonzeros / 8)
    : n * rowBytes(k, packing);
}

/** Groups that a row of `k` trits is decoded in: bytes of five, five bits for three, presence bits of eight. */
export function decodeGroups(k: number, packing: PackedTernary): number {
  return Math.ceil(k / (packing === 'bitmap-sign' ? BITMAP_GROUP : GROUPS[packing].weights));
}

/** Packings that are decoded into two bits a trit before an array can use them. */
export type PackedTernary = 'ternary-base3' | 'ternary-5b3' | 'bitmap-sign';

export function isPackedTernary(packing: Packing): packing is PackedTernary {
  return packing === 'ternary-base3' || packing === 'ternary-5b3' || packing === 'bitmap-sign';
}

/** Bytes of one row of `k` weights. */
export function rowBytes(k: number, packing: BufferPacking): number {
  const group = GROUPS[packing];
  return Math.ceil((Math.ceil(k / group.weights) * group.bits) / 8);
}

/** Bits that reading `k` weights of a row takes, without the row's padding. */
export function bitsPerWeight(packing: BufferPacking): number {
  const group = GROUPS[packing];
  return group.bits / group.weights;
}

const KV_BITS: Readonly<Record<KvPrecision, number>> = { fp32: 32, fp16: 16, bf16: 16, int8: 8, int4: 4 };

/** Bits of a cached value. NOT MODELLED: the scales of quantized ones. */
export function kvBits(precision: KvPrecision): number {
  return KV_BITS[precision];
}

/** Bytes of the `values` of a cached key, padded to whole bytes. */
export function kvRowBytes(values: number, precision: KvPrecision): number {
  return Math.ceil((values * KV_BITS[precision]) / 8);
}

/** Bytes of a float value. */
export function floatBytes(precision: FloatPrecision): number {
  return precision === 'fp32' ? 4 : 2;
}
