/**
 * Loads a Hugging Face model folder. Tensors are read one at a time, large float ones by rows, so that memory holds
 * the model once plus a few megabytes.
 *
 * Source: the tensor names of `BitNetForCausalLM` and `LlamaForCausalLM` of HF transformers.
 */
import { TritsimError } from '../errors/error.ts';
import { DTYPE_BYTES } from '../safetensors/dtypes.ts';
import { toFloat32 } from '../safetensors/typed.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { type ModelConfig, readConfig } from './config.ts';
import { type ModelFolder, readJson } from './folder.ts';
import type { Layer, Model } from './model.ts';
import { type Projection, projectionName, projectionSizes } from './shape.ts';
import type { Ternary } from './ternary.ts';
import { readTernary } from './weights.ts';

/** A large float tensor is converted in pieces of about so many bytes. */
const CHUNK_BYTES = 1 << 23;

/** Recomputed from the config, and saved by old versions of transformers all the same. */
const RECOMPUTED = /\.rotary_emb\.inv_freq$/;
/** A tied head is the embedding; some writers store it twice. */
const RECOMPUTED_OR_TIED = /\.rotary_emb\.inv_freq$|^lm_head\.weight$/;

/**
 * Reads `config.json` and the weights.
 *
 * @throws what is wrong, by name: CONFIG_*, MODEL_FILE, SAFETENSORS_*, TENSOR_*, TERNARY_*, JSON_*, FILE_TRUNCATED
 */
export async function loadModel(folder: ModelFolder): Promise<Model> {
  const config = readConfig(await readJson(folder, 'config.json'), `${folder.name}/config.json`);
  const checkpoint = await openCheckpoint(folder);
  const { shape, eosIds } = config;
  const { vocab, hidden } = shape;
  const embedding = await readFloats(checkpoint, 'model.embed_tokens.weight', [vocab, hidden]);
  const layers: Layer[] = [];
  for (let i = 0; i < shape.layers; i++) layers.push(await readLayer(checkpoint, config, i));
  const finalNorm = await readFloats(checkpoint, 'model.norm.weight', [hidden]);
  const head = shape.tiedEmbeddings
    ? embedding
    : await readFloats(checkpoint, 'lm_head.weight', [vocab, hidden]);
  checkpoint.finish(shape.tiedEmbeddings ? RECOMPUTED_OR_TIED : RECOMPUTED);
  return { name: folder.name, shape, eosIds, embedding, layers, finalNorm, head };
}

async function readLayer(
  checkpoint: Checkpoint,
  { shape, weightForm }: ModelConfig,
  index: number,
): Promise<Layer> {
  const prefix = `model.layers.${index}`;
  const sizes = projectionSizes(shape);
  const ternary = (projection: Projection, block: string): Promise<Ternary> => {
    const name = projectionName(index, projection);
    return readTernary(checkpoint, `${prefix}.${block}.${projection}`, name, sizes[projection], weightForm);
  };
  const norm = (name: string, size: number): Promise<Float32Array> =>
    readFloats(checkpoint, `${prefix}.${name}.weight`, [size]);
  const { subNorms } = shape;
  return {
    inputNorm: await norm('input_layernorm', shape.hidden),
    attentionSubNorm: subNorms ? await norm('self_attn.attn_sub_norm', sizes.o_proj.in) : null,
    postAttentionNorm: await norm('post_attention_layernorm', shape.hidden),
    ffnSubNorm: subNorms ? await norm('mlp.ffn_sub_norm', shape.intermediate) : null,
    projections: {
      q_proj: await ternary('q_proj', 'self_attn'),
      k_proj: await ternary('k_proj', 'self_attn'),
      v_proj: await ternary('v_proj', 'self_attn'),
      o_proj: await ternary('o_proj', 'self_attn'),
      gate_proj: await ternary('gate_proj', 'mlp'),
      up_proj: await ternary('up_proj', 'mlp'),
      down_proj: await ternary('down_proj', 'mlp'),
    },
  };
}

/** A float tensor as float32, by rows; TENSOR_NOT_FINITE where it holds a NaN or an infinity. */
async function readFloats(
  checkpoint: Checkpoint,
  name: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const { dtype } = checkpoint.expect(name, ['F32', 'BF16', 'F16'], shape);
  const rows = shape[0]!;
  const rowSize = shape[1] ?? 1;
  const floats = new Float32Array(rows * rowSize);
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_BYTES / (rowSize * DTYPE_BYTES[dtype])));
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const to = Math.min(rows, from + rowsAtOnce);
    const bytes = await checkpoint.readRows(name, from, to);
    const part = toFloat32(
      bytes,
      dtype,
      checkpoint.place(name),
      floats.subarray(from * rowSize, to * rowSize),
    );
    let i = 0;
    while (i < part.length && Number.isFinite(part[i])) i++;
    if (i < part.length) {
      throw new TritsimError('TENSOR_NOT_FINITE', `the element ${from * rowSize + i} is not a number`, {
        place: checkpoint.place(name),
        found: String(part[i]),
      });
    }
  }
  return floats;
}
