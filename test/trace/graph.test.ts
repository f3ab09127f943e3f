import { describe, expect, it } from 'vitest';
import type { ModelShape } from '../../src/model/shape.ts';
import { operationsOf } from '../../src/trace/graph.ts';
import type { BitLinearOperation } from '../../src/trace/operation.ts';

/** BitNet b1.58 2B4T; source: its config.json. */
const bitnet2b4t: ModelShape = {
  hidden: 2560,
  intermediate: 6912,
  layers: 30,
  heads: 20,
  kvHeads: 5,
  headDim: 128,
  vocab: 128256,
  maxPositions: 4096,
  ropeTheta: 500000,
  rmsEps: 1e-5,
  activation: 'relu2',
  gated: true,
  tiedEmbeddings: true,
  subNorms: true,
};

function ternaryWeights(shape: ModelShape): number {
  return operationsOf(shape)
    .filter((operation): operation is BitLinearOperation => operation.kind === 'bitlinear')
    .reduce((sum, { in: inputs, out }) => sum + inputs * out, 0);
}

describe('the operations of a step', () => {
  it('run in the order of the model: norm, quantize, projections, attention, feed-forward network', () => {
    const names = operationsOf({ ...bitnet2b4t, layers: 1 }).map(({ name }) => name);
    expect(names).toEqual([
      'embedding',
      'layers.0.input_norm',
      'layers.0.qkv_quantize',
      'layers.0.q_proj',
      'layers.0.k_proj',
      'layers.0.v_proj',
      'layers.0.rope',
      'layers.0.attention',
      'layers.0.attn_sub_norm',
      'layers.0.o_quantize',
      'layers.0.o_proj',
      'layers.0.attention_residual',
      'layers.0.post_attention_norm',
      'layers.0.gate_up_quantize',
      'layers.0.gate_proj',
      'layers.0.up_proj',
      'layers.0.activation',
      'layers.0.ffn_sub_norm',
      'layers.0.down_quantize',
      'layers.0.down_proj',
      'layers.0.ffn_residual',
      'final_norm',
      'head',
    ]);
  });

  it('depend only on operations before them, and all but the head are used', () => {
    const operations = operationsOf(bitnet2b4t);
    const seen = new Set<string>();
    const used = new Set<string>();
    for (const { name, after } of operations) {
      for (const needed of after) {
        expect(seen).toContain(needed);
        used.add(needed);
      }
      expect(seen).not.toContain(name);
      seen.add(name);
    }
    expect([...seen].filter((name) => !used.has(name))).toEqual(['head']);
  });

  it('hold the 2,084,044,800 ternary weights of the released 2B4T model', () => {
    expect(ternaryWeights(bitnet2b4t)).toBe(2_084_044_800);
  });

  it('hold 12·L·h² weights where the feed-forward network is 4h wide and has no gate', () => {
    const shape = { ...bitnet2b4t, kvHeads: 20, intermediate: 4 * 2560, gated: false };
    expect(ternaryWeights(shape)).toBe(12 * 30 * 2560 ** 2);
  });

  it('leave the sub-norms out where the model has none', () => {
    const operations = operationsOf({ ...bitnet2b4t, layers: 1, subNorms: false });
    expect(operations.filter(({ name }) => name.includes('sub_norm'))).toEqual([]);
    expect(operations.find(({ name }) => name === 'layers.0.o_quantize')?.after).toEqual([
      'layers.0.attention',
    ]);
    expect(operations.find(({ name }) => name === 'layers.0.down_quantize')?.after).toEqual([
      'layers.0.activation',
    ]);
  });
});
