/** Question: is the band of a ratio the least and the largest over all settings of the rows, and do both machines share a row? */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratioBand, type Account } from '../../src/analysis/ratio-band.ts';
import type { Charge } from '../../src/energy/charges.ts';
import { priceOfRow, scalePrice, sumPrices, type Price } from '../../src/energy/price.ts';
import type { PriceRow } from '../../src/energy/row.ts';
import { makeTable, type PriceTable } from '../../src/energy/table.ts';

interface Range {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

function tableOf(name: string, ranges: readonly Range[]): PriceTable {
  const rows = ranges.map(({ low, value, high }, i): PriceRow => ({
    id: `row${i}`,
    action: 'int-add',
    bits: i + 1,
    value,
    low,
    high,
    unit: 'pJ',
    nodeNm: 7,
    voltageV: 1,
    unstated: null,
    source: 's',
    place: 'p',
    derivation: 'd',
    grade: 'assumed',
    range: 'r',
  }));
  return makeTable({
    name,
    description: '',
    nodeNm: 7,
    sramPort: 'proportional',
    sramBeyond: 'refuse',
    notes: [],
    rows,
  });
}

function priceIn({ action }: { readonly action: string }, of: PriceTable): Price {
  return action === 'all'
    ? scalePrice(sumPrices(of.rows.map(priceOfRow), ''), 0.1, '')
    : priceOfRow(of.rows[Number(action)]!);
}

/** One charge a weight: its count times the row of its index; the last charge is of all rows together. */
function accountOf(table: PriceTable, weights: readonly number[]): Account {
  const charges = [...weights.map((count, i) => [`${i}`, count] as const), ['all', 1] as const].map(
    ([action, count]): Charge => {
      const asked = { for: 'clock' } as const;
      return { component: 'array', action, count, unit: '', price: priceIn({ action }, table), asked };
    },
  );
  return { charges, table, priceIn };
}

/** The ratio at every corner of the box. */
function corners(ranges: readonly Range[], above: readonly number[], below: readonly number[]): number[] {
  return Array.from({ length: 2 ** ranges.length }, (_, corner) => {
    const prices = ranges.map(({ low, high }, i) => ((corner >> i) & 1 ? high : low));
    const energy = (weights: readonly number[]): number =>
      prices.reduce((sum, price, i) => sum + price * (weights[i]! + 0.1), 0);
    return energy(above) / energy(below);
  });
}

const amount = fc.double({ min: 0.1, max: 10, noNaN: true });
const range = fc
  .tuple(amount, fc.double({ min: 0.2, max: 1, noNaN: true }), fc.double({ min: 1, max: 5, noNaN: true }))
  .map(([value, down, up]): Range => ({ low: value * down, value, high: value * up }));
const rows = { minLength: 5, maxLength: 5 };

describe('the band of a ratio', () => {
  it('is reached at the corners of the rows that give the least and the largest', () => {
    fc.assert(
      fc.property(
        fc.array(range, rows),
        fc.array(amount, rows),
        fc.array(amount, rows),
        (ranges, above, below) => {
          const table = tableOf('one', ranges);
          const band = ratioBand(accountOf(table, above), accountOf(table, below));
          const all = corners(ranges, above, below);
          expect(band.low).toBeCloseTo(Math.min(...all), 9);
          expect(band.high).toBeCloseTo(Math.max(...all), 9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is nothing for two machines of the same counts, however wide the rows are', () => {
    const table = tableOf('one', [
      { low: 0.1, value: 1, high: 10 },
      { low: 1, value: 2, high: 3 },
    ]);
    const account = accountOf(table, [3, 4]);
    const band = ratioBand(account, account);
    expect(band.low).toBeCloseTo(1, 12);
    expect(band.high).toBeCloseTo(1, 12);
  });

  it('moves the rows of two different tables on their own', () => {
    const ranges = [{ low: 1, value: 2, high: 4 }];
    const above = accountOf(tableOf('one', ranges), [1]);
    const below = accountOf(tableOf('other', ranges), [1]);
    expect(ratioBand(above, below)).toEqual({ low: 1 / 4, high: 4 });
  });
});

describe('the DRAM', () => {
  const table = tableOf('none', []);
  const price = {
    ...priceOfRow({ ...tableOf('one', [{ low: 8, value: 10, high: 15 }]).rows[0]! }),
    rows: ['D.IDD4R'],
  };
  const dram = (device: string, count: number): Charge => {
    return {
      component: 'dram',
      action: 'dram.rd',
      count,
      unit: '',
      price,
      asked: { for: 'dram', price, device },
    };
  };
  const array = (fixedAmount: number): Charge => {
    const fixed = { ...price, amount: fixedAmount, low: fixedAmount, high: fixedAmount };
    return {
      component: 'dram',
      action: 'x',
      count: 1,
      unit: '',
      price: fixed,
      asked: { for: 'dram', price: fixed, device: 'F' },
    };
  };
  const account = (...charges: Charge[]): Account => ({ charges, table });

  it('of one device moves both machines together', () => {
    expect(ratioBand(account(dram('D', 3)), account(dram('D', 1)))).toEqual({ low: 3, high: 3 });
    const band = ratioBand(account(dram('D', 3), array(5)), account(dram('D', 1), array(5)));
    expect(band.low).toBeCloseTo((24 + 5) / (8 + 5), 12);
    expect(band.high).toBeCloseTo((45 + 5) / (15 + 5), 12);
  });

  it('of two devices moves each on its own', () => {
    const band = ratioBand(account(dram('D', 3)), account(dram('E', 1)));
    expect(band.low).toBeCloseTo(24 / 15, 12);
    expect(band.high).toBeCloseTo(45 / 8, 12);
  });
});
