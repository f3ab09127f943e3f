import { describe, expect, it } from 'vitest';
import { inspectTrace } from '../../src/trace/inspect.ts';
import { ActivationStatistics, tritStatistics } from '../../src/trace/statistics.ts';
import type { PackedTrits } from '../../src/trace/trace.ts';
import { tinyTrace } from './tiny.ts';

/** Packs rows of trits four to a byte, each row padded with zeros. */
function packed(rows: readonly (readonly number[])[]): PackedTrits {
  const inputs = rows[0]!.length;
  const bytesPerRow = Math.ceil(inputs / 4);
  const codes = rows.flatMap((row) =>
    Array.from({ length: bytesPerRow }, (_, j) =>
      [3, 2, 1, 0].reduce((byte, i) => byte * 4 + (row[4 * j + i] ?? 0) + 1, 0),
    ),
  );
  return { out: rows.length, in: inputs, bytesPerRow, codes: Uint8Array.from(codes) };
}

describe('the statistics of trits', () => {
  it('count zeros without the padding, and say log2(3) bits of an even mixture', () => {
    const { count, zeros, entropy } = tritStatistics(packed([[-1, 0, 1, 0, 1, -1]]));
    expect([count, zeros]).toEqual([6, 2]);
    expect(entropy).toBeCloseTo(Math.log2(3), 12);
  });

  it('say nothing of a matrix of zeros', () => {
    expect(tritStatistics(packed([[0, 0, 0]])).entropy).toBe(0);
  });

  it('give percentiles over rows, interpolated between rows', () => {
    const rows = [0, 1, 2, 3, 4].map((zeros) => [0, 1, 2, 3].map((i) => (i < zeros ? 0 : 1)));
    const { rowZeroFraction } = tritStatistics(packed(rows));
    // Zero fractions 0, 1/4, …, 1: at the 5th percentile a fifth of the way from the first to the second.
    expect(rowZeroFraction[0]).toBeCloseTo(0.05, 12);
    expect(rowZeroFraction[1]).toBeCloseTo(0.5, 12);
    expect(rowZeroFraction[2]).toBeCloseTo(0.95, 12);
  });
});

describe('the statistics of activations', () => {
  it('measure zeros, bits of magnitude and entropy', () => {
    const statistics = new ActivationStatistics();
    statistics.add(Int8Array.of(0, 0, 1, -3));
    statistics.add(Int8Array.of(-128, 127, 0, 0));
    expect([statistics.count, statistics.zeros, statistics.maxBits]).toEqual([8, 4, 8]);
    expect(statistics.meanBits).toBe((1 + 2 + 8 + 7) / 8);
    expect(statistics.entropy).toBe(0.5 * 1 + 4 * (1 / 8) * 3);
  });
});

describe('inspecting a trace', () => {
  it('has a row for each projection and phase with what was counted', async () => {
    const rows = await inspectTrace(await tinyTrace());
    expect(rows).toHaveLength(2 * 14);
    expect(rows[1]).toMatchObject({
      operation: 'layers.0.q_proj',
      layer: 0,
      phase: 'decode',
      tokens: 3,
      in: 32,
      out: 32,
      weight_zero_basis: 'measured',
      activation_zero_basis: 'measured',
    });
    for (const row of rows) {
      expect(row.weight_zero_fraction).toBeGreaterThan(0.36);
      expect(row.weight_zero_fraction).toBeLessThan(0.48);
      expect(row.weight_entropy_bits).toBeLessThanOrEqual(Math.log2(3));
      expect(row.magnitude_bits_max).toBeGreaterThanOrEqual(7);
    }
  });
});
