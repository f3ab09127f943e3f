/**
 * Files as sources and sinks of bytes. A result is written beside its place, flushed to the disk and renamed, so
 * that a reader never meets half a file. Units: bytes.
 */
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TritsimError } from '../errors/error.ts';
import type { ByteSink, ByteSource } from './bytes.ts';
import { truncated } from './memory.ts';

/** Node reads at most this many bytes in one call of the operating system. */
const LARGEST_READ = 2 ** 30;

export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file for reading by range; FILE_OPEN where that is not possible. Close it when done. */
export async function openFile(path: string): Promise<FileSource> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw fileError('FILE_OPEN', 'cannot be opened', path, cause);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new TritsimError('FILE_OPEN', 'is not a file', { place: path });
  }
  return {
    name: path,
    size: stat.size,
    async read(offset, length) {
      if (offset + length > stat.size) throw truncated(path, offset, length, stat.size);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const wanted = Math.min(length - done, LARGEST_READ);
        const { bytesRead } = await handle.read(bytes, done, wanted, offset + done);
        if (bytesRead === 0) throw truncated(path, offset, length, offset + done);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

export interface FileSink extends ByteSink {
  /** Flushes, and gives the file its name. */
  close(): Promise<void>;
  /** Removes what was written. Nothing of the file remains, and a file of that name from before is untouched. */
  abort(): Promise<void>;
}

/** Starts writing a file that appears under `path` only when it is complete; FILE_WRITE where that is not possible. */
export async function createFile(path: string): Promise<FileSink> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const handle = await open(partial, 'w').catch((cause: unknown) => {
    throw fileError('FILE_WRITE', 'cannot be written', path, cause);
  });
  return {
    async write(bytes) {
      let done = 0;
      while (done < bytes.byteLength) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done);
        done += bytesWritten;
      }
    },
    async close() {
      await handle.sync();
      await handle.close();
      await rename(partial, path);
    },
    async abort() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}

/**
 * Writes a file, all or nothing: it appears under `path` when `write` has returned, and not at all if it throws.
 *
 * @returns what `write` returns
 */
export async function writeAtomically<T>(path: string, write: (sink: ByteSink) => Promise<T>): Promise<T> {
  const sink = await createFile(path);
  let result: T;
  try {
    result = await write(sink);
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await sink.close();
  return result;
}

function fileError(code: string, message: string, place: string, cause: unknown): TritsimError {
  return new TritsimError(code, message, { place, found: (cause as Error).message, cause });
}
