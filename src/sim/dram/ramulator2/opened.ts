/**
 * Requests of a Ramulator 2.1 channel whose row was opened for them and that wait for their column command; at most one a bank,
 * since nobody closes the row before. On the wheel the one of bank b is item OPENED_ITEM + b. Units: cycles.
 */
import { RD, WR } from '../commands.ts';
import { NONE, type RequestPool } from '../parity/request-pool.ts';
import type { TreeTiming } from '../parity/timing.ts';
import type { WakeWheel } from '../parity/wake-wheel.ts';
import type { Allows } from './buffer.ts';

/** Items before are the slots of the two buffers. */
export const OPENED_ITEM = 64;
const FIRST_WORD = OPENED_ITEM / 32;

export class OpenedRequests {
  length = 0;
  /** By bank: 1 where one waits; its column command, arrival and burst. */
  readonly waits: Uint8Array;
  readonly command: Uint8Array;
  readonly arrival: Float64Array;
  readonly burst: Int32Array;
  /** By rank, or pseudo-channel: how many wait. */
  readonly ofRank: Int32Array;
  /** By bank: the place in the order of `promote`. */
  readonly #order: Float64Array;
  readonly #timing: TreeTiming;
  readonly #wheel: WakeWheel;
  readonly #words: number;
  #promoted = 0;

  constructor(timing: TreeTiming, wheel: WakeWheel) {
    const { banks, ranks } = timing;
    this.#timing = timing;
    this.#wheel = wheel;
    this.waits = new Uint8Array(banks);
    this.command = new Uint8Array(banks);
    this.arrival = new Float64Array(banks);
    this.burst = new Int32Array(banks);
    this.ofRank = new Int32Array(ranks);
    this.#order = new Float64Array(banks);
    this.#words = Math.ceil(banks / 32);
  }

  /** Keeps the request for which the bank is being activated; it doesn't count before `promote`. */
  take(bank: number, { write, arrival, burst }: RequestPool, slot: number): void {
    this.command[bank] = write[slot] === 1 ? WR : RD;
    this.arrival[bank] = arrival[slot]!;
    this.burst[bank] = burst[slot]!;
  }

  promote(bank: number, cycle: number): void {
    this.waits[bank] = 1;
    this.ofRank[this.#timing.rankOf[bank]!]!++;
    this.length++;
    this.#order[bank] = this.#promoted++;
    this.#wheel.set(OPENED_ITEM + bank, this.#timing.earliest(this.command[bank]!, bank), cycle);
  }

  remove(bank: number, cycle: number): void {
    this.waits[bank] = 0;
    this.ofRank[this.#timing.rankOf[bank]!]!--;
    this.length--;
    this.#wheel.set(OPENED_ITEM + bank, Infinity, cycle);
  }

  get anyAwake(): boolean {
    for (let word = 0; word < this.#words; word++)
      if (this.#wheel.awake(FIRST_WORD + word) !== 0) return true;
    return false;
  }

  /** Bank of the oldest that may go in `cycle`, as far as `allows` lets it, or NONE. */
  oldest(cycle: number, allows: Allows): number {
    let oldest = NONE;
    for (let word = 0; word < this.#words; word++) {
      for (let bits = this.#wheel.awake(FIRST_WORD + word); bits !== 0; bits &= bits - 1) {
        const bank = word * 32 + 31 - Math.clz32(bits & -bits);
        if (this.waits[bank] === 0) {
          this.#wheel.set(OPENED_ITEM + bank, Infinity, cycle);
          continue;
        }
        if (oldest !== NONE && this.#isOlder(oldest, bank)) continue;
        const command = this.command[bank]!;
        if (!allows(command, bank, cycle)) continue;
        const earliest = this.#timing.earliest(command, bank);
        if (earliest > cycle) this.#wheel.set(OPENED_ITEM + bank, earliest, cycle);
        else oldest = bank;
      }
    }
    return oldest;
  }

  /** By arrival; of the same cycle the one promoted first. */
  #isOlder(a: number, b: number): boolean {
    const later = this.arrival[b]! - this.arrival[a]!;
    return later > 0 || (later === 0 && this.#order[b]! > this.#order[a]!);
  }
}
