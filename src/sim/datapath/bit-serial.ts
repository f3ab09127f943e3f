/**
 * The integers of a bit-serial array: for each block of inputs the bits of its activations, lowest first, each bit's sum
 * of trits shifted into place; the last bit that the block needs carries the sign and is subtracted.
 */
import { configOf, type TileDot } from './tile-dot.ts';

const WHOLE = 8;

export const addBits: TileDot = (activations, stride, fromK, trits, k, accumulators, rows, array) => {
  const { inputs, bits } = configOf(array, 'bit-serial');
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let block = 0; block < k; block += inputs) {
      const end = Math.min(k, block + inputs);
      const base = row * stride + fromK;
      const width = bits === 'significant' ? widthOf(activations, base + block, base + end) : WHOLE;
      for (let bit = 0; bit < width; bit++) {
        let ones = 0;
        for (let i = block; i < end; i++) {
          if (((activations[base + i]! >> bit) & 1) === 1) ones += trits[i]!;
        }
        sum = (bit === width - 1 ? sum - (ones << bit) : sum + (ones << bit)) | 0;
      }
    }
    accumulators[row]! += sum;
  }
};

/** Bits up to the first from which on every activation only repeats its sign, that one included. */
function widthOf(activations: Int8Array, from: number, to: number): number {
  let changes = 0;
  for (let i = from; i < to; i++) changes |= activations[i]! ^ (activations[i]! >> 1);
  let width = WHOLE;
  while (width > 1 && ((changes >> (width - 2)) & 1) === 0) width--;
  return width;
}
