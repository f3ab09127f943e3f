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

  /** Adds what another one has counted. */
  addAll({ sum, bins }: LatencyCount): void {
    this.sum += sum;
    for (let i = 0; i < bins.length; i += 2) this.bins[bins[i]!]! += bins[i + 1]!;
  }
}

/** The same of a few reads: their sum, and bins that are not empty with their reads, by turns. */
export interface LatencyCount {
  readonly sum: number;
  readonly bins: Int32Array;
}

export function countLatencies(latencies: readonly number[]): LatencyCount {
  const bins = new Map<number, number>();
  let sum = 0;
  for (const cycles of latencies) {
    const bin = binOf(cycles);
    sum += cycles;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return { sum, bins: Int32Array.from([...bins].flat()) };
}

function binOf(cycles: number): number {
  const bin = cycles >>> BIN_SHIFT;
  return bin < BINS ? bin : BINS - 1;
}
