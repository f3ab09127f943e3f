/**
 * How a recorder watches the engine: it is handed every BitLinear call with the integers that were really multiplied
 * and the integers that came out, before any float touches them.
 *
 * Units: activations and accumulators are integers; `scales` is dimensionless, `q = round(x * s)`.
 */
export interface BitLinearCall {
  /** `layers.<i>.<projection>`, for example `layers.0.q_proj`. */
  readonly name: string;
  /** Position in the sequence of the first token of this call; the others follow it. */
  readonly position: number;
  readonly tokens: number;
  readonly in: number;
  readonly out: number;
  /** [tokens, in] */
  readonly activations: Int8Array;
  /** [tokens], the s of q = round(x * s) */
  readonly scales: Float32Array;
  /** [tokens, out], exact sums of trit times activation */
  readonly accumulators: Int32Array;
}

/**
 * Receives each call in the order of computation: layer by layer, and in a layer q, k, v, o, gate, up, down. A long
 * prompt arrives in several calls of consecutive tokens each. The arrays belong to the engine and are valid only
 * until the method returns: copy what is to be kept, and change nothing.
 */
export interface BitLinearObserver {
  bitlinear(call: BitLinearCall): void;
}
