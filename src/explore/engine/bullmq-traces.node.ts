/** The traces that a worker has, by what is in them: a study names a trace by its hash, wherever it lies on each host. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TritsimError } from '../../errors/error.ts';
import { openTraceFile } from '../../trace/file.node.ts';

const EXTENSION = '.safetensors';

export class TraceFolders {
  readonly folders: readonly string[];
  /** Hash of a file's content by path, size and time of change; undefined where it is no trace. */
  readonly #hashes = new Map<string, string | undefined>();

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  /**
   * Paths by hash, as the folders are now; of equal files the first. Only what has changed is read.
   * @throws QUEUE_TRACES where a folder cannot be read
   */
  async find(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const path of this.folders.flatMap(filesIn)) {
      const { size, mtimeMs } = statSync(path);
      const version = `${path} ${size} ${mtimeMs}`;
      if (!this.#hashes.has(version)) this.#hashes.set(version, await hashOfTrace(path));
      const hash = this.#hashes.get(version);
      if (hash !== undefined && !found.has(hash)) found.set(hash, path);
    }
    return found;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(EXTENSION))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (cause) {
    throw new TritsimError('QUEUE_TRACES', 'the folder of traces cannot be read', { place: folder, cause });
  }
}

/** A checkpoint may lie in the folder, or a trace that is still being copied: no trace, not an error. */
async function hashOfTrace(path: string): Promise<string | undefined> {
  try {
    const trace = await openTraceFile(path);
    await trace.close();
    return trace.hash;
  } catch (error) {
    if (error instanceof TritsimError) return undefined;
    throw error;
  }
}
