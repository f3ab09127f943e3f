/**
 * `--dram-trace FILE`: every DRAM request of the machine, one a line, `0xADDR READ|WRITE CYCLE` as DRAMsim3 and
 * `tritsim dram` read it. Written beside and renamed; the observer is synchronous, so are the writes, a block at a time.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

const BLOCK_CHARACTERS = 1 << 20;

export class DramTraceFile {
  readonly #path: string;
  readonly #beside: string;
  readonly #descriptor: number;
  #block = '';

  constructor(path: string) {
    this.#path = path;
    this.#beside = `${path}.partial`;
    this.#descriptor = openSync(this.#beside, 'w');
  }

  readonly add = (address: number, write: boolean, cycle: number): void => {
    this.#block += `0x${address.toString(16)} ${write ? 'WRITE' : 'READ'} ${cycle}\n`;
    if (this.#block.length >= BLOCK_CHARACTERS) this.#writeBlock();
  };

  /** Puts the file in its place. */
  commit(): void {
    this.#writeBlock();
    closeSync(this.#descriptor);
    renameSync(this.#beside, this.#path);
  }

  abort(): void {
    closeSync(this.#descriptor);
    rmSync(this.#beside, { force: true });
  }

  #writeBlock(): void {
    writeSync(this.#descriptor, this.#block);
    this.#block = '';
  }
}
