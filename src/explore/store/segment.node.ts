/** One file of lines, read in whole lines from where the last reading ended. Units: bytes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const NEWLINE = 10;
const BLOCK_BYTES = 1 << 20;

export class Segment {
  readonly name: string;
  readonly #file: number;
  /** Whole lines have been read up to here. */
  #read = 0;

  constructor(folder: string, name: string) {
    this.name = name;
    this.#file = openSync(join(folder, name), 'r');
  }

  /** Hands on each whole line that was not read before, without its end; what follows the last end is left for later. */
  readOn(onLine: (line: string, offset: number) => void): void {
    const end = fstatSync(this.#file).size;
    let rest = new Uint8Array(0);
    for (let at = this.#read; at < end;) {
      const block = Buffer.alloc(Math.min(BLOCK_BYTES, end - at));
      const got = readSync(this.#file, block, 0, block.length, at);
      if (got === 0) return;
      at += got;
      const bytes = Buffer.concat([rest, block.subarray(0, got)]);
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        onLine(bytes.toString('utf8', from, to), this.#read);
        this.#read += to + 1 - from;
        from = to + 1;
      }
      rest = bytes.subarray(from);
    }
  }

  /** The line that begins at `offset`, without its end. */
  lineAt(offset: number): string {
    for (let size = 4096; ; size *= 2) {
      const block = Buffer.alloc(size);
      const got = readSync(this.#file, block, 0, size, offset);
      const end = block.subarray(0, got).indexOf(NEWLINE);
      if (end >= 0) return block.toString('utf8', 0, end);
      if (got < size) return '';
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
