/**
 * What recorded values look like to hardware: how many are zero, how many bits they need, how much they say.
 *
 * Entropy is Shannon's of the values taken one by one (order zero), in bits a value: a bound for coders that look at
 * no neighbours. Percentiles interpolate linearly between order statistics (type 7 of Hyndman and Fan, 1996).
 */
import type { PackedTrits } from './trace.ts';

export interface TritStatistics {
  /** Number of trits. */
  readonly count: number;
  readonly zeros: number;
  /** Bits a trit. */
  readonly entropy: number;
  /** Zero fraction of a row, at the 5th, 50th and 95th percentile over rows. */
  readonly rowZeroFraction: readonly [p05: number, p50: number, p95: number];
}

/** Counts the trits of a matrix; the padding of its rows is left out. */
export function tritStatistics({ codes, out, in: inputs, bytesPerRow }: PackedTrits): TritStatistics {
  const counts = new Float64Array(3);
  const rowFractions = new Float64Array(out);
  for (let row = 0; row < out; row++) {
    const zerosBefore = counts[1]!;
    for (let i = 0; i < inputs; i++) {
      const code = (codes[row * bytesPerRow + (i >> 2)]! >> ((i & 3) << 1)) & 3;
      counts[code]! += 1;
    }
    rowFractions[row] = (counts[1]! - zerosBefore) / inputs;
  }
  rowFractions.sort();
  return {
    count: out * inputs,
    zeros: counts[1]!,
    entropy: entropyOf(counts),
    rowZeroFraction: [0.05, 0.5, 0.95].map((p) => percentile(rowFractions, p)) as [number, number, number],
  };
}

/** Counts int8 values as they stream by. */
export class ActivationStatistics {
  /** How often each value from -128 to 127 occurred. */
  readonly #counts = new Float64Array(256);
  #count = 0;

  add(values: Int8Array): void {
    for (const value of values) this.#counts[value + 128]! += 1;
    this.#count += values.length;
  }

  get count(): number {
    return this.#count;
  }

  get zeros(): number {
    return this.#counts[128]!;
  }

  /** Bits a value. */
  get entropy(): number {
    return entropyOf(this.#counts);
  }

  /** Bits that the largest magnitude needs: 0 for 0, 7 for 127, 8 for -128. */
  get maxBits(): number {
    return this.#counts.reduce((most, n, i) => (n > 0 ? Math.max(most, magnitudeBits(i - 128)) : most), 0);
  }

  /** Mean over values of the bits that each magnitude needs. */
  get meanBits(): number {
    return this.#counts.reduce((sum, n, i) => sum + n * magnitudeBits(i - 128), 0) / this.#count;
  }
}

/** Length of the binary form of |value|. */
function magnitudeBits(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return counts.reduce((bits, n) => (n > 0 ? bits - (n / total) * Math.log2(n / total) : bits), 0);
}

function percentile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
