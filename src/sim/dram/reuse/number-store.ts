/** Copies of lists of numbers, side by side in large arrays: an array of its own costs more than what it holds. */

/** Numbers of some hundred runs: 1 MiB. */
const CHUNK = 2 ** 18;

export class NumberStore {
  #chunk = new Int32Array(0);
  #used = 0;

  /** A copy of the first `length` numbers; the chunk that it lies in is kept as long as any copy in it. */
  copy(numbers: Int32Array, length: number): Int32Array {
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Int32Array(Math.max(CHUNK, length));
      this.#used = 0;
    }
    const copy = this.#chunk.subarray(this.#used, (this.#used += length));
    for (let i = 0; i < length; i++) copy[i] = numbers[i]!;
    return copy;
  }
}
