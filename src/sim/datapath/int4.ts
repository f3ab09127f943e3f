/**
 * The integers of an INT4 array: weights stored as two's complement nibbles, two to a byte, are sign-extended and
 * multiplied with int8 activations; products of 12 bits are added in 32.
 */
import type { TileDot } from './tile-dot.ts';

let nibbles = new Uint8Array(0);

export const multiplyInt4: TileDot = (activations, stride, fromK, trits, k, accumulators, rows) => {
  const bytes = (k + 1) >> 1;
  if (nibbles.length < bytes) nibbles = new Uint8Array(bytes);
  nibbles.fill(0, 0, bytes);
  for (let i = 0; i < k; i++) nibbles[i >> 1]! |= (trits[i]! & 15) << (4 * (i & 1));
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const weight = (nibbles[i >> 1]! << (28 - 4 * (i & 1))) >> 28;
      sum = (sum + Math.imul(activations[base + i]!, weight)) | 0;
    }
    accumulators[row]! += sum;
  }
};
