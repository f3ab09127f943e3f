/**
 * The forward pass of BitNet b1.58, top to bottom: what a token goes through from its row of the embedding to its
 * logits.
 *
 *     h   = x + o_proj( subnorm( attention( rope(q_proj(n)), rope(k_proj(n)), v_proj(n) ) ) )     n = norm(x)
 *     out = h + down_proj( subnorm( relu(gate_proj(m))² · up_proj(m) ) )                          m = norm(h)
 *
 * Contract: a projection quantizes its input to int8, one scale per token; multiplies trits and int8 exactly into
 * int32; and applies one float32 multiplication to the result. Everything else is float32, rounded after every
 * operation, sums in ascending order: `quantize.ts`, `elementwise.ts`, `rope.ts`, `softmax.ts` and
 * `kernels/kernels.ts` say so operation by operation. Nothing of a token depends on which other tokens share its
 * call, so prefill and decode agree bit for bit.
 *
 * Source: `BitNetForCausalLM` of HF transformers. Shapes: B tokens of the call, H hidden, A heads · headDim,
 * V kvHeads · headDim, F intermediate.
 *
 * INACCURACIES against transformers: it fake-quantizes, dividing the int8 by their scale and multiplying floats, so
 * its sums carry float32 rounding errors that the integers here do not, about 1e-5 of a logit. An activation within
 * such an error of a rounding boundary comes out one step apart, and later layers multiply the step: in the shipped
 * model one at x·s = −72.500012 moves the logits of its token and those after it by 0.1 to 0.2. Transformers differs
 * from itself as much between two processors.
 */
import type { KvCache } from './cache.ts';
import { add, dequantize, gatedActivation, rmsNorm } from './elementwise.ts';
import type { Kernels } from './kernels/kernels.ts';
import type { Layer, Model } from './model.ts';
import type { BitLinearObserver } from './observer.ts';
import { quantizeRows } from './quantize.ts';
import { type RopeTable, rotate } from './rope.ts';
import type { ModelShape } from './shape.ts';
import type { Ternary } from './ternary.ts';

/** The buffers of a run, sized for a batch of B tokens; what they hold lasts until the next call. */
export interface RunState {
  /** [B, H], the residual stream. */
  readonly x: Float32Array;
  /** [B, max(H, A, F)], a normed input of projections. */
  readonly normed: Float32Array;
  /** [B, max(H, A, F)], the same as integers, and [B] its scales. */
  readonly quantized: Int8Array;
  readonly scales: Float32Array;
  /** [B, A] */
  readonly query: Float32Array;
  /** [B, V] */
  readonly key: Float32Array;
  /** [B, V] */
  readonly value: Float32Array;
  /** [B, A] */
  readonly attended: Float32Array;
  /** [B, F] */
  readonly gate: Float32Array;
  /** [B, F] */
  readonly up: Float32Array;
  /** [B, H], what a block adds to the residual stream. */
  readonly delta: Float32Array;
  /** [B, max(H, A, F)], the integers that a projection sums to. */
  readonly accumulators: Int32Array;
}

export interface Run {
  readonly model: Model;
  readonly kernels: Kernels;
  readonly cache: KvCache;
  readonly rope: RopeTable;
  readonly state: RunState;
}

export function createRunState(shape: ModelShape, batch: number): RunState {
  const attention = shape.heads * shape.headDim;
  const keyValue = shape.kvHeads * shape.headDim;
  const widest = Math.max(shape.hidden, attention, shape.intermediate);
  return {
    x: new Float32Array(batch * shape.hidden),
    normed: new Float32Array(batch * widest),
    quantized: new Int8Array(batch * widest),
    scales: new Float32Array(batch),
    query: new Float32Array(batch * attention),
    key: new Float32Array(batch * keyValue),
    value: new Float32Array(batch * keyValue),
    attended: new Float32Array(batch * attention),
    gate: new Float32Array(batch * shape.intermediate),
    up: new Float32Array(batch * shape.intermediate),
    delta: new Float32Array(batch * shape.hidden),
    accumulators: new Int32Array(batch * widest),
  };
}

/**
 * Runs tokens through all layers and appends them to the cache; `state.x` holds their final hidden states.
 *
 * @param ids at most as many as the state's batch, and as the cache has room for
 */
export function forwardLayers(
  run: Run,
  ids: ArrayLike<number>,
  observer: BitLinearObserver | undefined,
): void {
  const { model, cache, state } = run;
  const { hidden } = model.shape;
  for (let t = 0; t < ids.length; t++) {
    state.x.set(model.embedding.subarray(ids[t]! * hidden, (ids[t]! + 1) * hidden), t * hidden);
  }
  for (const [index, layer] of model.layers.entries()) {
    attentionBlock(run, layer, index, ids.length, observer);
    feedForwardBlock(run, layer, ids.length, observer);
  }
  cache.length += ids.length;
}

/**
 * The logits of tokens `from` up to, not including, `to` of the last `forwardLayers`.
 *
 * @param into [to − from, vocab], written
 */
export function forwardHead(run: Run, from: number, to: number, into: Float32Array): void {
  const { model, kernels, state } = run;
  const { hidden, vocab, rmsEps } = model.shape;
  const x = state.x.subarray(from * hidden, to * hidden);
  rmsNorm(x, to - from, model.finalNorm, rmsEps, state.normed, 'input of lm_head');
  kernels.dense(model.head, vocab, hidden, state.normed, to - from, into);
}

function attentionBlock(
  run: Run,
  layer: Layer,
  index: number,
  tokens: number,
  observer?: BitLinearObserver,
): void {
  const { cache, kernels, rope, state } = run;
  const { shape } = run.model;
  const { heads, kvHeads, headDim, hidden } = shape;
  const position = cache.length;
  const { q_proj, k_proj, v_proj, o_proj } = layer.projections;

  rmsNorm(state.x, tokens, layer.inputNorm, shape.rmsEps, state.normed, inputOf(q_proj));
  quantizeInput(run, q_proj, state.normed, tokens);
  bitLinear(run, q_proj, tokens, state.query, observer);
  bitLinear(run, k_proj, tokens, state.key, observer);
  bitLinear(run, v_proj, tokens, state.value, observer);

  rotate(state.query, tokens, heads, headDim, rope, position);
  rotate(state.key, tokens, kvHeads, headDim, rope, position);
  cache.append(index, tokens, state.key, state.value);
  const attention = { heads, kvHeads, headDim, capacity: cache.capacity };
  kernels.attention(state.query, cache.layers[index]!, attention, position, tokens, state.attended);

  const attended = subNorm(run, layer.attentionSubNorm, state.attended, tokens, inputOf(o_proj));
  quantizeInput(run, o_proj, attended, tokens);
  bitLinear(run, o_proj, tokens, state.delta, observer);
  add(state.x, state.delta, tokens * hidden);
}

function feedForwardBlock(run: Run, layer: Layer, tokens: number, observer?: BitLinearObserver): void {
  const { state } = run;
  const { shape } = run.model;
  const { gate_proj, up_proj, down_proj } = layer.projections;

  rmsNorm(state.x, tokens, layer.postAttentionNorm, shape.rmsEps, state.normed, inputOf(gate_proj));
  quantizeInput(run, gate_proj, state.normed, tokens);
  bitLinear(run, gate_proj, tokens, state.gate, observer);
  bitLinear(run, up_proj, tokens, state.up, observer);
  gatedActivation(shape.activation, state.gate, state.up, tokens * shape.intermediate);

  const activated = subNorm(run, layer.ffnSubNorm, state.gate, tokens, inputOf(down_proj));
  quantizeInput(run, down_proj, activated, tokens);
  bitLinear(run, down_proj, tokens, state.delta, observer);
  add(state.x, state.delta, tokens * shape.hidden);
}

/** The norm in front of o and down where the architecture has one; otherwise its input. */
function subNorm(
  run: Run,
  weight: Float32Array | null,
  x: Float32Array,
  tokens: number,
  place: string,
): Float32Array {
  if (weight === null) return x;
  rmsNorm(x, tokens, weight, run.model.shape.rmsEps, run.state.normed, place);
  return run.state.normed;
}

/** Quantizes the input of one projection, or of several that share it. */
function quantizeInput({ state }: Run, weights: Ternary, x: Float32Array, tokens: number): void {
  quantizeRows(x, tokens, weights.cols, state.quantized, state.scales, inputOf(weights));
}

/** What to call the input of a projection in an error. */
function inputOf({ name }: Ternary): string {
  return `input of ${name}`;
}

/** One BitLinear: the quantized input of the state times trits. `into` is [tokens, rows]. */
function bitLinear(
  { kernels, cache, state }: Run,
  weights: Ternary,
  tokens: number,
  into: Float32Array,
  observer: BitLinearObserver | undefined,
): void {
  const { name, rows, cols, scale } = weights;
  kernels.ternary(weights, state.quantized, tokens, state.accumulators);
  observer?.bitlinear({
    name,
    position: cache.length,
    tokens,
    in: cols,
    out: rows,
    activations: state.quantized.subarray(0, tokens * cols),
    scales: state.scales.subarray(0, tokens),
    accumulators: state.accumulators.subarray(0, tokens * rows),
  });
  dequantize(state.accumulators, tokens, rows, scale, state.scales, into);
}
