/** A directory of the file system as a model folder. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TritsimError } from '../errors/error.ts';
import { type FileSource, openFile } from '../safetensors/file.node.ts';
import type { ModelFolder } from './folder.ts';

/**
 * Opens a directory for the time that `use` needs, and closes every file of it afterwards.
 *
 * @throws MODEL_FOLDER where the path is not a directory, and what `use` throws
 */
export async function withModelFolder<T>(path: string, use: (folder: ModelFolder) => Promise<T>): Promise<T> {
  if (!(await exists(path, 'isDirectory'))) {
    throw new TritsimError('MODEL_FOLDER', 'is not a folder', {
      place: path,
      hint: 'Give the folder that holds config.json and model.safetensors.',
    });
  }
  const opened = new Map<string, FileSource>();
  const folder: ModelFolder = {
    name: path,
    async open(file) {
      const known = opened.get(file);
      if (known !== undefined || !(await exists(join(path, file), 'isFile'))) return known;
      const source = await openFile(join(path, file));
      opened.set(file, source);
      return source;
    },
  };
  try {
    return await use(folder);
  } finally {
    await Promise.all([...opened.values()].map((source) => source.close()));
  }
}

async function exists(path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.[kind]() ?? false;
}
