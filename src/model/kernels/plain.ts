/** The kernels as their definition reads, for checking the others; about a hundredth of their speed. */
import { softmax } from '../softmax.ts';
import { unpackRow } from '../ternary.ts';
import type { Kernels } from './kernels.ts';

const { fround } = Math;

export const plainKernels: Kernels = {
  name: 'plain',

  ternary({ rows, cols, codes }, x, tokens, into) {
    const trits = new Int8Array(cols);
    for (let r = 0; r < rows; r++) {
      unpackRow(codes, r, cols, trits);
      for (let t = 0; t < tokens; t++) {
        let sum = 0;
        for (let c = 0; c < cols; c++) sum += trits[c]! * x[t * cols + c]!;
        into[t * rows + r] = sum;
      }
    }
  },

  dense(weights, rows, cols, x, tokens, into) {
    for (let t = 0; t < tokens; t++) {
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let c = 0; c < cols; c++) sum = fround(sum + fround(weights[r * cols + c]! * x[t * cols + c]!));
        into[t * rows + r] = sum;
      }
    }
  },

  attention(query, { keys, values }, { heads, kvHeads, headDim, capacity }, position, tokens, into) {
    const scale = fround(1 / Math.sqrt(headDim));
    const weights = new Float32Array(position + tokens);
    for (let t = 0; t < tokens; t++) {
      const seen = position + t + 1;
      for (let h = 0; h < heads; h++) {
        const kv = Math.floor((h * kvHeads) / heads);
        const q = (t * heads + h) * headDim;
        for (let j = 0; j < seen; j++) {
          let score = 0;
          for (let d = 0; d < headDim; d++) {
            score = fround(score + fround(query[q + d]! * keys[(kv * headDim + d) * capacity + j]!));
          }
          weights[j] = score * scale;
        }
        softmax(weights, seen);
        for (let d = 0; d < headDim; d++) {
          let sum = 0;
          for (let j = 0; j < seen; j++) {
            sum = fround(sum + fround(weights[j]! * values[(kv * capacity + j) * headDim + d]!));
          }
          into[q + d] = sum;
        }
      }
    }
  },
};
