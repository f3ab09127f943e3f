/** A loaded BitNet model: its shape and its weights, nothing of a run. Float weights are float32, row-major. */
import { PROJECTIONS, type ModelShape, type Projection } from './shape.ts';
import { census, type Ternary, type TernaryCensus } from './ternary.ts';

export interface Layer {
  /** [hidden], before the q, k and v projections. */
  readonly inputNorm: Float32Array;
  /** [heads · headDim], before the o projection; null where the architecture has none. */
  readonly attentionSubNorm: Float32Array | null;
  /** [hidden], before the gate and up projections. */
  readonly postAttentionNorm: Float32Array;
  /** [intermediate], before the down projection; null where the architecture has none. */
  readonly ffnSubNorm: Float32Array | null;
  readonly projections: Readonly<Record<Projection, Ternary>>;
}

export interface Model {
  /** What to call it: the path it came from. */
  readonly name: string;
  readonly shape: ModelShape;
  /** Tokens that end a text. */
  readonly eosIds: readonly number[];
  /** [vocab, hidden] */
  readonly embedding: Float32Array;
  readonly layers: readonly Layer[];
  /** [hidden] */
  readonly finalNorm: Float32Array;
  /** [vocab, hidden]; the embedding itself where the two are tied. */
  readonly head: Float32Array;
}

/** Every ternary matrix, in the order of computation. */
export function ternaryMatrices(model: Model): Ternary[] {
  return model.layers.flatMap((layer) => PROJECTIONS.map((projection) => layer.projections[projection]));
}

/** The census of every ternary matrix, in the same order. */
export function censusOf(model: Model): TernaryCensus[] {
  return ternaryMatrices(model).map(census);
}
