/**
 * Float products with several sums in flight. A sum in a fixed order waits for its last addition each time; sums
 * that do not depend on each other fill the wait. Each keeps the order that `Kernels` prescribes.
 */
import type { LayerCache } from '../cache.ts';
import { softmax } from '../softmax.ts';
import type { AttentionShape } from './kernels.ts';

const { fround } = Math;

/** See `Kernels.dense`: four tokens at a time, the last one standing in for those beyond the end. */
export function denseBlocked(
  weights: Float32Array,
  rows: number,
  cols: number,
  x: Float32Array,
  tokens: number,
  into: Float32Array,
): void {
  const last = tokens - 1;
  for (let t = 0; t < tokens; t += 4) {
    const [t1, t2, t3] = [Math.min(t + 1, last), Math.min(t + 2, last), Math.min(t + 3, last)];
    for (let r = 0; r < rows; r++) {
      let sum0 = fround(0);
      let sum1 = fround(0);
      let sum2 = fround(0);
      let sum3 = fround(0);
      for (let c = 0; c < cols; c++) {
        const w = weights[r * cols + c]!;
        sum0 = fround(sum0 + fround(w * x[t * cols + c]!));
        sum1 = fround(sum1 + fround(w * x[t1 * cols + c]!));
        sum2 = fround(sum2 + fround(w * x[t2 * cols + c]!));
        sum3 = fround(sum3 + fround(w * x[t3 * cols + c]!));
      }
      into[t * rows + r] = sum0;
      into[t1 * rows + r] = sum1;
      into[t2 * rows + r] = sum2;
      into[t3 * rows + r] = sum3;
    }
  }
}

/** See `Kernels.attention`: all positions' scores, and all dimensions of the result, grow together. */
export function attentionBlocked(
  query: Float32Array,
  { keys, values }: LayerCache,
  { heads, kvHeads, headDim, capacity }: AttentionShape,
  position: number,
  tokens: number,
  into: Float32Array,
): void {
  const scale = fround(1 / Math.sqrt(headDim));
  const weights = new Float32Array(position + tokens);
  for (let t = 0; t < tokens; t++) {
    const seen = position + t + 1;
    for (let h = 0; h < heads; h++) {
      const kv = Math.floor((h * kvHeads) / heads);
      const q = (t * heads + h) * headDim;
      weights.fill(0, 0, seen);
      for (let d = 0; d < headDim; d++) {
        addScaled(weights, 0, query[q + d]!, keys, (kv * headDim + d) * capacity, seen);
      }
      for (let j = 0; j < seen; j++) weights[j] = weights[j]! * scale;
      softmax(weights, seen);
      into.fill(0, q, q + headDim);
      for (let j = 0; j < seen; j++)
        addScaled(into, q, weights[j]!, values, (kv * capacity + j) * headDim, headDim);
    }
  }
}

/** `into[i] += factor · x[i]` for n elements from each array's start. */
function addScaled(
  into: Float32Array,
  intoStart: number,
  factor: number,
  x: Float32Array,
  xStart: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) into[intoStart + i] = into[intoStart + i]! + fround(factor * x[xStart + i]!);
}
