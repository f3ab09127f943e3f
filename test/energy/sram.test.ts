/** Question: are the sources' SRAM points met exactly, and is it log-log between and refused outside? */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../src/energy/load.node.ts';
import { sramAccessPrice, sramLeakagePrice } from '../../src/energy/sram.ts';
import { buffer, KIB } from './fixtures.ts';

const jouppi = await loadPrices('jouppi-7nm');
const horowitz = await loadPrices('horowitz-45nm');

describe('SRAM at 7 nm', () => {
  it.each([
    [8, 7.5],
    [32, 8.5],
    [1024, 14],
  ])('costs what Jouppi et al. print at %d KiB and 64 bit', (kib, pj) => {
    expect(sramAccessPrice(jouppi, 'sram-read', buffer(kib * KIB, 64))).toMatchObject({
      amount: pj,
      grade: 'published',
    });
  });

  it('is log-log between two of them: 16 KiB is the geometric mean of 8 and 32 KiB', () => {
    const price = sramAccessPrice(jouppi, 'sram-read', buffer(16 * KIB, 64));
    expect(price.amount).toBeCloseTo(Math.sqrt(7.5 * 8.5), 12);
    expect(price.grade).toBe('scaled');
  });

  it('costs in proportion to the port', () => {
    const price = sramAccessPrice(jouppi, 'sram-read', buffer(32 * KIB, 256));
    expect(price.amount).toBe(34);
    expect(price.derivation).toContain('256 / 64 bit');
  });

  it('writes at the price of a read, and says so', () => {
    const price = sramAccessPrice(jouppi, 'sram-write', buffer(8 * KIB, 64));
    expect(price.amount).toBe(7.5);
    expect(price.derivation).toMatch(/^as a read/);
  });

  it.each([8 * KIB - 1, 1024 * KIB + 1])('is refused at %d bytes', (bytes) => {
    expect(() => sramAccessPrice(jouppi, 'sram-read', buffer(bytes, 64))).toThrow(
      /sram-read.*8192 to 1048576 B/,
    );
  });
});

describe('SRAM at 45 nm', () => {
  it.each([
    [1, 64, 1.434, 2.906],
    [8, 64, 5.288, 6.502],
    [1024, 64, 67.688, 55.894],
    [8192, 64, 166.63, 154.693],
    [1, 256, 6.917, 8.151],
    [64, 256, 41.709, 51.887],
  ])('costs what CACTI gives at %d KiB through %d bit', (kib, bits, read, write) => {
    const memory = buffer(kib * KIB, bits);
    expect(sramAccessPrice(horowitz, 'sram-read', memory).amount).toBe(read);
    expect(sramAccessPrice(horowitz, 'sram-write', memory).amount).toBe(write);
  });

  it('is log-log in the width of the port too: 128 bit is the geometric mean of 64 and 256', () => {
    const price = sramAccessPrice(horowitz, 'sram-read', buffer(64 * KIB, 128));
    expect(price.amount).toBeCloseTo(Math.sqrt(28.984 * 41.709), 12);
  });

  it('reads a port of 512 bit as two macros of half the capacity', () => {
    const wide = sramAccessPrice(horowitz, 'sram-read', buffer(128 * KIB, 512));
    expect(wide.amount).toBeCloseTo(2 * 41.709, 12);
    expect(wide.derivation).toContain('2 macros in lockstep');
  });

  it('refuses a port narrower than the sweep and a capacity outside it', () => {
    expect(() => sramAccessPrice(horowitz, 'sram-read', buffer(8 * KIB, 32))).toThrow(
      /32 bit.*64 bit and more/,
    );
    expect(() => sramAccessPrice(horowitz, 'sram-write', buffer(KIB - 1, 64))).toThrow(
      /sram-write.*1024 to 8388608 B/,
    );
    expect(() => sramAccessPrice(horowitz, 'sram-read', buffer(KIB, 512))).toThrow(/found 512 B/);
  });
});

describe('any SRAM price', () => {
  it('lies between those of the capacities around it', () => {
    const bytes = fc.integer({ min: 8 * KIB, max: 1024 * KIB });
    fc.assert(
      fc.property(bytes, fc.constantFrom('sram-read', 'sram-write'), (capacity, action) => {
        for (const table of [jouppi, horowitz]) {
          const price = (at: number) => sramAccessPrice(table, action, buffer(at, 64)).amount;
          const below = 2 ** Math.floor(Math.log2(capacity));
          const enclosing = [price(below), price(Math.min(2 * below, 1024 * KIB))] as const;
          expect(price(capacity)).toBeGreaterThanOrEqual(enclosing[0] * (1 - 1e-12));
          expect(price(capacity)).toBeLessThanOrEqual(enclosing[1] * (1 + 1e-12));
        }
      }),
    );
  });
});

describe('SRAM leakage', () => {
  it("is CACTI's sub-threshold plus gate leakage: high-performance cells at 45 nm", () => {
    expect(sramLeakagePrice(horowitz, 8 * KIB).amount).toBeCloseTo(8.7532 + 0.293, 12);
  });

  it('is that of 22 nm low-standby-power cells at 7 nm, graded as assumed', () => {
    const price = sramLeakagePrice(jouppi, 1024 * KIB);
    expect(price.amount).toBeCloseTo(0.4786 + 0.1229, 12);
    expect(price.grade).toBe('assumed');
  });
});
