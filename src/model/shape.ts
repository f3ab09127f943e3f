/**
 * The shape of a BitNet b1.58 language model: everything that decides how many numbers it holds and in which order
 * they are used, and nothing of their values.
 *
 * Source: the `config.json` of HF transformers' `BitNetForCausalLM` and `LlamaForCausalLM`. Units: elements, unless
 * a field says otherwise.
 *
 * NOT MODELLED: biases, rope scaling, sliding windows, mixtures of experts, per-projection norms (`use_rms_norm`);
 * the reader of `config.json` refuses them by name.
 */
export interface ModelShape {
  /** Width of the residual stream. */
  readonly hidden: number;
  /** Width of the feed-forward network between gate/up and down. */
  readonly intermediate: number;
  readonly layers: number;
  /** Query heads; the attention's width is `heads * headDim`. */
  readonly heads: number;
  /** Key/value heads; divides `heads` (grouped-query attention). */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocab: number;
  /** Longest sequence, in tokens; also the context that the model was trained with. */
  readonly maxPositions: number;
  /** Base of the rotary embedding's frequencies. */
  readonly ropeTheta: number;
  /** Added to the mean square under the root of every RMSNorm. */
  readonly rmsEps: number;
  /** What the gate goes through before it multiplies the up projection; `relu2` is max(x, 0) squared. */
  readonly activation: 'relu2' | 'silu';
  /**
   * True where `fn(gate) * up` feeds the down projection (BitNet b1.58, Llama); false where `fn(up)` does and there
   * is no gate (the GPT shape of BitNet's first paper).
   */
  readonly gated: boolean;
  /** True where the language-model head is the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** True where a norm precedes the o and the down projection (BitNet; Llama has none). */
  readonly subNorms: boolean;
}

/** The seven BitLinear projections of a layer, in the order in which they are computed. */
export const PROJECTIONS = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;

export type Projection = (typeof PROJECTIONS)[number];

/** Output and input width of a projection: its weight matrix is `[out, in]`. */
export interface ProjectionSize {
  readonly out: number;
  readonly in: number;
}

/** The projections that a shape has: all seven, or six where the feed-forward network has no gate. */
export function projectionsOf(shape: ModelShape): readonly Projection[] {
  return shape.gated ? PROJECTIONS : PROJECTIONS.filter((projection) => projection !== 'gate_proj');
}

/** The size of each of a layer's seven weight matrices; the same for every layer. */
export function projectionSizes(shape: ModelShape): Readonly<Record<Projection, ProjectionSize>> {
  const { hidden, intermediate } = shape;
  const attention = shape.heads * shape.headDim;
  const keyValue = shape.kvHeads * shape.headDim;
  return {
    q_proj: { out: attention, in: hidden },
    k_proj: { out: keyValue, in: hidden },
    v_proj: { out: keyValue, in: hidden },
    o_proj: { out: hidden, in: attention },
    gate_proj: { out: intermediate, in: hidden },
    up_proj: { out: intermediate, in: hidden },
    down_proj: { out: hidden, in: intermediate },
  };
}

/** The name under which traces and observers know a projection: `layers.0.q_proj`. */
export function projectionName(layer: number, projection: Projection): string {
  return `layers.${layer}.${projection}`;
}
