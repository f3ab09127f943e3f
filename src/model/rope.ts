/**
 * Rotary position embedding, split-half: element i of a head turns with element i + headDim/2 by the angle
 * position · theta^(−2i/headDim).
 *
 * Source: J. Su et al., "RoFormer", arXiv 2104.09864, equation 34, with the pairing of HF transformers
 * (`rotate_half`). Frequencies and angles are rounded to float32 as there, since that is what models are trained
 * with. Units: radians.
 *
 * INACCURACIES: `Math.cos` and `Math.sin` are evaluated in float64 and rounded; ECMAScript leaves their last bit to
 * the engine. V8 computes them in software, the same on every machine.
 */
import type { ModelShape } from './shape.ts';

const { fround } = Math;

export interface RopeTable {
  /** [positions, headDim / 2] */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

export function ropeTable({ headDim, ropeTheta }: ModelShape, positions: number): RopeTable {
  const half = headDim / 2;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let i = 0; i < half; i++) {
    const frequency = fround(1 / fround(ropeTheta ** fround((2 * i) / headDim)));
    for (let p = 0; p < positions; p++) {
      const angle = fround(p * frequency);
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * Turns every head of every token, in place.
 *
 * @param x [tokens, heads, headDim]
 * @param position that of the first token
 */
export function rotate(
  x: Float32Array,
  tokens: number,
  heads: number,
  headDim: number,
  { cos, sin }: RopeTable,
  position: number,
): void {
  const half = headDim / 2;
  for (let t = 0; t < tokens; t++) {
    const angles = (position + t) * half;
    for (let h = 0; h < heads; h++) {
      const start = (t * heads + h) * headDim;
      for (let i = 0; i < half; i++) {
        const c = cos[angles + i]!;
        const s = sin[angles + i]!;
        const a = x[start + i]!;
        const b = x[start + half + i]!;
        x[start + i] = fround(a * c) - fround(b * s);
        x[start + half + i] = fround(b * c) + fround(a * s);
      }
    }
  }
}
