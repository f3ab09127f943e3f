/** Sources and sinks of bytes in memory: for browsers, for tests, and for what is small. Units: bytes. */
import { TritsimError } from '../errors/error.ts';
import type { ByteSink, ByteSource } from './bytes.ts';

/** Bytes as a source. What it returns shares their memory: readers don't change it. */
export function memorySource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read(offset, length) {
      if (offset + length > bytes.byteLength)
        return Promise.reject(truncated(name, offset, length, bytes.byteLength));
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

/** Collects what is written. */
export class MemorySink implements ByteSink {
  readonly #parts: Uint8Array[] = [];

  write(bytes: Uint8Array): Promise<void> {
    this.#parts.push(bytes.slice());
    return Promise.resolve();
  }

  /** Everything written so far, as one array. */
  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}

/** The error of every source that is asked for bytes beyond its end. */
export function truncated(name: string, offset: number, length: number, size: number): TritsimError {
  return new TritsimError('FILE_TRUNCATED', `has no bytes ${offset} to ${offset + length}`, {
    place: name,
    found: `${size} bytes`,
  });
}
