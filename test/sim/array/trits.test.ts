/** Are drawn trits the same on every run, as zero as the trace states, and the recorded ones counted as they stand? */
import { describe, expect, test } from 'vitest';
import { ModelledTrits } from '../../../src/sim/array/trits.ts';

const record = (
  value: number,
  rowZeroFraction: readonly [number, number, number] | null = null,
  out = 200,
) => ({
  in: 1000,
  out,
  scale: null,
  zeroFraction: { value, basis: 'measured', source: 'test' } as const,
  rowZeroFraction,
});

/** Trits that are not zero, by row. */
function rowsOf(source: ModelledTrits, out: number, size = 1000, window = 4): number[] {
  const counts = new Uint8Array(Math.ceil(size / window));
  return Array.from({ length: out }, (_, row) => {
    const sum = source.count({ row, from: 0, size, window }, undefined, counts, 0);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(sum);
    return sum;
  });
}
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('modelled trits', () => {
  test('are drawn alike on every run, and otherwise for another matrix', () => {
    const [once, again, other] = ['layers.0.q_proj', 'layers.0.q_proj', 'layers.1.q_proj'].map((name) =>
      rowsOf(new ModelledTrits(name, record(0.42)), 20),
    );
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test.each([0, 1])('at a zero fraction of %d are all alike', (zeros) => {
    const rows = rowsOf(new ModelledTrits('w', record(zeros)), 20);
    expect(new Set(rows)).toEqual(new Set([1000 * (1 - zeros)]));
  });

  test('have the mean and the spread of independent ones: 580 of 1000 with a deviation of 15.6', () => {
    const rows = rowsOf(new ModelledTrits('w', record(0.42)), 200);
    const deviation = Math.sqrt(mean(rows.map((n) => (n - 580) ** 2)));
    // Four standard errors of 200 rows.
    expect(Math.abs(mean(rows) - 580)).toBeLessThan(4 * (15.6 / Math.sqrt(200)));
    expect(Math.abs(deviation - 15.6)).toBeLessThan(4 * (15.6 / Math.sqrt(400)));
  });

  test('follow the percentiles over rows: a twentieth at the lowest, half below the median', () => {
    const rows = rowsOf(new ModelledTrits('w', record(0.5, [0.2, 0.5, 0.9], 2000)), 2000).map(
      (n) => 1 - n / 1000,
    );
    const sorted = rows.toSorted((a, b) => a - b);
    expect(sorted[1000]).toBeCloseTo(0.5, 1);
    expect(mean(sorted.slice(0, 100))).toBeCloseTo(0.2, 1);
    expect(mean(sorted.slice(-100))).toBeCloseTo(0.9, 1);
  });

  test('fill a last, short window with its own number of trits', () => {
    const counts = new Uint8Array(3);
    const source = new ModelledTrits('w', record(0));
    source.count({ row: 0, from: 0, size: 10, window: 4 }, undefined, counts, 0);
    expect([...counts]).toEqual([4, 4, 2]);
  });
});
