/** Intervals of time, ascending in both ends, in one array that grows. Units: picoseconds. */
export class IntervalList {
  length = 0;
  /** Beginning and end of each in turn. */
  #ends = new Float64Array(64);

  add(fromPs: number, toPs: number): void {
    if (2 * this.length === this.#ends.length) {
      const grown = new Float64Array(2 * this.#ends.length);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[2 * this.length] = fromPs;
    this.#ends[2 * this.length + 1] = toPs;
    this.length++;
  }

  fromOf(index: number): number {
    return this.#ends[2 * index]!;
  }

  toOf(index: number): number {
    return this.#ends[2 * index + 1]!;
  }

  /** Index of the first interval that ends after `ps`; the length where none does. */
  firstEndingAfter(ps: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.toOf(middle) > ps) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Forgets the intervals that have ended at `ps`. */
  forgetUntil(ps: number): void {
    const first = this.firstEndingAfter(ps);
    this.#ends.copyWithin(0, 2 * first, 2 * this.length);
    this.length -= first;
  }
}
