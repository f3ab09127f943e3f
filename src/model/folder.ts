/** A folder of model files, wherever it lives: a directory, a set of browser files, bytes in a test. */
import { TritsimError } from '../errors/error.ts';
import type { ByteSource } from '../safetensors/bytes.ts';
import { parseJsonBytes } from '../safetensors/json.ts';
import { memorySource } from '../safetensors/memory.ts';

export interface ModelFolder {
  /** What to call it in an error: its path. */
  readonly name: string;
  /** The file of this name, undefined where there is none. */
  open(file: string): Promise<ByteSource | undefined>;
}

/** A folder of bytes in memory. */
export function memoryFolder(files: Readonly<Record<string, Uint8Array>>, name = 'memory'): ModelFolder {
  return {
    name,
    open(file) {
      const bytes = files[file];
      return Promise.resolve(bytes === undefined ? undefined : memorySource(bytes, `${name}/${file}`));
    },
  };
}

/** The file of this name; MODEL_FILE where there is none. */
export async function openRequired(folder: ModelFolder, file: string): Promise<ByteSource> {
  const source = await folder.open(file);
  if (source !== undefined) return source;
  throw new TritsimError('MODEL_FILE', `has no ${file}`, {
    place: folder.name,
    hint: 'A model folder holds config.json, model.safetensors and tokenizer.json.',
  });
}

/** The JSON document of this name, duplicate keys refused; MODEL_FILE where there is none. */
export async function readJson(folder: ModelFolder, file: string): Promise<unknown> {
  const source = await openRequired(folder, file);
  return parseJsonBytes(await source.read(0, source.size), source.name);
}
