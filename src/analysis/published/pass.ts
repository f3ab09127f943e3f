/**
 * What one pass of a decoder over its prompt multiplies and adds, counted as the BitNet papers count it (arXiv
 * 2310.11453, section 3.1 and Table 1; arXiv 2402.17764, Figure 3; arXiv 2504.12285, appendix). Units: operations.
 *
 *   linear     Σ in·out of all projections, a token
 *   attention  2·L·S·w a token: scores and weighted values over all S positions, causal or not; w = heads × head size
 *   rescaling  Σ (in + out) of all projections, a token: a ternary product is scaled once a row and once a column
 *
 * The papers write m·(n−1)·p additions; with n for n − 1, as here, every printed cell comes out, and no digit differs.
 *
 * NOT MODELLED, since the papers leave them out: embedding, head, norms, softmax, activation, residuals.
 */
import { projectionsOf, projectionSizes, type ModelShape } from '../../model/shape.ts';

/** Operations of one token of a pass. */
export interface TokenWork {
  /** Multiply-adds of the projections. */
  readonly linear: number;
  /** Multiply-adds of attention. */
  readonly attention: number;
  /** Multiplications that scale a ternary projection's inputs and outputs. */
  readonly rescaling: number;
}

/** @param tokens length of the pass, S: attention grows with it */
export function tokenWork(shape: ModelShape, tokens: number): TokenWork {
  const { layers, heads, headDim } = shape;
  return {
    linear: linearWeights(shape),
    attention: 2 * layers * tokens * heads * headDim,
    rescaling: overProjections(shape, (size) => size.in + size.out),
  };
}

/** Weights of all projections: what a BitNet keeps in trits. */
export function linearWeights(shape: ModelShape): number {
  return overProjections(shape, (size) => size.in * size.out);
}

/** Values of the embedding table and of the head; both, even where they are tied, as the papers' engines keep them. */
export function embeddingWeights({ vocab, hidden }: ModelShape): number {
  return 2 * vocab * hidden;
}

/** Keys and values that one position of one sequence adds to the cache. */
export function cachedValues({ layers, kvHeads, headDim }: ModelShape): number {
  return 2 * layers * kvHeads * headDim;
}

function overProjections(shape: ModelShape, of: (size: { in: number; out: number }) => number): number {
  const sizes = projectionSizes(shape);
  return shape.layers * projectionsOf(shape).reduce((sum, name) => sum + of(sizes[name]), 0);
}
