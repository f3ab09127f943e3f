/**
 * Softmax over the first `n` numbers of an array, in place, in float32: subtract the largest, exponentiate, divide by
 * the sum, which is taken in ascending order.
 *
 * INACCURACIES: `Math.exp` is evaluated in float64 and then rounded; ECMAScript leaves its last bit to the engine.
 * V8 (Node, Chromium) computes it in software, the same on every machine.
 */
export function softmax(x: Float32Array, n: number): void {
  let largest = -Infinity;
  for (let i = 0; i < n; i++) largest = Math.max(largest, x[i]!);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    x[i] = Math.exp(Math.fround(x[i]! - largest));
    sum = Math.fround(sum + x[i]!);
  }
  for (let i = 0; i < n; i++) x[i] = x[i]! / sum;
}
