/**
 * Quantizing activations to int8, one scale per token:
 *
 *     s = 127 / max(max|x|, 1e-5)        q = clamp(round(x · s), −128, 127)
 *
 * in float32, rounding half to even.
 *
 * Source: `ActQuant` of HF transformers `integrations/bitnet.py`; S. Ma et al., arXiv 2402.17764, section 2. Units:
 * q is an integer, s dimensionless.
 */
import { requireFinite } from './finite.ts';

/** A token of smaller activations is scaled as if they reached this far. */
const SMALLEST_MAX = Math.fround(1e-5);

/** 1.5 · 2^52: added to a float64 of magnitude below 2^51, it leaves no bits for a fraction, and the sum is rounded to even. */
const ROUNDER = 6755399441055744;

/** Rounds a number of magnitude below 2^51 to the nearest integer, ties to even. */
export function roundHalfEven(x: number): number {
  return x + ROUNDER - ROUNDER;
}

/**
 * Quantizes `tokens` rows of `width`.
 *
 * @param x [tokens, width]
 * @param q [tokens, width], written
 * @param scales [tokens], written: s of each row
 * @param place what to name in an error
 * @throws ENGINE_NOT_FINITE where an activation is NaN or infinite
 */
export function quantizeRows(
  x: Float32Array,
  tokens: number,
  width: number,
  q: Int8Array,
  scales: Float32Array,
  place: string,
): void {
  for (let t = 0; t < tokens; t++) {
    const start = t * width;
    let largest = SMALLEST_MAX;
    // Math.max passes a NaN on.
    for (let i = start; i < start + width; i++) largest = Math.max(largest, Math.abs(x[i]!));
    requireFinite(largest, place);
    const s = Math.fround(127 / largest);
    scales[t] = s;
    for (let i = start; i < start + width; i++) {
      const rounded = roundHalfEven(Math.fround(x[i]! * s)) | 0;
      q[i] = rounded > 127 ? 127 : rounded < -128 ? -128 : rounded;
    }
  }
}
