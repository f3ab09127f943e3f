/** Is going through the steady state of a full queue the same as weighing every command? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelHistory, jobs, setting, type Jobs } from './channel-history.ts';

/** Parts of a matrix that is stored panel by panel: short rows, each at a stride from the one before. */
const panel = fc
  .record({
    rows: fc.integer({ min: 1, max: 12 }),
    bursts: fc.integer({ min: 1, max: 14 }),
    stride: fc.constantFrom(14, 64, 80, 128, 216, 1024, 8192),
    first: fc.nat(100_000),
    pause: fc.oneof(fc.constant(0), fc.nat(3000)),
    until: fc.oneof(fc.constant(0), fc.nat(9000)),
  })
  .map(({ rows, stride, first, until, ...row }): Jobs =>
    Array.from({ length: rows }, (_, i) => ({
      ...row,
      stream: 1,
      write: true,
      first: first + i * stride,
      until: i === rows - 1 ? until : 0,
    })),
  );

describe('the steady state of a full queue', () => {
  test('leaves a channel in the same state, having told the same, whenever one looks', () => {
    const lists = fc
      .array(fc.oneof(panel, jobs), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.flat().slice(0, 40));
    let all = 0;
    fc.assert(
      fc.property(setting, lists, (chosen, list) => {
        const { looks, piped } = channelHistory(chosen, list, false);
        const oneByOne = channelHistory(chosen, list, false, true);
        expect(looks).toEqual(oneByOne.looks);
        expect(oneByOne.piped).toBe(0);
        all += piped;
      }),
      { numRuns: 200 },
    );
    expect(all).toBeGreaterThan(20_000);
  });
});
