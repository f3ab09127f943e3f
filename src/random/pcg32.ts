/**
 * The project's one source of chance: PCG32 (XSH-RR 64/32), seeded, the same on every machine. Whatever draws
 * numbers takes a generator as an argument; nothing draws from a hidden one.
 *
 * Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
 * Number Generation", HMC-CS-2014-0905, section 6.3; constants from the author's minimal C library.
 * Period 2^64 for each of 2^63 streams. Not for secrets.
 */
import { TritsimError } from '../errors/error.ts';

/** The multiplier 6364136223846793005 of the linear congruential step, in two halves. */
const MULTIPLIER_HIGH = 0x5851f42d;
const MULTIPLIER_LOW = 0x4c957f2d;
const TWO_32 = 2 ** 32;

export class Pcg32 {
  /** The 64-bit state and the odd increment that selects the stream, each as two unsigned halves. */
  #high = 0;
  #low = 0;
  readonly #incrementHigh: number;
  readonly #incrementLow: number;

  /**
   * @param seed 0 to 2^53 − 1; RANDOM_SEED otherwise
   * @param stream 0 to 2^53 − 1: generators of one seed and different streams are independent
   */
  constructor(seed: number, stream = 0) {
    for (const number of [seed, stream]) {
      if (!Number.isSafeInteger(number) || number < 0) {
        throw new TritsimError('RANDOM_SEED', 'a seed is a whole number from 0 to 2^53 − 1', {
          found: String(number),
        });
      }
    }
    const doubled = 2n * BigInt(stream) + 1n;
    this.#incrementHigh = Number((doubled >> 32n) & 0xffffffffn);
    this.#incrementLow = Number(doubled & 0xffffffffn);
    this.#step();
    this.#add(Math.floor(seed / TWO_32), seed % TWO_32);
    this.#step();
  }

  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const high = this.#high;
    const low = this.#low;
    this.#step();
    // ((state >> 18) ^ state) >> 27, rotated right by the top five bits of the state.
    const mixedHigh = (high ^ (high >>> 18)) >>> 0;
    const mixedLow = (low ^ ((low >>> 18) | (high << 14))) >>> 0;
    const folded = ((mixedLow >>> 27) | (mixedHigh << 5)) >>> 0;
    const rotation = high >>> 27;
    return ((folded >>> rotation) | (folded << (-rotation & 31))) >>> 0;
  }

  /** A float from 0 up to, not including, 1, in steps of 2^-32. */
  uniform(): number {
    return this.uint32() / TWO_32;
  }

  /** A whole number from 0 to `bound` − 1, each equally likely; `bound` from 1 to 2^32. */
  below(bound: number): number {
    const limit = TWO_32 - (TWO_32 % bound);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % bound;
  }

  /** state = state · multiplier + increment, modulo 2^64. */
  #step(): void {
    const low = this.#low;
    const product = multiplyHigh(low, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH);
    this.#high = (product + Math.imul(this.#high, MULTIPLIER_LOW)) >>> 0;
    this.#low = Math.imul(low, MULTIPLIER_LOW) >>> 0;
    this.#add(this.#incrementHigh, this.#incrementLow);
  }

  #add(high: number, low: number): void {
    const sum = this.#low + low;
    this.#low = sum >>> 0;
    this.#high = (this.#high + high + (sum >= TWO_32 ? 1 : 0)) >>> 0;
  }
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536);
}
