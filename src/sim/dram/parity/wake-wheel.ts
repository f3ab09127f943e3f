/**
 * When to look at what again: items (banks, say) that can do nothing before a cycle known for each sleep on a wheel with one slot a
 * cycle, those whose cycle has come are awake. A sleeper may be woken too early, never too late.
 *
 * Units: cycles.
 */
import { NONE } from './request-pool.ts';

/** Cycles that the wheel reaches ahead; who sleeps longer is woken to sleep again. */
const SPAN = 1024;

export class WakeWheel {
  /** Items are bits of `#words` words. */
  readonly #words: number;
  readonly #awake: Int32Array;
  /** Bits of items that are passed over although awake. */
  readonly #held: Int32Array;
  /** By slot: who wakes; by word of slots: which of them are not empty. */
  readonly #slots: Int32Array;
  readonly #used = new Int32Array(SPAN / 32);

  constructor(items: number) {
    this.#words = Math.ceil(items / 32);
    this.#awake = new Int32Array(this.#words);
    this.#held = new Int32Array(this.#words);
    this.#slots = new Int32Array(SPAN * this.#words);
  }

  /** The item is to be woken at `wake`, or is awake from now on where `cycle` has come to that. */
  set(item: number, wake: number, cycle: number): void {
    const word = item >>> 5;
    const bit = 1 << (item & 31);
    if (wake <= cycle) this.#awake[word]! |= bit;
    else this.#sleep(word, bit, wake, cycle);
  }

  /** The item and those of `bits`, which are of the same word, sleep until `wake`, after `cycle`, if they are awake. */
  sleepTogether(item: number, bits: number, wake: number, cycle: number): void {
    const word = item >>> 5;
    this.#sleep(word, this.#awake[word]! & (bits | (1 << (item & 31))), wake, cycle);
  }

  #sleep(word: number, bits: number, wake: number, cycle: number): void {
    this.#awake[word]! &= ~bits;
    if (wake === Infinity) return;
    const slot = (wake < cycle + SPAN ? wake : cycle + SPAN - 1) & (SPAN - 1);
    this.#slots[slot * this.#words + word]! |= bits;
    this.#used[slot >>> 5]! |= 1 << (slot & 31);
  }

  /** Passes over items [from, to), and no others; none where they are equal. */
  hold(from: number, to: number): void {
    this.#held.fill(0);
    for (let item = from; item < to; item++) this.#held[item >>> 5]! |= 1 << (item & 31);
  }

  /** Wakes who is due at `cycle`; no cycle that `next` names may be left out. */
  advance(cycle: number): void {
    const slot = cycle & (SPAN - 1);
    const bit = 1 << (slot & 31);
    if ((this.#used[slot >>> 5]! & bit) === 0) return;
    this.#used[slot >>> 5]! &= ~bit;
    const words = this.#words;
    for (let word = 0; word < words; word++) {
      this.#awake[word]! |= this.#slots[slot * words + word]!;
      this.#slots[slot * words + word] = 0;
    }
  }

  /** Bits of the items of a word, 32 from 32 × `word` on, that are awake. */
  awake(word: number): number {
    return this.#awake[word]!;
  }

  /** Whether anybody is awake who is not held. */
  get anyAwake(): boolean {
    for (let word = 0; word < this.#words; word++) {
      if ((this.#awake[word]! & ~this.#held[word]!) !== 0) return true;
    }
    return false;
  }

  /** The first item from `from` on, and round to it again, that is awake and not held; or NONE. */
  pick(from: number): number {
    const words = this.#words;
    let word = from >>> 5;
    let bits = this.#awake[word]! & ~this.#held[word]! & (-1 << (from & 31));
    for (let looked = 0; looked <= words; looked++) {
      if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits & -bits);
      word = word + 1 === words ? 0 : word + 1;
      bits = this.#awake[word]! & ~this.#held[word]!;
    }
    return NONE;
  }

  /** The first cycle from `cycle` on at which anybody wakes, or Infinity. */
  next(cycle: number): number {
    const from = cycle & (SPAN - 1);
    let word = from >>> 5;
    let bits = this.#used[word]! & (-1 << (from & 31));
    for (let looked = 0; looked <= SPAN / 32; looked++) {
      if (bits !== 0) {
        const slot = (word << 5) + 31 - Math.clz32(bits & -bits);
        return cycle + ((slot - from) & (SPAN - 1));
      }
      word = (word + 1) & (SPAN / 32 - 1);
      bits = this.#used[word]!;
    }
    return Infinity;
  }
}
