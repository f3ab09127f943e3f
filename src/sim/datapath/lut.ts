/**
 * The integers of a table array: sums of each group of activations are tabulated level by level, half of them, since the
 * other half are their negatives; a group of trits is a number in balanced base 3 whose magnitude is the entry and whose
 * sign turns it.
 */
import { configOf, type TileDot } from './tile-dot.ts';

/** By group: the entry that the trits of this output fetch, negative where it is turned. */
let fetched = new Int32Array(0);
let sums = new Int32Array(0);

export const fetchSums: TileDot = (activations, stride, fromK, trits, k, accumulators, rows, array) => {
  const size = configOf(array, 'lut').groupSize;
  const groups = Math.ceil(k / size);
  if (fetched.length < groups) fetched = new Int32Array(groups);
  const entries = 3 ** size;
  if (sums.length < entries) sums = new Int32Array(entries);
  for (let group = 0; group < groups; group++)
    fetched[group] = indexOf(trits, group * size, Math.min(k, (group + 1) * size));
  for (let row = 0; row < rows; row++) {
    const base = row * stride + fromK;
    let sum = 0;
    for (let group = 0; group < groups; group++) {
      build(activations, base + group * size, Math.min(size, k - group * size));
      const index = fetched[group]!;
      sum = (index < 0 ? sum - sums[-index]! : sum + sums[index]!) | 0;
    }
    accumulators[row]! += sum;
  }
};

/** Trits `from` … `to − 1` as a number in balanced base 3, the first one lowest. */
function indexOf(trits: Int8Array, from: number, to: number): number {
  let index = 0;
  for (let i = to - 1; i >= from; i--) index = 3 * index + trits[i]!;
  return index;
}

/** Entries 1 … (3^count − 1) ÷ 2: at level p, x_p plus the entry of what stands below, turned where that is negative. */
function build(activations: Int8Array, from: number, count: number): void {
  sums[0] = 0;
  let place = 1;
  for (let p = 0; p < count; p++, place *= 3) {
    const below = (place - 1) / 2;
    const x = activations[from + p]!;
    for (let low = -below; low <= below; low++) {
      sums[place + low] = low < 0 ? x - sums[-low]! : x + sums[low]!;
    }
  }
}
