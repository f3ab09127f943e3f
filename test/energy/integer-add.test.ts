/** Question: does an adder's price follow its width, and where does it stop? */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerAddPrice } from '../../src/energy/integer-add.ts';
import { loadPrices } from '../../src/energy/load.node.ts';

const jouppi = await loadPrices('jouppi-7nm');
const horowitz = await loadPrices('horowitz-45nm');

describe('an integer addition', () => {
  it('lies on the line between the 8-bit and the 32-bit row, and says which width it is for', () => {
    const price = integerAddPrice(jouppi, 20);
    expect(price.amount).toBeCloseTo(0.007 + (12 / 24) * (0.03 - 0.007), 15);
    expect(price.derivation).toBe('20 bit on the line from 0.007 at 8 bit to 0.03 at 32 bit');
    expect(price.grade).toBe('scaled');
    expect(price.rows).toEqual(['int-add.8', 'int-add.32']);
  });

  it('takes the two rows nearest in width where there are three', () => {
    expect(integerAddPrice(horowitz, 12).amount).toBeCloseTo(0.04, 15);
    expect(integerAddPrice(horowitz, 24).amount).toBeCloseTo(0.075, 15);
    expect(integerAddPrice(horowitz, 16).grade).toBe('published');
  });

  it('continues the line to twice the widest row, graded as assumed', () => {
    const price = integerAddPrice(jouppi, 48);
    expect(price.amount).toBeCloseTo(0.007 + (40 / 24) * 0.023, 15);
    expect(price.grade).toBe('assumed');
    expect([price.low / price.amount, price.high / price.amount]).toEqual([
      expect.closeTo(0.75, 12),
      expect.closeTo(1.25, 12),
    ]);
  });

  it.each([0, 65, 12.5])('is refused at %d bit', (bits) => {
    expect(() => integerAddPrice(jouppi, bits)).toThrow(/1 to 64 bit/);
  });

  it('never gets cheaper with width, in value or band', () => {
    const width = fc.integer({ min: 1, max: 63 });
    for (const table of [jouppi, horowitz]) {
      fc.assert(
        fc.property(width, (bits) => {
          const [a, b] = [integerAddPrice(table, bits), integerAddPrice(table, bits + 1)];
          return (
            a.amount < b.amount && a.low < b.low && a.high < b.high && a.low <= a.amount && a.amount <= a.high
          );
        }),
      );
    }
  });
});
