/**
 * Trits times int8 by table look-up. A byte of codes stands for four trits, so for four activations a table holds
 * the sum of every byte that can occur, and a row costs one look-up per byte instead of four multiplications. An
 * entry carries the sums of two tokens, one in each half of an int32, and one addition serves both.
 *
 * A block of columns is short enough that its tables stay in the first-level cache and that no half overflows:
 * 48 bytes · 4 trits · 128 = 24,576 < 2^15.
 *
 * The idea of indexing sums of activations by packed trits is that of T-MAC (J. Wei et al., arXiv 2407.00088).
 */
import { rowBytes, type Ternary } from '../ternary.ts';

/** Bytes of a row, four trits each, whose tables are built together. */
const BLOCK_BYTES = 48;

/** [BLOCK_BYTES, 256]; entries whose index holds a code 3 are never read. */
const table = new Int32Array(BLOCK_BYTES * 256);

/** See `Kernels.ternary`. */
export function ternaryLut(
  { rows, cols, codes }: Ternary,
  x: Int8Array,
  tokens: number,
  into: Int32Array,
): void {
  const stride = rowBytes(cols);
  into.fill(0, 0, tokens * rows);
  for (let t = 0; t < tokens; t += 2) {
    const second = t + 1 < tokens;
    for (let block = 0; block < stride; block += BLOCK_BYTES) {
      const bytes = Math.min(BLOCK_BYTES, stride - block);
      for (let b = 0; b < bytes; b++) fillTable(b * 256, x, t * cols, cols, 4 * (block + b), second);
      for (let r = 0; r < rows; r++) {
        const start = r * stride + block;
        let pair = 0;
        for (let b = 0; b < bytes; b++) pair = (pair + table[b * 256 + codes[start + b]!]!) | 0;
        const low = (pair << 16) >> 16;
        into[t * rows + r]! += low;
        if (second) into[(t + 1) * rows + r]! += (pair - low) >> 16;
      }
    }
  }
}

/**
 * The table of the four columns from `column`, or of as many as there are, for the token whose row starts at
 * `start` and, if `second`, the next.
 */
function fillTable(
  at: number,
  x: Int8Array,
  start: number,
  cols: number,
  column: number,
  second: boolean,
): void {
  const pair = (c: number): number => {
    if (c >= cols) return 0;
    return x[start + c]! + (second ? x[start + cols + c]! << 16 : 0);
  };
  const x0 = pair(column);
  const x1 = pair(column + 1);
  const x2 = pair(column + 2);
  const x3 = pair(column + 3);
  for (let c3 = 0; c3 < 3; c3++) {
    const sum3 = (c3 - 1) * x3;
    for (let c2 = 0; c2 < 3; c2++) {
      const sum2 = sum3 + (c2 - 1) * x2;
      for (let c1 = 0; c1 < 3; c1++) {
        const sum1 = sum2 + (c1 - 1) * x1;
        const entry = at + (c3 << 6) + (c2 << 4) + (c1 << 2);
        table[entry] = sum1 - x0;
        table[entry + 1] = sum1;
        table[entry + 2] = sum1 + x0;
      }
    }
  }
}
