/**
 * The integers of a zero-skip array: from the trits' presence and sign bits the next one that is left is found by its lowest
 * set bit, 32 inputs at a time, and its activation is added or subtracted; a zero is never looked at.
 */
import type { TileDot } from './tile-dot.ts';

const WORD = 32;
let presence = new Int32Array(0);
let negative = new Int32Array(0);

export const skipZeros: TileDot = (activations, stride, fromK, trits, k, accumulators, rows) => {
  const words = Math.ceil(k / WORD);
  if (presence.length < words) {
    presence = new Int32Array(words);
    negative = new Int32Array(words);
  }
  presence.fill(0, 0, words);
  negative.fill(0, 0, words);
  for (let i = 0; i < k; i++) {
    const trit = trits[i]!;
    if (trit !== 0) presence[i >> 5]! |= 1 << (i & 31);
    if (trit < 0) negative[i >> 5]! |= 1 << (i & 31);
  }
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = 0;
    for (let word = 0; word < words; word++) {
      const signs = negative[word]!;
      for (let left = presence[word]!; left !== 0; left &= left - 1) {
        const bit = 31 - Math.clz32(left & -left);
        const x = activations[base + word * WORD + bit]!;
        sum = (((signs >>> bit) & 1) === 0 ? sum + x : sum - x) | 0;
      }
    }
    accumulators[row]! += sum;
  }
};
