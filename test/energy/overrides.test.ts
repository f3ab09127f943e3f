/** Question: does a user's price replace exactly one row, marked as theirs? */
import { describe, expect, it } from 'vitest';
import { integerAddPrice } from '../../src/energy/integer-add.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { overrideRows, parseOverrides } from '../../src/energy/overrides.ts';

const jouppi = await loadPrices('jouppi-7nm');
const file = (rows: string) =>
  parseOverrides(`schema: tritsim.price-overrides/1\nrows:\n${rows}\n`, 'mine.yaml');

describe('an override', () => {
  it('changes its row, its grade and the hash of the table, and nothing else', () => {
    const table = overrideRows(
      jouppi,
      file('  int-add.8: { value: 0.009, unit: pJ, source: our synthesis }'),
    );
    expect(integerAddPrice(table, 8)).toMatchObject({
      amount: 0.009,
      low: 0.009,
      high: 0.009,
      grade: 'user',
    });
    expect(integerAddPrice(table, 8).citations).toEqual([
      { source: 'our synthesis', place: 'mine.yaml:3: rows["int-add.8"]' },
    ]);
    expect(table.hash).not.toBe(jouppi.hash);
    expect(table.rows.filter((row, i) => row !== jouppi.rows[i]).map((row) => row.id)).toEqual(['int-add.8']);
  });

  it('makes every price that rests on it a price of the user', () => {
    const table = overrideRows(
      jouppi,
      file('  int-add.8: { value: 0.009, unit: pJ, source: s, low: 0.008, high: 0.01 }'),
    );
    expect(integerAddPrice(table, 20)).toMatchObject({
      grade: 'user',
      amount: expect.closeTo((0.009 + 0.03) / 2, 15) as number,
    });
  });

  it.each([
    [
      'an unknown row, with the nearest',
      'int-ad.8: { value: 1, unit: pJ, source: s }',
      /mine.yaml:3.*'int-ad.8'.*'int-add.8'/,
    ],
    ['another unit', 'int-add.8: { value: 1, unit: mW, source: s }', /mW.*allowed: pJ/],
    [
      'a band that does not hold the value',
      'int-add.8: { value: 1, unit: pJ, source: s, low: 2 }',
      /2, 1, 1/,
    ],
    ['an unknown key', 'int-add.8: { valeu: 1, unit: pJ, source: s }', /'value'/],
    ['no source', 'int-add.8: { value: 1, unit: pJ }', /source: the key is missing/],
  ])('is refused for %s', (_, row, message) => {
    expect(() => overrideRows(jouppi, file(`  ${row}`))).toThrow(message);
  });
});
