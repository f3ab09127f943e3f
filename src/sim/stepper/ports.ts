/**
 * The ports of one SRAM buffer while one piece of work uses it: B banks of P bits move at most B·P bits a cycle; on `1rw`
 * banks a cycle is spent either reading or writing, on `1r1w` banks both go on. The ports run ahead of the unit and behind it
 * without limit: all that the work will read and write may move in any of its cycles.
 *
 * Units: parts of a bit, fifteen of them a bit, since a packed trit takes 8/5 or 5/3 of one. NOT MODELLED: that an operand
 * must have been read before it is used and a result computed before it is written; bank conflicts by address.
 */
import type { BufferName, Machine } from '../../hardware/machine.ts';
import type { Tally } from './tally.ts';

/** Parts that a bit is divided into. */
export const PARTS = 15;

/** What one piece of work moves through a buffer, in parts of a bit. */
export interface Demand {
  readonly buffer: BufferName;
  readonly readParts: number;
  readonly writeParts: number;
  /** Of the next tile, written on the same port of a `1rw` buffer; counted by the transfer that brings it. */
  readonly fillParts: number;
}

/** A demand of whole bits. */
export function wholeBits(buffer: BufferName, readBits: number, writeBits: number): Demand {
  return { buffer, readParts: PARTS * readBits, writeParts: PARTS * writeBits, fillParts: 0 };
}

export class PortSession {
  readonly #buffer: BufferName;
  readonly #bankParts: number;
  readonly #cycleParts: number;
  readonly #shared: boolean;
  readonly #tally: Tally;
  #reads: number;
  #writes: number;
  #uncounted: number;

  constructor(machine: Machine, demand: Demand, tally: Tally) {
    const { banks, portBits, ports } = machine.buffers[demand.buffer];
    this.#buffer = demand.buffer;
    this.#bankParts = PARTS * portBits;
    this.#cycleParts = this.#bankParts * banks;
    this.#shared = ports === '1rw';
    this.#tally = tally;
    this.#reads = demand.readParts;
    this.#writes = demand.writeParts;
    this.#uncounted = this.#shared ? demand.fillParts : 0;
  }

  get isDone(): boolean {
    return this.#reads === 0 && this.#writes === 0 && this.#uncounted === 0;
  }

  /** Moves what one cycle allows. */
  step(): void {
    const reading = this.#reads > 0;
    if (reading) this.#reads -= this.#access('sram-read', this.#reads, this.#cycleParts);
    if (reading && this.#shared) return;
    const written = this.#writes > 0 ? this.#access('sram-write', this.#writes, this.#cycleParts) : 0;
    this.#writes -= written;
    this.#uncounted -= Math.min(this.#uncounted, this.#cycleParts - written);
  }

  #access(type: 'sram-read' | 'sram-write', wanted: number, limit: number): number {
    const moved = Math.min(wanted, limit);
    this.#tally.add(`sram.${type}.${this.#buffer}`, Math.ceil(moved / this.#bankParts));
    return moved;
  }
}
