// Question: is a config read as transformers reads it, and refused where the engine could not honour it?
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/model/config.ts';
import { tinyModel } from './tiny.ts';

const { config } = tinyModel();
const without = (key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));

describe('readConfig', () => {
  it('finds the shape', () => {
    expect(readConfig(config, 'config.json')).toEqual({
      shape: {
        hidden: 24,
        intermediate: 44,
        layers: 2,
        heads: 6,
        kvHeads: 2,
        headDim: 4,
        vocab: 50,
        maxPositions: 40,
        ropeTheta: 10000,
        rmsEps: 1e-5,
        activation: 'relu2',
        gated: true,
        tiedEmbeddings: true,
        subNorms: true,
      },
      weightForm: 'packed-multiply',
      eosIds: [2],
    });
  });

  it('takes rope_theta from where version 5 of transformers puts it, and several end tokens', () => {
    const parameters = { rope_type: 'default', rope_theta: 500000 };
    const read = readConfig(
      { ...without('rope_theta'), rope_parameters: parameters, eos_token_id: [1, 2] },
      'c',
    );
    expect(read.shape.ropeTheta).toBe(500000);
    expect(read.eosIds).toEqual([1, 2]);
    expect(readConfig(without('eos_token_id'), 'c').eosIds).toEqual([]);
  });

  it.each([
    [{ model_type: 'gpt2' }, 'config.json: model_type'],
    [{ hidden_act: 'gelu' }, 'config.json: hidden_act'],
    [{ hidden_size: '24' }, 'config.json: hidden_size'],
    [{ hidden_size: 25 }, 'must be divisible by the 6 attention heads (found 25)'],
    [{ num_key_value_heads: 4 }, 'must divide the 6 attention heads (found 4)'],
    [{ head_dim: 3 }, 'must be even'],
    [{ num_hidden_layers: 0 }, 'config.json: num_hidden_layers'],
    [{ vocab_size: 1.5 }, 'config.json: vocab_size'],
    [{ rms_norm_eps: -1 }, 'config.json: rms_norm_eps'],
    [{ attention_bias: true }, 'config.json: attention_bias'],
    [{ mlp_bias: true }, 'config.json: mlp_bias'],
    [{ sliding_window: 512 }, 'config.json: sliding_window'],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'config.json: rope_scaling'],
    [{ rope_parameters: { rope_type: 'yarn', rope_theta: 1 } }, 'config.json: rope_parameters: rope_type'],
    [{ rope_parameters: { rope_type: 'default', rope_theta: 5 } }, 'contradicts rope_parameters.rope_theta'],
    [{ rope_theta: null }, 'config.json: rope_theta: is needed'],
    [{ tie_word_embeddings: 1 }, 'config.json: tie_word_embeddings'],
    [{ quantization_config: { quant_method: 'gptq' } }, 'quantization_config: quant_method'],
    [
      { quantization_config: { quant_method: 'bitnet', linear_clas: 'x' } },
      "the key 'linear_clas' is not known",
    ],
    [{ quantization_config: { quant_method: 'bitnet', linear_clas: 'x' } }, "Did you mean 'linear_class'?"],
    [{ quantization_config: { quant_method: 'bitnet', use_rms_norm: true } }, 'use_rms_norm'],
    [
      { quantization_config: { quant_method: 'bitnet', modules_to_not_convert: ['q_proj'] } },
      'modules_to_not_convert: 0',
    ],
    [
      { quantization_config: { quant_method: 'bitnet', quantization_mode: 'online' } },
      "'bitlinear' has no online mode",
    ],
  ])('refuses %o', (change, mention) => {
    expect(() => readConfig({ ...config, ...change }, 'config.json')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(mention) }),
    );
  });

  it('refuses a config without quantization_config, and says what to add', () => {
    expect(() => readConfig(without('quantization_config'), 'config.json')).toThrow(
      expect.objectContaining({ code: 'CONFIG_NOT_QUANTIZED', message: expect.stringContaining('"online"') }),
    );
  });

  it.each(['vocab_size', 'num_key_value_heads', 'tie_word_embeddings', 'rms_norm_eps'])('needs %s', (key) => {
    expect(() => readConfig(without(key), 'config.json')).toThrow(`config.json: ${key}`);
  });
});
