/**
 * The tensors of a model folder as one collection, whether they lie in one `model.safetensors` or in the shards that
 * a `model.safetensors.index.json` lists. Every tensor of the files must be asked for: one that nobody reads is a
 * weight that the engine would silently leave out.
 *
 * Source: the layout that `save_pretrained` of HF transformers writes. Where a folder has both forms, the single
 * file counts, as there.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import type { Dtype } from '../safetensors/dtypes.ts';
import type { TensorInfo } from '../safetensors/header.ts';
import { sha256Of } from '../safetensors/hash.ts';
import { missingTensor, openSafetensors, type SafetensorsFile } from '../safetensors/reader.ts';
import { type ModelFolder, openRequired, readJson } from './folder.ts';
import { checkJson } from './schema.ts';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

const indexSchema = z.looseObject({
  weight_map: z.record(
    z.string(),
    z.string().regex(/^[\w.-]+\.safetensors$/, 'must name a file of the folder'),
  ),
});

/** Opens the checkpoint of a folder; throws what `openSafetensors` throws, and MODEL_FILE, CHECKPOINT_INDEX. */
export async function openCheckpoint(folder: ModelFolder): Promise<Checkpoint> {
  const files = await Promise.all(
    (await checkpointFiles(folder)).map(async (name) => openSafetensors(await openRequired(folder, name))),
  );
  return new Checkpoint(folder.name, files);
}

/**
 * SHA-256 of a folder's weights, as hexadecimal digits: of the bytes of `model.safetensors`, or for shards of the
 * lines `<hash of the shard>  <name>\n` in the order of their names (what `sha256sum *.safetensors | sha256sum`
 * prints). Reads the files in pieces.
 */
export async function checkpointHash(folder: ModelFolder): Promise<string> {
  const names = await checkpointFiles(folder);
  const lines: string[] = [];
  for (const name of names) lines.push(`${await sha256Of(await openRequired(folder, name))}  ${name}\n`);
  return names[0] === SINGLE ? lines[0]!.slice(0, 64) : bytesToHex(sha256(utf8ToBytes(lines.join(''))));
}

/** Names of the weight files, sorted. */
async function checkpointFiles(folder: ModelFolder): Promise<readonly string[]> {
  const hasIndex = (await folder.open(SINGLE)) === undefined && (await folder.open(INDEX)) !== undefined;
  if (!hasIndex) return [SINGLE];
  const place = `${folder.name}/${INDEX}`;
  const { weight_map: map } = checkJson(indexSchema, await readJson(folder, INDEX), place);
  return [...new Set(Object.values(map))].toSorted();
}

export class Checkpoint {
  readonly name: string;
  readonly #files = new Map<string, SafetensorsFile>();
  readonly #unread: Set<string>;

  constructor(name: string, files: readonly SafetensorsFile[]) {
    this.name = name;
    for (const file of files) {
      for (const tensor of file.tensors) {
        const other = this.#files.get(tensor.name);
        if (other !== undefined) {
          throw new TritsimError('CHECKPOINT_INDEX', `the tensor '${tensor.name}' is in two shards`, {
            place: name,
            found: `${other.name}, ${file.name}`,
          });
        }
        this.#files.set(tensor.name, file);
      }
    }
    this.#unread = new Set(this.#files.keys());
  }

  /** What to call a tensor in an error. */
  place(tensor: string): string {
    return `${this.#files.get(tensor)?.name ?? this.name}: tensor '${tensor}'`;
  }

  /** Claims a tensor, and checks that it is one of these types and has this shape. */
  expect(name: string, dtypes: readonly Dtype[], shape: readonly number[]): TensorInfo {
    const info = this.#file(name).info(name);
    this.#unread.delete(name);
    if (!dtypes.includes(info.dtype)) {
      throw new TritsimError('TENSOR_DTYPE', 'has the wrong element type', {
        place: this.place(name),
        found: info.dtype,
        allowed: dtypes,
        hint: "Does the config's quantization_config match the weights?",
      });
    }
    if (info.shape.join() !== shape.join()) {
      throw new TritsimError('TENSOR_SHAPE', `must have the shape [${shape.join(', ')}]`, {
        place: this.place(name),
        found: `[${info.shape.join(', ')}]`,
      });
    }
    return info;
  }

  read(name: string): Promise<Uint8Array> {
    return this.#file(name).read(name);
  }

  readRows(name: string, from: number, to: number): Promise<Uint8Array> {
    return this.#file(name).readRows(name, from, to);
  }

  /** Refuses, with TENSOR_UNKNOWN, a tensor that was never claimed and that `ignored` does not match. */
  finish(ignored: RegExp): void {
    for (const name of this.#unread) {
      if (ignored.test(name)) continue;
      throw new TritsimError('TENSOR_UNKNOWN', 'belongs to no part of this architecture', {
        place: this.place(name),
        hint: 'Leaving it out would change the result.',
      });
    }
  }

  #file(name: string): SafetensorsFile {
    const file = this.#files.get(name);
    if (file !== undefined) return file;
    throw missingTensor(name, this.name, this.#files.keys());
  }
}
