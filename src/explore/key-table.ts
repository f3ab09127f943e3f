/**
 * The keys of the records that are there, in memory that workers share: open addressing over the first 96 bits of each key (SHA-256,
 * so that a million keys collide with a probability below 1e-17). One thread adds; others only ask, and at worst miss a key that
 * is being added, which costs an evaluation and never a record. Units: places of three 32-bit words.
 */
const WORDS = 3;
const HEX_A_WORD = 8;
const FEWEST_PLACES = 4096;

export class KeyTable {
  readonly words: Uint32Array;
  readonly places: number;
  size = 0;

  /** @param words of another thread's table, where this one is to read it */
  constructor(words: Uint32Array) {
    this.words = words;
    this.places = words.length / WORDS;
  }

  /** An empty table. */
  static of(places: number = FEWEST_PLACES): KeyTable {
    return new KeyTable(
      new Uint32Array(new SharedArrayBuffer(places * WORDS * Uint32Array.BYTES_PER_ELEMENT)),
    );
  }

  has(key: string): boolean {
    return this.placeOf(key) !== undefined;
  }

  /** Where a key is, or undefined. */
  placeOf(key: string): number | undefined {
    const place = this.#find(wordOf(key, 0), wordOf(key, 1), wordOf(key, 2));
    return this.words[place * WORDS] === 0 ? undefined : place;
  }

  /** Adds a key that is not there, and returns its place; the table must have one. */
  add(key: string): number {
    return this.#put(wordOf(key, 0), wordOf(key, 1), wordOf(key, 2));
  }

  /** Whether half the places are taken, so that it is time for `doubled`. */
  get isFull(): boolean {
    return 2 * this.size >= this.places;
  }

  /** The same keys with twice the places. @param moved hears where each went */
  doubled(moved: (from: number, to: number) => void): KeyTable {
    const larger = KeyTable.of(2 * this.places);
    for (let place = 0; place < this.places; place++) {
      const at = place * WORDS;
      if (this.words[at] !== 0)
        moved(place, larger.#put(this.words[at]!, this.words[at + 1]!, this.words[at + 2]!));
    }
    return larger;
  }

  #put(a: number, b: number, c: number): number {
    const place = this.#find(a, b, c);
    // The first word says that the place is taken, so it comes last.
    this.words[place * WORDS + 2] = c;
    this.words[place * WORDS + 1] = b;
    this.words[place * WORDS] = a;
    this.size++;
    return place;
  }

  /** The place of a key, or the free one where it belongs. */
  #find(a: number, b: number, c: number): number {
    const { words, places } = this;
    let place = a & (places - 1);
    for (;;) {
      const at = place * WORDS;
      if (words[at] === 0 || (words[at] === a && words[at + 1] === b && words[at + 2] === c)) return place;
      place = (place + 1) & (places - 1);
    }
  }
}

/** Of the first word the highest bit is set, so that it is never the zero of a free place. */
function wordOf(key: string, word: number): number {
  const value = Number.parseInt(key.slice(word * HEX_A_WORD, (word + 1) * HEX_A_WORD), 16);
  return (word === 0 ? value | 0x80000000 : value) >>> 0;
}
