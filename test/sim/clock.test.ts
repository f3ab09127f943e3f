import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock } from '../../src/sim/clock.ts';

/** The contract's definition in exact integers. */
const exactTime = (n: number, p: number, q: number) => Number((BigInt(n) * BigInt(p)) / BigInt(q));

const period = fc.tuple(fc.integer({ min: 1000, max: 5000 }), fc.integer({ min: 1, max: 1000 }));
const index = fc.integer({ min: 0, max: 1e12 });

describe('a clock of period p/q', () => {
  test('has edge n at floor(n·p/q) ps, exactly, up to n = 10^12', () => {
    fc.assert(
      fc.property(period, index, ([p, q], n) => {
        expect(new Clock(p, q).timeOf(n)).toBe(exactTime(n, p, q));
      }),
    );
  });

  test('finds the first edge at or after any time', () => {
    fc.assert(
      fc.property(period, fc.integer({ min: 0, max: 1e15 }), ([p, q], ps) => {
        const clock = new Clock(p, q);
        const n = clock.edgeAtOrAfter(ps);
        expect(exactTime(n, p, q)).toBeGreaterThanOrEqual(ps);
        if (n > 0) expect(exactTime(n - 1, p, q)).toBeLessThan(ps);
      }),
    );
  });

  test('does not drift: DDR4-2400 reaches 10^12 cycles after 833333333333333 ps', () => {
    expect(new Clock(2500, 3).timeOf(1e12)).toBe(833333333333333);
  });

  test.each([
    [0, 1],
    [1, 2],
    [625, 0],
    [1.5, 1],
    [2e6, 1],
    [625, 2000],
  ])('refuses the period %d/%d', (p, q) => {
    expect(() => new Clock(p, q)).toThrow(/CLOCK_PERIOD|clock period/);
  });
});
