/**
 * One step of a model as a list of operations in the order they run: a step is a whole prompt (prefill) or one token of
 * each sequence of the batch (decode). The list is the same for every step; what changes is the number of token rows M
 * and the length of the KV cache, which the phase gives.
 *
 * Shapes: `rows` of a tensor are token rows (M); `width` its columns.
 */
export type Phase = 'prefill' | 'decode';

interface Named {
  /** `layers.3.q_proj`; unique in the list. */
  readonly name: string;
  /** Layer index, or null outside the layers. */
  readonly layer: number | null;
  /** Names of the operations whose results this one reads, apart from weights and the KV cache. */
  readonly after: readonly string[];
}

/** Row lookup in the embedding table: M rows of `hidden`. */
export interface EmbeddingOperation extends Named {
  readonly kind: 'embedding';
  readonly vocab: number;
  readonly hidden: number;
}

/** RMSNorm over `width`. */
export interface NormOperation extends Named {
  readonly kind: 'norm';
  readonly width: number;
}

/** Per-token absmax quantization of `width` values to int8; the result may feed several projections. */
export interface QuantizeOperation extends Named {
  readonly kind: 'quantize';
  readonly width: number;
}

/** `[M, in] int8 × [out, in]ᵀ trits → [M, out] int32`, then one float multiply a value. */
export interface BitLinearOperation extends Named {
  readonly kind: 'bitlinear';
  readonly in: number;
  readonly out: number;
}

/** Rotary embedding of the new queries and keys, split-half. */
export interface RopeOperation extends Named {
  readonly kind: 'rope';
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Writes the new keys and values to the cache, reads the whole of it, softmax(q·kᵀ)·v, causal. */
export interface AttentionOperation extends Named {
  readonly kind: 'attention';
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** `fn(gate) ⊙ up` on `width` columns; `fn(up)` where it is not gated. */
export interface ActivationOperation extends Named {
  readonly kind: 'activation';
  readonly function: 'relu2' | 'silu';
  readonly gated: boolean;
  readonly width: number;
}

export interface ResidualOperation extends Named {
  readonly kind: 'residual';
  readonly width: number;
}

/** `[rows, in] × [out, in]ᵀ` in the embedding's precision; rows is one a sequence: the last position. */
export interface HeadOperation extends Named {
  readonly kind: 'head';
  readonly in: number;
  readonly out: number;
  /** Whether the weights are the embedding table's. */
  readonly tied: boolean;
}

export type Operation =
  | EmbeddingOperation
  | NormOperation
  | QuantizeOperation
  | BitLinearOperation
  | RopeOperation
  | AttentionOperation
  | ActivationOperation
  | ResidualOperation
  | HeadOperation;
