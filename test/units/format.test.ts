import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBandwidth,
  formatBytes,
  formatCount,
  formatEnergy,
  formatFrequency,
  formatPercent,
  formatPower,
  formatRatio,
  formatSignificant,
  formatTime,
} from '../../src/units/format.ts';
import { parseQuantity } from '../../src/units/parse.ts';

describe('engineering prefixes', () => {
  it.each([
    [formatTime(0.00125), '1.25 ms'],
    [formatTime(625e-12), '625 ps'],
    [formatTime(61.5), '61.5 s'],
    [formatTime(12345), '12345 s'],
    [formatTime(0), '0 s'],
    [formatEnergy(0.0381), '38.1 mJ'],
    [formatEnergy(7e-15), '7.00 fJ'],
    [formatEnergy(1.5e-6), '1.50 µJ'],
    [formatPower(-0.25), '-250 mW'],
    [formatFrequency(1.6e9), '1.60 GHz'],
    [formatFrequency(0.5), '0.500 Hz'],
    [formatBandwidth(25.6e9), '25.6 GB/s'],
  ])('write %s', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('move to the next prefix where rounding carries over', () => {
    expect(formatTime(0.9996e-3)).toBe('1.00 ms');
    expect(formatTime(0.9994e-3)).toBe('999 µs');
  });

  it('write what the parser reads: three digits come back unchanged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 999 }),
        fc.integer({ min: -17, max: 3 }),
        (digits, exponent) => {
          const joules = Number(`${digits}e${exponent}`);
          expect(parseQuantity(formatEnergy(joules), 'J')).toBe(joules);
        },
      ),
    );
  });

  it('are off by at most half a unit of the third digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-15, max: 999, noNaN: true }), (seconds) => {
        const back = parseQuantity(formatTime(seconds), 's');
        expect(Math.abs(back / seconds - 1)).toBeLessThanOrEqual(0.5 / 100 + 1e-12);
      }),
    );
  });

  it('refuse what is no number', () => {
    expect(() => formatTime(Number.NaN)).toThrow(expect.objectContaining({ code: 'UNIT_RANGE' }));
    expect(() => formatBytes(Infinity)).toThrow(expect.objectContaining({ code: 'UNIT_RANGE' }));
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [417, '417 B'],
    [1024, '1 KiB'],
    [262144, '256 KiB'],
    [1572864, '1.50 MiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [5 * 1024 ** 4, '5 TiB'],
  ])('writes %i bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('writes whole multiples of a prefix exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1023 }), fc.integer({ min: 0, max: 4 }), (n, step) => {
        expect(parseQuantity(formatBytes(n * 1024 ** step), 'B')).toBe(n * 1024 ** step);
      }),
    );
  });
});

describe('plain numbers', () => {
  it('group the thousands of a count', () => {
    expect(formatCount(12345678)).toBe('12,345,678');
    expect(formatCount(-1234)).toBe('-1,234');
    expect(formatCount(999)).toBe('999');
    expect(() => formatCount(1.5)).toThrow('a count must be a whole number');
  });

  it('keep the digits that were asked for and use no exponent', () => {
    expect(formatSignificant(0.0071234)).toBe('0.00712');
    expect(formatSignificant(1234.5)).toBe('1235');
    expect(formatSignificant(2)).toBe('2.00');
    expect(formatSignificant(71.43, 4)).toBe('71.43');
    expect(formatRatio(71.43)).toBe('71.4×');
    expect(formatPercent(0.4221)).toBe('42.2 %');
  });
});
