/**
 * A text file that is written beside its place and renamed when it is whole, packed with gzip where its name ends in `.gz`.
 * Whoever observes a simulation is called in the middle of it, so the writes are synchronous, a block at a time.
 *
 * The packed form is one gzip member (RFC 1952): each block is deflated on its own and ends on a byte, the last one ends the
 * stream. It holds no time and no name, so the same text gives the same bytes.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { TritsimError } from '../errors/error.ts';

const BLOCK_CHARACTERS = 1 << 20;
/** Magic, method deflate, no flags, no time, no extra flags, system unknown. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

export class BesideFile {
  readonly #path: string;
  readonly #beside: string;
  readonly #descriptor: number;
  readonly #packed: boolean;
  #block = '';
  #checksum = 0;
  #length = 0;

  /** Throws FILE_WRITE. */
  constructor(path: string) {
    this.#path = path;
    this.#beside = `${path}.partial`;
    this.#packed = path.endsWith('.gz');
    try {
      this.#descriptor = openSync(this.#beside, 'w');
    } catch (error) {
      throw new TritsimError('FILE_WRITE', 'cannot be written', {
        place: path,
        found: (error as Error).message,
        cause: error,
      });
    }
    if (this.#packed) writeSync(this.#descriptor, GZIP_HEADER);
  }

  readonly write = (text: string): void => {
    this.#block += text;
    if (this.#block.length >= BLOCK_CHARACTERS) this.#writeBlock(constants.Z_FULL_FLUSH);
  };

  /** Puts the file in its place. */
  commit(): void {
    this.#writeBlock(constants.Z_FINISH);
    if (this.#packed) {
      const trailer = new DataView(new ArrayBuffer(8));
      trailer.setUint32(0, this.#checksum, true);
      trailer.setUint32(4, this.#length % 2 ** 32, true);
      writeSync(this.#descriptor, trailer);
    }
    closeSync(this.#descriptor);
    renameSync(this.#beside, this.#path);
  }

  abort(): void {
    closeSync(this.#descriptor);
    rmSync(this.#beside, { force: true });
  }

  #writeBlock(finishFlush: number): void {
    const bytes = new TextEncoder().encode(this.#block);
    this.#block = '';
    if (!this.#packed) {
      writeAll(this.#descriptor, bytes);
      return;
    }
    this.#checksum = crc32(bytes, this.#checksum);
    this.#length += bytes.length;
    writeAll(this.#descriptor, deflateRawSync(bytes, { finishFlush }));
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
}
