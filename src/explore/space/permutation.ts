/**
 * A seeded permutation of 0 … size − 1 that is computed entry by entry, so that drawing without replacement from a space of any
 * size takes no memory: a Feistel network over the next power of four, walked until it falls inside (cycle walking).
 * Source: J. Black, P. Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002, sections 3 and 4. Not for secrets.
 */
import { Pcg32 } from '../../random/pcg32.ts';

const ROUNDS = 6;
/** Halves of 26 bits: sizes up to 2^52 are exact numbers. */
const MOST_HALF_BITS = 26;

export class Permutation {
  readonly size: number;
  readonly #halfBits: number;
  readonly #keys: Uint32Array;

  /** @param stream permutations of one seed and different streams are independent */
  constructor(size: number, seed: number, stream = 0) {
    this.size = size;
    const random = new Pcg32(seed, stream);
    this.#keys = Uint32Array.from({ length: ROUNDS }, () => random.uint32());
    let halfBits = 1;
    while (4 ** halfBits < size && halfBits < MOST_HALF_BITS) halfBits++;
    this.#halfBits = halfBits;
  }

  /** Where `index` goes; it must be below the size: the walk from one beyond need not ever fall inside. */
  at(index: number): number {
    let value = index;
    do value = this.#round(value);
    while (value >= this.size);
    return value;
  }

  #round(value: number): number {
    const span = 2 ** this.#halfBits;
    let left = Math.floor(value / span);
    let right = value % span;
    for (const key of this.#keys) {
      const mixed = left ^ (scramble(right ^ key) % span);
      left = right;
      right = mixed;
    }
    return left * span + right;
  }
}

/** The finalizer of MurmurHash3 (A. Appleby, public domain): every bit of the input reaches every bit of the output. */
function scramble(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
