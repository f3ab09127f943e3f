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

/** 1.5 · 2^23: added to a float32 below 2^22, it leaves no bits for a fraction, and the hardware rounds to even. */
const ROUNDER = 12582912;

/** Rounds a float32 of magnitude below 2^22 to the nearest integer, ties to even. */
export function roundHalfEven(x: number): number {
  return Math.fround(Math.fround(x + ROUNDER) - ROUNDER);
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
      const rounded = roundHalfEven(Math.fround(x[i]! * s));
      q[i] = Math.min(127, Math.max(-128, rounded));
    }
  }
}
