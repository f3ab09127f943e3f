/**
 * A user's own prices: values for rows that a table has, graded `user` from then on. The table's hash changes with them,
 * so that a result never passes for one with the shipped prices.
 */
import { TritsimError } from '../errors/error.ts';
import { childPath } from '../hardware/document.ts';
import { placeIn, parseOverridesFile } from './table-file.ts';
import { makeTable, rowById, type PriceTable } from './table.ts';

export interface Override {
  readonly id: string;
  readonly value: number;
  /** Must be the row's own unit: nothing is converted. */
  readonly unit: string;
  /** Where the user has it from. */
  readonly source: string;
  /** Band of the value; without it the value is taken as exact. */
  readonly low?: number;
  readonly high?: number;
  /** Where the override stands, for errors. */
  readonly place: string;
}

/** The overrides of a `tritsim.price-overrides/1` file. @throws as `table-file.ts` */
export function parseOverrides(content: string, file: string): Override[] {
  const { value, yaml } = parseOverridesFile(content, file);
  return Object.entries(value.rows).map(([id, row]) => ({
    id,
    ...row,
    place: placeIn(yaml, childPath('rows', id)),
  }));
}

/**
 * The table with some rows replaced.
 *
 * @throws PRICE_ROW_UNKNOWN with the nearest id, PRICE_UNIT for another unit than the row's, PRICES_RANGE
 */
export function overrideRows(table: PriceTable, overrides: readonly Override[]): PriceTable {
  const { hash: _hash, ...parts } = table;
  const rows = [...table.rows];
  for (const { id, value, unit, source, low = value, high = value, place } of overrides) {
    const row = rowById(table, id, place);
    if (unit !== row.unit) {
      throw new TritsimError('PRICE_UNIT', `the row ${id} is in another unit`, {
        place,
        found: unit,
        allowed: [row.unit],
      });
    }
    if (low > value || value > high) {
      throw new TritsimError('PRICES_RANGE', 'low, value and high must ascend', {
        place,
        found: `${low}, ${value}, ${high}`,
      });
    }
    const derivation = `given by the user in place of ${row.value}`;
    rows[table.rows.indexOf(row)] = { ...row, value, low, high, source, place, derivation, grade: 'user' };
  }
  return makeTable({ ...parts, rows });
}
