/**
 * The operations between the matrix products, all in float32, every intermediate rounded. Arrays are [tokens, width]
 * and row-major.
 */
import { requireFinite } from './finite.ts';

const { fround } = Math;

/**
 * `into = x · weight / sqrt(mean(x²) + eps)`, row by row; squares are summed in ascending order.
 *
 * Source: B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", arXiv 1910.07467, equation 4, in the
 * order of operations of HF's `LlamaRMSNorm`: weight · (x · rsqrt(…)). There a sum that overflows turns the row into
 * zeros; here it throws ENGINE_NOT_FINITE, naming `place`.
 */
export function rmsNorm(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  eps: number,
  into: Float32Array,
  place: string,
): void {
  const width = weight.length;
  for (let t = 0; t < tokens; t++) {
    const start = t * width;
    let sum = 0;
    for (let i = start; i < start + width; i++) sum = fround(sum + fround(x[i]! * x[i]!));
    requireFinite(sum, place);
    const inverse = fround(1 / fround(Math.sqrt(fround(fround(sum / width) + fround(eps)))));
    for (let i = 0; i < width; i++) into[start + i] = weight[i]! * fround(x[start + i]! * inverse);
  }
}

/** `x += y` over the first `n` elements: a residual connection. */
export function add(x: Float32Array, y: Float32Array, n: number): void {
  for (let i = 0; i < n; i++) x[i] = x[i]! + y[i]!;
}

/**
 * `gate = f(gate) · up` over the first `n` elements, with f(x) = max(x, 0)² for relu2 and x / (1 + e^−x) for silu.
 */
export function gatedActivation(
  kind: 'relu2' | 'silu',
  gate: Float32Array,
  up: Float32Array,
  n: number,
): void {
  if (kind === 'relu2') {
    for (let i = 0; i < n; i++) {
      const positive = Math.max(gate[i]!, 0);
      gate[i] = fround(positive * positive) * up[i]!;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const x = gate[i]!;
      gate[i] = fround(x / fround(1 + fround(Math.exp(-x)))) * up[i]!;
    }
  }
}

/**
 * Undoes both quantizations of a BitLinear call: `into = accumulator · (weightScale / s)`, the quotient once per
 * token, then one multiplication per element. The accumulator turns into float32 first, exactly while
 * 127 · inputs < 2^24.
 *
 * @param accumulators [tokens, width]
 * @param scales [tokens], the s of each token's activations
 */
export function dequantize(
  accumulators: Int32Array,
  tokens: number,
  width: number,
  weightScale: number,
  scales: Float32Array,
  into: Float32Array,
): void {
  for (let t = 0; t < tokens; t++) {
    const factor = fround(weightScale / scales[t]!);
    for (let i = t * width; i < (t + 1) * width; i++) into[i] = fround(accumulators[i]!) * factor;
  }
}
