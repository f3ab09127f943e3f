/** Latencies of reads, from acceptance to last data, in cycles: their sum and a histogram. */
const BIN_SHIFT = 4;
export const LATENCY_BIN_CYCLES = 2 ** BIN_SHIFT;
const BINS = 256;

export class ReadLatency {
  sum = 0;
  /** `bins[i]` counts latencies from `i × LATENCY_BIN_CYCLES` on; the last bin takes the rest. */
  readonly bins = new Float64Array(BINS);

  add(cycles: number): void {
    this.sum += cycles;
    this.bins[binOf(cycles)]!++;
  }

  /** Adds latencies with this sum, whose bins that are not empty stand in `bins` with their reads, by turns. */
  addCounted(sum: number, bins: Int32Array, from: number, end: number): void {
    this.sum += sum;
    for (let i = from; i < end; i += 2) this.bins[bins[i]!]! += bins[i + 1]!;
  }
}

/** Counts a few latencies at a time. */
export class LatencyCounter {
  sum = 0;
  readonly #reads = new Int32Array(BINS);
  readonly #used = new Int32Array(BINS);
  #length = 0;

  add(cycles: number): void {
    const bin = binOf(cycles);
    this.sum += cycles;
    if (this.#reads[bin]!++ === 0) this.#used[this.#length++] = bin;
  }

  /** Writes what `ReadLatency.addCounted` takes to `out` from `at` on, and begins anew, but for `sum`. Returns where it stopped. */
  take(out: Int32Array, at: number): number {
    let end = at;
    for (let i = 0; i < this.#length; i++) {
      const bin = this.#used[i]!;
      out[end++] = bin;
      out[end++] = this.#reads[bin]!;
      this.#reads[bin] = 0;
    }
    this.#length = 0;
    return end;
  }
}

function binOf(cycles: number): number {
  const bin = cycles >>> BIN_SHIFT;
  return bin < BINS ? bin : BINS - 1;
}
