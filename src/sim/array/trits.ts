/**
 * Where the trits of a matrix are not zero: counted in a recorded matrix, or drawn for one that only states how many are.
 *
 * Drawn trits are independent within a row and the same on every run: the generator is seeded with the project's seed
 * and the matrix's name chooses its stream. A row's zero fraction lies on the line through the measured percentiles over
 * rows (5, 50, 95; flat outside) where there are some, else it is the matrix's. Such values are `modelled`.
 */
import { Pcg32 } from '../../random/pcg32.ts';
import { rowChecksum } from '../../trace/checksum.ts';
import type { MatrixRecord } from '../../trace/manifest.ts';
import type { PackedTrits } from '../../trace/trace.ts';

/** A part of one row: inputs `from` … `from + size − 1`, in windows of `window`. */
export interface RowPart {
  readonly row: number;
  readonly from: number;
  readonly size: number;
  readonly window: number;
}

export interface TritSource {
  /**
   * Writes how many trits of each window must be added to `counts` from `at` on and returns their sum.
   * @param active by input: 0 where the activation is zero; undefined where zero activations are not looked at
   */
  count(part: RowPart, active: Uint8Array | undefined, counts: Uint8Array, at: number): number;
}

/** Trits as they were recorded. */
export class RecordedTrits implements TritSource {
  readonly #trits: PackedTrits;

  constructor(trits: PackedTrits) {
    this.#trits = trits;
  }

  count(
    { row, from, size, window }: RowPart,
    active: Uint8Array | undefined,
    counts: Uint8Array,
    at: number,
  ): number {
    const { codes, bytesPerRow } = this.#trits;
    const base = row * bytesPerRow;
    let sum = 0;
    for (let begin = 0, to = at; begin < size; begin += window, to++) {
      const end = from + Math.min(size, begin + window);
      let count = 0;
      for (let i = from + begin; i < end; i++) {
        // Code 1 is the trit 0.
        if (((codes[base + (i >> 2)]! >> ((i & 3) << 1)) & 3) === 1) continue;
        if (active === undefined || active[i] !== 0) count++;
      }
      counts[to] = count;
      sum += count;
    }
    return sum;
  }
}

const SEED = 1;
/** Two windows are drawn from the two halves of one 32-bit number. */
const DRAW_BITS = 16;
const DRAW_MASK = 0xffff;
const LONGEST_WINDOW = 255;

/** Trits drawn at a stated zero fraction; zero activations are not modelled. */
export class ModelledTrits implements TritSource {
  readonly #random: Pcg32;
  /** By row: the fraction of trits that are not zero. */
  readonly #present: Float64Array;
  readonly #thresholds = new Float64Array(LONGEST_WINDOW + 1);

  constructor(name: string, { out, zeroFraction, rowZeroFraction }: MatrixRecord) {
    this.#random = new Pcg32(
      SEED,
      rowChecksum(Int32Array.from(name, (character) => character.codePointAt(0)!)),
    );
    this.#present = Float64Array.from({ length: out }, () => {
      if (rowZeroFraction === null) return 1 - zeroFraction.value;
      return 1 - quantile(rowZeroFraction, this.#random.uniform());
    });
  }

  /** A window's count is drawn as a whole, from the binomial distribution that its independent trits have. */
  count(
    { row, size, window }: RowPart,
    _active: Uint8Array | undefined,
    counts: Uint8Array,
    at: number,
  ): number {
    const present = this.#present[row]!;
    const full = Math.floor(size / window);
    const thresholds = cumulativeBinomial(window, present, this.#thresholds);
    let sum = 0;
    for (let i = 0; i < full; i += 2) {
      const bits = this.#random.uint32();
      sum += counts[at + i] = drawn(bits >>> DRAW_BITS, thresholds, window);
      if (i + 1 < full) sum += counts[at + i + 1] = drawn(bits & DRAW_MASK, thresholds, window);
    }
    const rest = size % window;
    if (rest === 0) return sum;
    const last = cumulativeBinomial(rest, present, this.#thresholds);
    return sum + (counts[at + full] = drawn(this.#random.uint32() >>> DRAW_BITS, last, rest));
  }
}

/** On the line through the percentiles 5, 50 and 95, flat outside. */
function quantile([p05, p50, p95]: readonly [number, number, number], u: number): number {
  if (u < 0.5) return p05 + ((p50 - p05) * Math.max(0, u - 0.05)) / 0.45;
  return p50 + ((p95 - p50) * Math.min(0.45, u - 0.5)) / 0.45;
}

/**
 * P(X ≤ j) in steps of 2^−16 for j = 0 … n − 1, of n trials that succeed with probability p: by recurrence over the
 * trials, so that 0 and 1 are exact.
 */
function cumulativeBinomial(n: number, p: number, into: Float64Array): Float64Array {
  into.fill(0, 0, n + 1);
  into[0] = 1;
  for (let trial = 1; trial <= n; trial++) {
    for (let j = trial; j > 0; j--) into[j] = into[j]! * (1 - p) + into[j - 1]! * p;
    into[0]! *= 1 - p;
  }
  let sum = 0;
  for (let j = 0; j < n; j++) {
    sum += into[j]!;
    into[j] = Math.round(sum * (DRAW_MASK + 1));
  }
  return into;
}

/** The number of trials that succeeded, for a draw from 0 to 2^16 − 1. */
function drawn(draw: number, thresholds: Float64Array, n: number): number {
  let count = 0;
  while (count < n && draw >= thresholds[count]!) count++;
  return count;
}
