// Question: do all forms of a file load to the same model, and is each damage refused by name?
import { describe, expect, it } from 'vitest';
import { TritsimError } from '../../src/errors/error.ts';
import { checkpointHash } from '../../src/model/checkpoint.ts';
import type { ModelFolder } from '../../src/model/folder.ts';
import { bf16ToFloat32, float32ToBf16 } from '../../src/safetensors/half.ts';
import { loadModel } from '../../src/model/load.ts';
import { censusOf, type Model, ternaryMatrices } from '../../src/model/model.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  asBf16,
  jsonBytes,
  tinyFile,
  tinyFolder,
  tinyModel,
  type TinyModel,
  type TinyTensor,
} from './tiny.ts';

const Q0 = 'model.layers.0.self_attn.q_proj';

async function load(model: TinyModel): Promise<Model> {
  return loadModel(await tinyFolder(model));
}

async function refusal(folder: ModelFolder): Promise<TritsimError> {
  const error: unknown = await loadModel(folder).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TritsimError);
  return error as TritsimError;
}

/** The model with some tensors replaced, or removed where the replacement is undefined. */
function damaged(change: (tensors: TinyModel['tensors']) => void, base: TinyModel = tinyModel()): TinyModel {
  change(base.tensors);
  return base;
}

function replace(
  name: string,
  change: (tensor: TinyTensor) => TinyTensor,
): (tensors: TinyModel['tensors']) => void {
  return (tensors) => tensors.set(name, change(tensors.get(name)!));
}

describe('loadModel', () => {
  it('reads the same trits and scales from bitlinear, autobitlinear and online files', async () => {
    const [multiplied, divided, online] = await Promise.all(
      (['autobitlinear', 'bitlinear', 'online'] as const).map((form) => load(tinyModel(form))),
    );
    expect(ternaryMatrices(multiplied!)).toEqual(ternaryMatrices(online!));
    for (const [i, { scale, ...rest }] of ternaryMatrices(divided!).entries()) {
      const other = ternaryMatrices(multiplied!)[i]!;
      expect(rest).toEqual({ name: other.name, rows: other.rows, cols: other.cols, codes: other.codes });
      // A reciprocal of a reciprocal: one unit in the last place of a float32 at most.
      expect(Math.abs(scale / other.scale - 1)).toBeLessThan(2 ** -23);
    }
  });

  it('takes a config without linear_class for a bitlinear file of 2024', async () => {
    const model = tinyModel('bitlinear');
    const old = { ...model, config: { ...model.config, quantization_config: { quant_method: 'bitnet' } } };
    expect(ternaryMatrices(await load(old))).toEqual(ternaryMatrices(await load(model)));
  });

  it('reads BF16 floats as the numbers that they were rounded to', async () => {
    const narrow = damaged((tensors) => {
      for (const [name, tensor] of tensors) if (tensor.dtype === 'F32') tensors.set(name, asBf16(tensor));
    });
    const rounded = bf16ToFloat32(float32ToBf16((await load(tinyModel())).embedding));
    expect((await load(narrow)).embedding).toEqual(rounded);
  });

  it('lists every matrix under its name, in the order of computation, with its census', async () => {
    const model = await load(tinyModel());
    const names = ternaryMatrices(model).map(({ name }) => name);
    expect(names.slice(0, 8)).toEqual([
      'layers.0.q_proj',
      'layers.0.k_proj',
      'layers.0.v_proj',
      'layers.0.o_proj',
      'layers.0.gate_proj',
      'layers.0.up_proj',
      'layers.0.down_proj',
      'layers.1.q_proj',
    ]);
    for (const { rows, cols, minus, zero, plus } of censusOf(model))
      expect(minus + zero + plus).toBe(rows * cols);
  });

  it('reads a Llama with its own head and no sub-norms', async () => {
    const llama = { model_type: 'llama', hidden_act: 'silu', tie_word_embeddings: false };
    const model = await load(tinyModel('bitlinear', llama));
    expect(model.head).not.toBe(model.embedding);
    expect(model.layers[0]!.attentionSubNorm).toBeNull();
    expect(model.shape).toMatchObject({ activation: 'silu', subNorms: false, tiedEmbeddings: false });
  });

  it('ignores a tied head that is stored all the same', async () => {
    const doubled = damaged((tensors) =>
      tensors.set('lm_head.weight', tensors.get('model.embed_tokens.weight')!),
    );
    const model = await load(doubled);
    expect(model.head).toBe(model.embedding);
  });
});

/** The tiny model's tensors, dealt to two files in turn. */
async function sharded(): Promise<{ folder: ModelFolder; shards: Record<string, Uint8Array> }> {
  const { config, tensors } = tinyModel();
  const names = [...tensors.keys()];
  const file = (name: string): string =>
    names.indexOf(name) % 2 === 0 ? 'a-1.safetensors' : 'a-2.safetensors';
  const part = (shard: string): Promise<Uint8Array> =>
    tinyFile(new Map([...tensors].filter(([name]) => file(name) === shard)));
  const shards = {
    'a-1.safetensors': await part('a-1.safetensors'),
    'a-2.safetensors': await part('a-2.safetensors'),
  };
  const index = { metadata: {}, weight_map: Object.fromEntries(names.map((name) => [name, file(name)])) };
  const folder = await tinyFolder(
    { config, tensors: new Map() },
    {
      ...shards,
      'model.safetensors.index.json': jsonBytes(index),
    },
  );
  const open = folder.open.bind(folder);
  return {
    shards,
    folder: {
      ...folder,
      open: (name) => (name === 'model.safetensors' ? Promise.resolve(undefined) : open(name)),
    },
  };
}

describe('a sharded checkpoint', () => {
  it('loads to the same model as one file', async () => {
    const { folder } = await sharded();
    const { name: _, ...whole } = await load(tinyModel());
    expect(await loadModel(folder)).toMatchObject(whole);
  });

  it('hashes as the list of its shards, one file as itself', async () => {
    const { folder, shards } = await sharded();
    const lines = Object.entries(shards).map(([name, bytes]) => `${bytesToHex(sha256(bytes))}  ${name}\n`);
    expect(await checkpointHash(folder)).toBe(bytesToHex(sha256(utf8ToBytes(lines.join('')))));
    const single = tinyModel();
    const hash = bytesToHex(sha256(await tinyFile(single.tensors)));
    expect(await checkpointHash(await tinyFolder(single))).toBe(hash);
  });

  it('may not name files outside the folder', async () => {
    const index = jsonBytes({ weight_map: { a: '../a.safetensors' } });
    const folder = await tinyFolder(tinyModel(), { 'model.safetensors.index.json': index });
    const open = folder.open.bind(folder);
    const without = {
      ...folder,
      open: (name: string) => open(name === 'model.safetensors' ? 'absent' : name),
    };
    expect((await refusal(without)).message).toContain('must name a file of the folder');
  });
});

describe('a damaged checkpoint is refused:', () => {
  const bytes = (change: (data: Uint8Array) => void) =>
    replace(`${Q0}.weight`, (tensor) => {
      const data = Uint8Array.from(tensor.data);
      change(data);
      return { ...tensor, data };
    });
  const scale = (value: number) =>
    replace(`${Q0}.weight_scale`, (t) => ({ ...t, data: Float32Array.of(value) }));
  const shape = (name: string, sizes: number[]) => replace(name, (tensor) => ({ ...tensor, shape: sizes }));

  it.each([
    ['all weights zero', bytes((data) => data.fill(0b01010101)), 'TERNARY_ZERO', Q0],
    ['a code 3', bytes((data) => (data[5] = 0b11)), 'TERNARY_CODE', Q0],
    ['a NaN scale', scale(NaN), 'TERNARY_SCALE', 'NaN'],
    ['an infinite scale', scale(Infinity), 'TERNARY_SCALE', 'Infinity'],
    ['a zero scale', scale(0), 'TERNARY_SCALE', `${Q0}.weight_scale`],
    ['a negative scale', scale(-1), 'TERNARY_SCALE', '-1'],
    ['a wrong shape', shape(`${Q0}.weight`, [12, 12]), 'TENSOR_SHAPE', '[6, 24]'],
    ['a norm of another shape', shape('model.norm.weight', [2, 12]), 'TENSOR_SHAPE', 'model.norm.weight'],
    [
      'a missing tensor',
      (tensors: TinyModel['tensors']) => void tensors.delete(`${Q0}.weight`),
      'TENSOR_MISSING',
      `${Q0}.weight`,
    ],
    [
      'an unknown tensor',
      (tensors: TinyModel['tensors']) => tensors.set(`${Q0}.bias`, tensors.get('model.norm.weight')!),
      'TENSOR_UNKNOWN',
      `${Q0}.bias`,
    ],
    [
      'a NaN in the embedding',
      replace('model.embed_tokens.weight', (t) => ({
        ...t,
        data: Float32Array.from(t.data).fill(NaN, 77, 78),
      })),
      'TENSOR_NOT_FINITE',
      'element 77',
    ],
  ])('%s', async (_, change, code, mention) => {
    const error = await refusal(await tinyFolder(damaged(change)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(mention);
  });

  it('floats where the config promises packed weights, and the reverse', async () => {
    const online = tinyModel('online');
    const packed = tinyModel();
    const error = await refusal(await tinyFolder({ config: packed.config, tensors: online.tensors }));
    expect(error).toMatchObject({ code: 'TENSOR_DTYPE' });
    const reverse = await refusal(await tinyFolder({ config: online.config, tensors: packed.tensors }));
    expect(reverse).toMatchObject({ code: 'TENSOR_DTYPE' });
  });

  it('masters whose mean is not a number', async () => {
    const change = replace(`${Q0}.weight`, (t) => ({
      ...t,
      data: Float32Array.from(t.data).fill(NaN, 3, 4),
    }));
    const error = await refusal(await tinyFolder(damaged(change, tinyModel('online'))));
    expect(error).toMatchObject({ code: 'TERNARY_SCALE' });
  });

  it('packed rows that are not a multiple of four', async () => {
    const { config, tensors } = tinyModel();
    const error = await refusal(
      await tinyFolder({ config: { ...config, num_attention_heads: 12, num_key_value_heads: 1 }, tensors }),
    );
    expect(error).toMatchObject({ code: 'TERNARY_ROWS' });
  });

  it('a truncated file', async () => {
    const model = tinyModel();
    const file = await tinyFile(model.tensors);
    const cut = await tinyFolder(model, { 'model.safetensors': file.subarray(0, file.length - 1) });
    expect(await refusal(cut)).toMatchObject({ code: 'SAFETENSORS_TRUNCATED' });
  });

  it('a folder without config or weights', async () => {
    const folder = await tinyFolder(tinyModel());
    const open = folder.open.bind(folder);
    for (const absent of ['config.json', 'model.safetensors']) {
      const without = { ...folder, open: (name: string) => open(name === absent ? 'absent' : name) };
      const error = await refusal(without);
      expect(error.code).toBe('MODEL_FILE');
      expect(error.message).toContain(absent);
    }
  });
});
