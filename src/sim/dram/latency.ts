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
    const bin = cycles >>> BIN_SHIFT;
    this.bins[bin < BINS ? bin : BINS - 1]!++;
  }
}
