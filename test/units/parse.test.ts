import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrequency, parseQuantity, parseWhole } from '../../src/units/parse.ts';
import { symbolsOf } from '../../src/units/unit.ts';

describe('parseQuantity', () => {
  it.each([
    ['256 KiB', 'B', 262144],
    ['256 kB', 'B', 256000],
    ['1 GiB', 'MiB', 1024],
    ['25.6 GB/s', 'B/s', 25.6e9],
    ['0.625 ns', 'ps', 625],
    ['0.625 ns', 's', 0.625e-9],
    ['12 pJ', 'J', 12e-12],
    ['0.8 V', 'mV', 800],
    ['7 nm', 'nm', 7],
    ['0.007 um', 'nm', 7],
    ['0.81 mm2', 'um2', 810000],
    ['3 cycles', 'cycles', 3],
    ['1 cycle', 'cycles', 1],
    ['64 bit', 'bit', 64],
    ['1.5e3 mA', 'A', 1.5],
  ])('reads %s as a value in %s', (text, unit, value) => {
    expect(parseQuantity(text, unit)).toBe(value);
  });

  it('rounds once: a decimal in any prefix is the double nearest to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 5 }), (digits, places) => {
        const text = (digits / 10 ** places).toFixed(places);
        expect(parseQuantity(`${text} pJ`, 'J')).toBe(Number(`${text}e-12`));
      }),
    );
  });

  it.each([
    '256KiB',
    '256  KiB',
    ' 256 KiB',
    '256',
    'KiB',
    '-1 B',
    '+1 B',
    '.5 B',
    '1. B',
    '007 B',
    '0x10 B',
    'NaN B',
  ])("refuses '%s' as no number, space and unit", (text) => {
    expect(() => parseQuantity(text, 'B')).toThrow(
      expect.objectContaining({ code: 'UNIT_SYNTAX', message: expect.stringContaining("as in '256 KiB'") }),
    );
  });

  it('names the dimension it expected', () => {
    expect(() => parseQuantity('3 ns', 'B')).toThrow(
      "expected a capacity such as '256 KiB' (found '3 ns', a time)",
    );
    expect(() => parseQuantity('64 bit', 'B')).toThrow(expect.objectContaining({ code: 'UNIT_DIMENSION' }));
    expect(() => parseQuantity('1 MHz', 's')).toThrow(expect.objectContaining({ code: 'UNIT_DIMENSION' }));
  });

  it('offers the nearest unit, and both where one was ambiguous', () => {
    expect(() => parseQuantity('1 GHZ', 'Hz')).toThrow("Did you mean 'GHz'?");
    expect(() => parseQuantity('1 KB', 'B')).toThrow("Write 'kB' for 1000 bytes or 'KiB' for 1024");
    expect(() => parseQuantity('1 parsec', 'm')).toThrow(expect.objectContaining({ code: 'UNIT_UNKNOWN' }));
  });
});

describe('parseWhole', () => {
  it('accepts a fraction of a prefix that is a whole number of the unit', () => {
    expect(parseWhole('0.5 KiB', 'B')).toBe(512);
    expect(parseWhole('1.5 kbit', 'bit')).toBe(1500);
  });

  it.each(['0.1 KiB', '1.00000000000000000001 B', '9007199254740992 B', '0.5 B', '1 e99 B'])(
    "refuses '%s'",
    (text) => {
      expect(() => parseWhole(text, 'B')).toThrow(/^expected/);
    },
  );

  it('agrees with integer arithmetic for every binary prefix', () => {
    const factors = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8191 }),
        fc.constantFrom(...Object.entries(factors)),
        (n, [unit, factor]) => {
          expect(parseWhole(`${n} ${unit}`, 'B')).toBe(n * factor);
        },
      ),
    );
  });
});

describe('parseFrequency', () => {
  it.each([
    ['1 GHz', 1e9, [1000, 1]],
    ['1.6 GHz', 1.6e9, [625, 1]],
    ['3 GHz', 3e9, [1000, 3]],
    ['1050 MHz', 1.05e9, [20000, 21]],
    ['1.05 GHz', 1.05e9, [20000, 21]],
    ['0.1 Hz', 0.1, [10_000_000_000_000, 1]],
  ])('gives %s an exact period', (text, hz, periodPs) => {
    expect(parseFrequency(text)).toEqual({ hz, periodPs });
  });

  it('gives a reduced fraction whose product with the frequency is 10^12, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (kilohertz) => {
        const [p, q] = parseFrequency(`${kilohertz} kHz`).periodPs;
        expect(BigInt(p) * BigInt(kilohertz) * 1000n).toBe(10n ** 12n * BigInt(q));
        const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
        expect(gcd(p, q)).toBe(1);
      }),
    );
  });

  it('refuses zero and a period beyond whole numbers', () => {
    expect(() => parseFrequency('0 Hz')).toThrow('a frequency must be above zero');
    expect(() => parseFrequency('1.0000000000000000001 GHz')).toThrow(
      expect.objectContaining({ code: 'UNIT_RANGE' }),
    );
  });
});

describe('the table of units', () => {
  it('keeps decimal and binary prefixes apart', () => {
    expect(symbolsOf('capacity')).toEqual(['B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB']);
  });
});
