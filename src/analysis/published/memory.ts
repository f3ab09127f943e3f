/**
 * Memory of a served model as Table 1 and Figure 2 of arXiv 2402.17764 give it. Bytes; the papers' GB is 10⁹.
 *
 *     weights·bits/8 + two FP16 embedding tables + residual
 *
 * The paper does not say what else is in its figures. The residual is fitted to the six cells of Table 1 and nothing more:
 * an FP16 cache of `cache_tokens` positions, and a constant for the half-precision engine.
 */
import type { ModelShape } from '../../model/shape.ts';
import { cachedValues, embeddingWeights, linearWeights } from './pass.ts';

export type ServedWeights = 'fp32' | 'fp16' | 'ternary';

/** Parameters that were fitted; see the file of the paper's rows. */
export interface FittedMemory {
  readonly cacheTokens: number;
  readonly fp16EngineBytes: number;
}

const FP16_BYTES = 2;
/** As the papers' GPU kernel keeps them: two bits a trit. */
const BITS: Readonly<Record<ServedWeights, number>> = { fp32: 32, fp16: 16, ternary: 2 };

/** Bytes of the projections' weights at `bits` each. */
export function weightBytes(shape: ModelShape, bits: number): number {
  return (linearWeights(shape) * bits) / 8;
}

/** Bits that a served weight takes. */
export function servedBits(weights: ServedWeights): number {
  return BITS[weights];
}

/** Bytes of one position's keys and values in FP16. */
export function cacheBytes(shape: ModelShape): number {
  return cachedValues(shape) * FP16_BYTES;
}

/** Bytes of the two embedding tables in FP16. */
export function embeddingBytes(shape: ModelShape): number {
  return embeddingWeights(shape) * FP16_BYTES;
}

/** Bytes of the whole served model. */
export function servedBytes(shape: ModelShape, weights: ServedWeights, fitted: FittedMemory): number {
  const engine = weights === 'ternary' ? 0 : fitted.fp16EngineBytes;
  return (
    weightBytes(shape, servedBits(weights)) +
    embeddingBytes(shape) +
    fitted.cacheTokens * cacheBytes(shape) +
    engine
  );
}
