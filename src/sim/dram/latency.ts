/** Latencies of reads, from acceptance to last data, in cycles: sum, extremes and a histogram. */
const BIN_SHIFT = 4;
export const LATENCY_BIN_CYCLES = 2 ** BIN_SHIFT;
const BINS = 256;

export class ReadLatency {
  count = 0;
  sum = 0;
  min = Infinity;
  max = 0;
  /** `bins[i]` counts latencies from 16·i cycles on, below 16·(i + 1); the last bin takes the rest. */
  readonly bins = new Float64Array(BINS);

  add(cycles: number): void {
    this.count++;
    this.sum += cycles;
    if (cycles < this.min) this.min = cycles;
    if (cycles > this.max) this.max = cycles;
    const bin = cycles >>> BIN_SHIFT;
    this.bins[bin < BINS ? bin : BINS - 1]!++;
  }
}
