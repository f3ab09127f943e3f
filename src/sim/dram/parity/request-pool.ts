/**
 * The requests that a controller holds, as columns of typed arrays: a request is the number of its slot. Slots are used again,
 * so that nothing is allocated while a trace runs; requests that others may want to find are listed by address.
 *
 * Units: bytes (address), bursts of the channel, cycles (arrival).
 */
export const NONE = -1;

const HASH_BITS = 10;
/** Odd, near 2^32 divided by the golden ratio: spreads neighbours over the table. */
const HASH_FACTOR = 0x9e3779b1;

export class RequestPool {
  readonly address: Float64Array;
  readonly burst: Int32Array;
  readonly bank: Int32Array;
  readonly row: Int32Array;
  /** 1: write. */
  readonly write: Uint8Array;
  readonly arrival: Float64Array;
  readonly #free: Int32Array;
  #freeCount: number;
  /** Chains of listed slots by hash of their burst. */
  readonly #first = new Int32Array(2 ** HASH_BITS).fill(NONE);
  readonly #next: Int32Array;

  constructor(capacity: number) {
    this.address = new Float64Array(capacity);
    this.burst = new Int32Array(capacity);
    this.bank = new Int32Array(capacity);
    this.row = new Int32Array(capacity);
    this.write = new Uint8Array(capacity);
    this.arrival = new Float64Array(capacity);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
    this.#next = new Int32Array(capacity).fill(NONE);
  }

  /** A slot with this request; the caller never holds more than the capacity. */
  take(write: boolean, address: number, burst: number, bank: number, row: number, arrival: number): number {
    const slot = this.#free[--this.#freeCount]!;
    this.address[slot] = address;
    this.burst[slot] = burst;
    this.bank[slot] = bank;
    this.row[slot] = row;
    this.write[slot] = write ? 1 : 0;
    this.arrival[slot] = arrival;
    return slot;
  }

  release(slot: number): void {
    this.#free[this.#freeCount++] = slot;
  }

  /** From now on `find` finds it. */
  list(slot: number): void {
    const hash = hashOf(this.burst[slot]!);
    this.#next[slot] = this.#first[hash]!;
    this.#first[hash] = slot;
  }

  unlist(slot: number): void {
    const hash = hashOf(this.burst[slot]!);
    const next = this.#next;
    if (this.#first[hash] === slot) {
      this.#first[hash] = next[slot]!;
      return;
    }
    let before = this.#first[hash]!;
    while (next[before] !== slot) before = next[before]!;
    next[before] = next[slot]!;
  }

  /** The listed request of that kind with that address, which lies in `burst`, or NONE. */
  find(write: boolean, address: number, burst: number): number {
    const kind = write ? 1 : 0;
    let slot = this.#first[hashOf(burst)]!;
    while (slot !== NONE && (this.address[slot] !== address || this.write[slot] !== kind)) {
      slot = this.#next[slot]!;
    }
    return slot;
  }
}

function hashOf(burst: number): number {
  return Math.imul(burst, HASH_FACTOR) >>> (32 - HASH_BITS);
}
