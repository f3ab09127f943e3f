/**
 * The three loops in which the engine spends its time, behind one contract with several implementations: `plain.ts`
 * is the definition, the others are faster and equal to it bit for bit (`test/model/kernels.test.ts`).
 *
 * Floats: every product and every sum is rounded to float32 on its own (no fused multiply-add), and sums start at
 * +0 and run through their index in ascending order. Integers: exact, so their order does not matter.
 */
import type { LayerCache } from '../cache.ts';
import type { Ternary } from '../ternary.ts';

export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Positions for which the cache has room. */
  readonly capacity: number;
}

export interface Kernels {
  readonly name: string;

  /**
   * Trits times int8: `into[t, r] = Σ_c trit[r, c] · x[t, c]`.
   *
   * @param x [tokens, cols], each −128 to 127
   * @param into [tokens, rows], written
   */
  ternary(weights: Ternary, x: Int8Array, tokens: number, into: Int32Array): void;

  /**
   * Floats times floats: `into[t, r] = Σ_c w[r, c] · x[t, c]`, c ascending.
   *
   * @param weights [rows, cols]
   * @param x [tokens, cols]
   * @param into [tokens, rows], written
   */
  dense(
    weights: Float32Array,
    rows: number,
    cols: number,
    x: Float32Array,
    tokens: number,
    into: Float32Array,
  ): void;

  /**
   * Causal attention. Token t of the call has position `position + t` and sees the positions up to its own. Query
   * head h reads key/value head floor(h · kvHeads / heads).
   *
   *     score[j] = (Σ_d q[d] · key[j, d]) · headDim^-1/2        weight = softmax(score)
   *     into[d]  = Σ_j weight[j] · value[j, d]
   *
   * with d and j ascending and the softmax of `softmax.ts`.
   *
   * @param query [tokens, heads, headDim]
   * @param cache holds `position + tokens` positions
   * @param into [tokens, heads, headDim], written
   */
  attention(
    query: Float32Array,
    cache: LayerCache,
    shape: AttentionShape,
    position: number,
    tokens: number,
    into: Float32Array,
  ): void;
}
