/** A tiny random BitNet in the layout of HF files, to be loaded, or damaged first and then refused. */
import { type ModelFolder, memoryFolder } from '../../src/model/folder.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import type { Dtype } from '../../src/safetensors/dtypes.ts';
import { float32ToBf16 } from '../../src/safetensors/half.ts';
import { MemorySink } from '../../src/safetensors/memory.ts';
import { writeSafetensors } from '../../src/safetensors/writer.ts';

export interface TinyTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

export interface TinyModel {
  readonly config: Record<string, unknown>;
  readonly tensors: Map<string, TinyTensor>;
}

export type TinyForm = 'autobitlinear' | 'bitlinear' | 'online';

const encoder = new TextEncoder();

/** Sizes that divide by nothing more than they must: odd feed-forward quarters, three queries to a key. */
const BASE = {
  model_type: 'bitnet',
  vocab_size: 50,
  hidden_size: 24,
  intermediate_size: 44,
  num_hidden_layers: 2,
  num_attention_heads: 6,
  num_key_value_heads: 2,
  max_position_embeddings: 40,
  rms_norm_eps: 1e-5,
  hidden_act: 'relu2',
  tie_word_embeddings: true,
  rope_theta: 10000,
  eos_token_id: 2,
};

/**
 * The same trits and scales in one of the three forms. Online masters are trit · scale, with which absmean gives
 * the trits back; their mean is scale · (share of non-zeros), so packed scales are stored as that.
 */
export function tinyModel(
  form: TinyForm = 'autobitlinear',
  overrides: Record<string, unknown> = {},
): TinyModel {
  const quantization = {
    quant_method: 'bitnet',
    linear_class: form === 'bitlinear' ? 'bitlinear' : 'autobitlinear',
    quantization_mode: form === 'online' ? 'online' : 'offline',
  };
  const config: Record<string, unknown> = { ...BASE, quantization_config: quantization, ...overrides };
  const random = new Pcg32(158);
  const tensors = new Map<string, TinyTensor>();
  const size = (key: string): number => config[key] as number;
  const [hidden, ffn, heads] = [size('hidden_size'), size('intermediate_size'), size('num_attention_heads')];
  const keyValue = (hidden / heads) * size('num_key_value_heads');
  const floats = (name: string, shape: number[], mean: number): void => {
    const n = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: n }, () => mean + random.uniform() - 0.5);
    tensors.set(name, { dtype: 'F32', shape, data });
  };
  const ternary = (name: string, rows: number, cols: number): void => {
    const trits = Int8Array.from({ length: rows * cols }, () => random.below(3) - 1);
    for (const [key, tensor] of projectionTensors(form, trits, rows, cols, 0.03 + 0.01 * random.uniform())) {
      tensors.set(`${name}.${key}`, tensor);
    }
  };
  floats('model.embed_tokens.weight', [size('vocab_size'), hidden], 0);
  for (let i = 0; i < size('num_hidden_layers'); i++) {
    const layer = `model.layers.${i}`;
    const subNorms = config['model_type'] === 'bitnet';
    floats(`${layer}.input_layernorm.weight`, [hidden], 1);
    floats(`${layer}.post_attention_layernorm.weight`, [hidden], 1);
    if (subNorms) floats(`${layer}.self_attn.attn_sub_norm.weight`, [hidden], 1);
    if (subNorms) floats(`${layer}.mlp.ffn_sub_norm.weight`, [ffn], 1);
    ternary(`${layer}.self_attn.q_proj`, hidden, hidden);
    ternary(`${layer}.self_attn.k_proj`, keyValue, hidden);
    ternary(`${layer}.self_attn.v_proj`, keyValue, hidden);
    ternary(`${layer}.self_attn.o_proj`, hidden, hidden);
    ternary(`${layer}.mlp.gate_proj`, ffn, hidden);
    ternary(`${layer}.mlp.up_proj`, ffn, hidden);
    ternary(`${layer}.mlp.down_proj`, hidden, ffn);
  }
  floats('model.norm.weight', [hidden], 1);
  if (config['tie_word_embeddings'] === false) floats('lm_head.weight', [size('vocab_size'), hidden], 0);
  return { config, tensors };
}

function projectionTensors(
  form: TinyForm,
  trits: Int8Array,
  rows: number,
  cols: number,
  magnitude: number,
): [string, TinyTensor][] {
  // A power of two times a small count is exact in float32, so all forms mean exactly the same scale.
  const weight = 2 ** Math.round(Math.log2(magnitude));
  const nonZero = trits.reduce((sum, trit) => sum + Math.abs(trit), 0);
  const mean = Math.fround((weight * nonZero) / trits.length);
  if (form === 'online') {
    const data = Float32Array.from(trits, (trit) => trit * weight);
    return [['weight', { dtype: 'F32', shape: [rows, cols], data }]];
  }
  const stored = form === 'bitlinear' ? Math.fround(1 / mean) : Math.fround(1 / Math.fround(1 / mean));
  return [
    ['weight', { dtype: 'U8', shape: [rows / 4, cols], data: packLikeHf(trits, rows, cols) }],
    ['weight_scale', { dtype: 'F32', shape: [1], data: Float32Array.of(stored) }],
  ];
}

/** Row r + i·rows/4 in bits 2i and 2i + 1 of byte row r. */
export function packLikeHf(trits: Int8Array, rows: number, cols: number): Uint8Array {
  const packed = new Uint8Array((rows / 4) * cols);
  trits.forEach((trit, index) => {
    const row = Math.floor(index / cols);
    const quarter = Math.floor(row / (rows / 4));
    packed[(row % (rows / 4)) * cols + (index % cols)]! |= (trit + 1) << (2 * quarter);
  });
  return packed;
}

/** The tensor with its floats narrowed to BF16. */
export function asBf16({ shape, data }: TinyTensor): TinyTensor {
  return { dtype: 'BF16', shape, data: float32ToBf16(data as Float32Array) };
}

/** The bytes of a safetensors file of these tensors. */
export async function tinyFile(tensors: ReadonlyMap<string, TinyTensor>): Promise<Uint8Array> {
  const widestFirst = [...tensors].toSorted(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const sink = new MemorySink();
  const writer = await writeSafetensors(
    sink,
    widestFirst.map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
  );
  for (const [name, { data }] of widestFirst) if (data.length > 0) await writer.write(name, data);
  writer.finish();
  return sink.bytes();
}

/** The folder of a model; more files, or others in place of its own, can be given. */
export async function tinyFolder(
  { config, tensors }: TinyModel,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<ModelFolder> {
  const own = { 'config.json': jsonBytes(config), 'model.safetensors': await tinyFile(tensors) };
  return memoryFolder({ ...own, ...files }, 'tiny');
}

export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
