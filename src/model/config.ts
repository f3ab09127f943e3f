/**
 * Reads the `config.json` of a Hugging Face model folder: what the engine needs of it, checked for type and range,
 * and a refusal by name of everything it would have to honour and cannot. Keys that do not bear on the computation
 * are many, and pass.
 *
 * Source: HF transformers `BitNetConfig` and `LlamaConfig`. Units: as in `ModelShape`.
 *
 * NOT MODELLED: model types other than bitnet and llama (the converted models Falcon3-1.58bit and Llama3-8B-1.58);
 * rope scaling; biases; sliding windows.
 */
import { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import { checkJson } from './schema.ts';
import { type WeightForm, weightForm } from './quantization.ts';
import type { ModelShape } from './shape.ts';

export interface ModelConfig {
  readonly shape: ModelShape;
  readonly weightForm: WeightForm;
  /** Tokens that end a text; empty where the config names none. */
  readonly eosIds: readonly number[];
}

const count = z.int().min(1);
const tokenId = z.int().min(0);
/** A key that may be there as long as it switches nothing on. */
const off = z.union([z.literal(false), z.null()]).optional();

const schema = z.looseObject({
  model_type: z.enum(['bitnet', 'llama']),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count.nullish(),
  max_position_embeddings: count,
  rms_norm_eps: z.number().min(0),
  hidden_act: z.enum(['relu2', 'silu']),
  tie_word_embeddings: z.boolean(),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: z
    .strictObject({ rope_type: z.literal('default'), rope_theta: z.number().positive() })
    .nullish(),
  rope_scaling: z.null().optional(),
  attention_bias: off,
  mlp_bias: off,
  sliding_window: z.null().optional(),
  eos_token_id: z.union([tokenId, z.array(tokenId)]).nullish(),
});

type RawConfig = z.output<typeof schema>;

/**
 * Checks a parsed `config.json`.
 *
 * @param place what to call it in an error
 * @throws CONFIG_INVALID, CONFIG_NOT_QUANTIZED
 */
export function readConfig(json: unknown, place: string): ModelConfig {
  const raw = checkJson(schema, json, place);
  const eos = raw.eos_token_id ?? [];
  return {
    shape: readShape(raw, place),
    weightForm: weightForm(raw['quantization_config'], place),
    eosIds: typeof eos === 'number' ? [eos] : eos,
  };
}

function readShape(raw: RawConfig, place: string): ModelShape {
  const heads = raw.num_attention_heads;
  const kvHeads = raw.num_key_value_heads;
  const headDim = raw.head_dim ?? raw.hidden_size / heads;
  if (!Number.isInteger(headDim)) {
    throw invalid(place, 'hidden_size', `must be divisible by the ${heads} attention heads`, raw.hidden_size);
  }
  if (headDim % 2 !== 0)
    throw invalid(place, 'head_dim', 'must be even: rotary embedding turns pairs', headDim);
  if (heads % kvHeads !== 0) {
    throw invalid(place, 'num_key_value_heads', `must divide the ${heads} attention heads`, kvHeads);
  }
  return {
    hidden: raw.hidden_size,
    intermediate: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads,
    kvHeads,
    headDim,
    vocab: raw.vocab_size,
    maxPositions: raw.max_position_embeddings,
    ropeTheta: readRopeTheta(raw, place),
    rmsEps: raw.rms_norm_eps,
    activation: raw.hidden_act,
    gated: true,
    tiedEmbeddings: raw.tie_word_embeddings,
    subNorms: raw.model_type === 'bitnet',
  };
}

/** Version 5 of transformers moved `rope_theta` into `rope_parameters`; a file may have either, or both if equal. */
function readRopeTheta({ rope_theta: outer, rope_parameters: inner }: RawConfig, place: string): number {
  const theta = inner?.rope_theta ?? outer;
  if (theta === undefined || theta === null) {
    throw invalid(place, 'rope_theta', 'is needed, there or in rope_parameters', undefined);
  }
  if (typeof outer === 'number' && outer !== theta) {
    throw invalid(place, 'rope_theta', `contradicts rope_parameters.rope_theta, which is ${theta}`, outer);
  }
  return theta;
}

function invalid(place: string, key: string, message: string, found: number | undefined): TritsimError {
  return new TritsimError('CONFIG_INVALID', message, {
    place: `${place}: ${key}`,
    found: found === undefined ? 'nothing' : String(found),
  });
}
