/**
 * What the arrays compute, as arithmetic: partial sums of one tile from trits and int8 activations. Each kind works the
 * way its hardware does, on its own numbers: the adder tree selects and adds, the multiply-add cells multiply (int8 in
 * integers, FP16 with an FP32 accumulator); the others have files of their own. None shares code with the reference
 * engine.
 */
import type { ArrayKind } from '../../hardware/machine.ts';
import { addBits } from './bit-serial.ts';
import { multiplyInt4 } from './int4.ts';
import { fetchSums } from './lut.ts';
import type { TileDot } from './tile-dot.ts';
import { skipZeros } from './zero-skip.ts';

const plus = new Int32Array(1 << 16);
const minus = new Int32Array(1 << 16);

/** Select and add: the inputs whose trit is +1, minus those whose trit is −1. */
const selectAdd: TileDot = (activations, stride, fromK, trits, k, accumulators, rows) => {
  let plusCount = 0;
  let minusCount = 0;
  for (let i = 0; i < k; i++) {
    const trit = trits[i]!;
    if (trit === 1) plus[plusCount++] = i;
    else if (trit === -1) minus[minusCount++] = i;
  }
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = 0;
    for (let i = 0; i < plusCount; i++) sum = (sum + activations[base + plus[i]!]!) | 0;
    for (let i = 0; i < minusCount; i++) sum = (sum - activations[base + minus[i]!]!) | 0;
    accumulators[row]! += sum;
  }
};

/** Integer multiply-add. */
const multiplyInt8: TileDot = (activations, stride, fromK, trits, k, accumulators, rows) => {
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = 0;
    for (let i = 0; i < k; i++) sum = (sum + Math.imul(activations[base + i]!, trits[i]!)) | 0;
    accumulators[row]! += sum;
  }
};

/** FP16 product of an int8 value and a trit (exact: both have 11 significant bits or fewer), added in FP32. */
const multiplyFp16: TileDot = (activations, stride, fromK, trits, k, accumulators, rows) => {
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = Math.fround(accumulators[row]!);
    for (let i = 0; i < k; i++) sum = Math.fround(sum + Math.fround(activations[base + i]! * trits[i]!));
    accumulators[row] = sum;
  }
};

export const TILE_DOTS: Readonly<Record<ArrayKind, TileDot>> = {
  'adder-tree': selectAdd,
  'zero-skip': skipZeros,
  lut: fetchSums,
  'bit-serial': addBits,
  'mac-int8': multiplyInt8,
  'mac-fp16': multiplyFp16,
  'mac-int4': multiplyInt4,
};

/** Longest tile, in inputs, that the selection lists hold. */
export const LONGEST_TILE = plus.length;
