/**
 * One step of a model as operations in the order they run, with their true data dependencies: what the recorder
 * checks the engine against, and what the mapping turns into a program.
 *
 * Source: the graph of HF transformers' `BitNetForCausalLM` (Llama with a norm before the o and the down projection).
 * A quantization feeds every projection that reads the same values: q, k and v share one, gate and up another.
 *
 * NOT MODELLED: biases, dropout, learned position embeddings; the softmax is part of `attention`.
 */
import { projectionName, projectionSizes, type ModelShape, type Projection } from '../model/shape.ts';
import type { BitLinearOperation, Operation } from './operation.ts';

/** The operations of one step, embedding to head; every name in `after` stands earlier in the list. */
export function operationsOf(shape: ModelShape): Operation[] {
  const { hidden, vocab } = shape;
  const operations: Operation[] = [
    { name: 'embedding', kind: 'embedding', layer: null, after: [], vocab, hidden },
  ];
  let stream = 'embedding';
  for (let layer = 0; layer < shape.layers; layer++) {
    const attention = attentionOf(shape, layer, stream);
    const feedForward = feedForwardOf(shape, layer, attention.at(-1)!.name);
    operations.push(...attention, ...feedForward);
    stream = feedForward.at(-1)!.name;
  }
  operations.push(
    { name: 'final_norm', kind: 'norm', layer: null, after: [stream], width: hidden },
    {
      name: 'head',
      kind: 'head',
      layer: null,
      after: ['final_norm'],
      in: hidden,
      out: vocab,
      tied: shape.tiedEmbeddings,
    },
  );
  return operations;
}

/** Norm, q, k, v, attention over the cache, o, and the residual addition that ends the block. */
function attentionOf(shape: ModelShape, layer: number, stream: string): Operation[] {
  const { hidden, heads, kvHeads, headDim } = shape;
  const at = (what: string) => `layers.${layer}.${what}`;
  const width = heads * headDim;
  const block: Operation[] = [
    { name: at('input_norm'), kind: 'norm', layer, after: [stream], width: hidden },
    { name: at('qkv_quantize'), kind: 'quantize', layer, after: [at('input_norm')], width: hidden },
    projection(shape, layer, 'q_proj', at('qkv_quantize')),
    projection(shape, layer, 'k_proj', at('qkv_quantize')),
    projection(shape, layer, 'v_proj', at('qkv_quantize')),
    { name: at('rope'), kind: 'rope', layer, after: [at('q_proj'), at('k_proj')], heads, kvHeads, headDim },
    {
      name: at('attention'),
      kind: 'attention',
      layer,
      after: [at('rope'), at('v_proj')],
      heads,
      kvHeads,
      headDim,
    },
  ];
  if (shape.subNorms) {
    block.push({ name: at('attn_sub_norm'), kind: 'norm', layer, after: [at('attention')], width });
  }
  block.push(
    { name: at('o_quantize'), kind: 'quantize', layer, after: [block.at(-1)!.name], width },
    projection(shape, layer, 'o_proj', at('o_quantize')),
    { name: at('attention_residual'), kind: 'residual', layer, after: [at('o_proj'), stream], width: hidden },
  );
  return block;
}

/** Norm, gate and up, activation, down, and the residual addition that ends the layer. */
function feedForwardOf(shape: ModelShape, layer: number, stream: string): Operation[] {
  const { hidden, intermediate: width } = shape;
  const at = (what: string) => `layers.${layer}.${what}`;
  const quantize = at(shape.gated ? 'gate_up_quantize' : 'up_quantize');
  const inputs: readonly Projection[] = shape.gated ? ['gate_proj', 'up_proj'] : ['up_proj'];
  const block: Operation[] = [
    { name: at('post_attention_norm'), kind: 'norm', layer, after: [stream], width: hidden },
    { name: quantize, kind: 'quantize', layer, after: [at('post_attention_norm')], width: hidden },
    ...inputs.map((name) => projection(shape, layer, name, quantize)),
    {
      name: at('activation'),
      kind: 'activation',
      layer,
      after: inputs.map(at),
      function: shape.activation,
      gated: shape.gated,
      width,
    },
  ];
  if (shape.subNorms) {
    block.push({ name: at('ffn_sub_norm'), kind: 'norm', layer, after: [at('activation')], width });
  }
  block.push(
    { name: at('down_quantize'), kind: 'quantize', layer, after: [block.at(-1)!.name], width },
    projection(shape, layer, 'down_proj', at('down_quantize')),
    { name: at('ffn_residual'), kind: 'residual', layer, after: [at('down_proj'), stream], width: hidden },
  );
  return block;
}

function projection(shape: ModelShape, layer: number, name: Projection, after: string): BitLinearOperation {
  return {
    name: projectionName(layer, name),
    kind: 'bitlinear',
    layer,
    after: [after],
    ...projectionSizes(shape)[name],
  };
}
