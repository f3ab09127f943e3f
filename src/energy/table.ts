/** A resolved price table: rows by id and by key, and the refusals where it has none. */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { hashOf } from '../hardware/hash.ts';
import type { NumberFormat } from '../sim/ledger.ts';
import { priceOfRow, type Price } from './price.ts';
import { describeKey, type FormatAction, type PlainAction, type PriceRow, type RowAction } from './row.ts';

/**
 * What a port of another width than the rows' costs. `proportional`: by its bits. `macros-in-lockstep`: between the
 * rows' widths log-log; wider, a row of equal macros read together.
 */
export type SramPortRule = 'proportional' | 'macros-in-lockstep';

/** Beyond the capacities of the rows: refused, or on the line of the last two points, where someone asked for it. */
export type SramBeyond = 'refuse' | 'last-slope';

export interface PriceTable {
  readonly name: string;
  readonly description: string;
  readonly nodeNm: number;
  readonly sramPort: SramPortRule;
  readonly sramBeyond: SramBeyond;
  /** What is to be known of the prices as they stand, one sentence each: of scaled ones how they compare with published ones. */
  readonly notes: readonly string[];
  readonly rows: readonly PriceRow[];
  /** SHA-256 of the canonical JSON of everything above, hex. */
  readonly hash: string;
}

/** A table of `parts`, with its hash. */
export function makeTable(parts: Omit<PriceTable, 'hash'>): PriceTable {
  return { ...parts, hash: hashOf(parts) };
}

/** The table with more to be known of it. */
export function withNotes(table: PriceTable, notes: readonly string[]): PriceTable {
  if (notes.length === 0) return table;
  const { hash: _hash, ...parts } = table;
  return makeTable({ ...parts, notes: [...table.notes, ...notes] });
}

/**
 * Rows of one action, as they stand in the table.
 *
 * @throws PRICE_MISSING where the table has none
 */
export function rowsFor<A extends RowAction>(table: PriceTable, action: A): (PriceRow & { action: A })[] {
  const rows = indexOf(table.rows).get(action);
  if (rows === undefined) throw missing(table, action, []);
  return rows as (PriceRow & { action: A })[];
}

/** Whether the table has a row of the action. */
export function hasRows(table: PriceTable, action: RowAction): boolean {
  return indexOf(table.rows).has(action);
}

const indexes = new WeakMap<readonly PriceRow[], ReadonlyMap<RowAction, PriceRow[]>>();

/** Rows by action, made once for the rows of a table. */
function indexOf(rows: readonly PriceRow[]): ReadonlyMap<RowAction, PriceRow[]> {
  const known = indexes.get(rows);
  if (known !== undefined) return known;
  const index = new Map<RowAction, PriceRow[]>();
  for (const row of rows) {
    const own = index.get(row.action);
    if (own === undefined) index.set(row.action, [row]);
    else own.push(row);
  }
  indexes.set(rows, index);
  return index;
}

/** The price of an action that has no conditions. @throws PRICE_MISSING */
export function plainPrice(table: PriceTable, action: PlainAction): Price {
  return priceOfRow(rowsFor(table, action)[0]!);
}

/** The price of an action in one number format; no format stands in for another. @throws PRICE_MISSING */
export function formatPrice(table: PriceTable, action: FormatAction, format: NumberFormat): Price {
  const rows: PriceRow[] = rowsFor(table, action);
  const row = rows.find((each) => 'format' in each && each.format === format);
  if (row === undefined) throw missing(table, `${action} in ${format}`, rows.map(describeKey));
  return priceOfRow(row);
}

/** The row of this id. @throws PRICE_ROW_UNKNOWN with the nearest id */
export function rowById(table: PriceTable, id: string, place: string): PriceRow {
  const row = table.rows.find((each) => each.id === id);
  if (row !== undefined) return row;
  const hint = didYouMean(
    id,
    table.rows.map((each) => each.id),
  );
  throw new TritsimError('PRICE_ROW_UNKNOWN', `the table ${table.name} has no row of this id`, {
    place,
    found: `'${id}'`,
    hint: hint ?? `Rows are listed by id in the table's file.`,
  });
}

function missing(table: PriceTable, what: string, allowed: readonly string[]): TritsimError {
  return new TritsimError('PRICE_MISSING', `the table has no price for ${what}`, {
    place: `prices ${table.name}`,
    allowed,
    hint: 'Choose a machine or a table in which the action has a price; none is taken from another format or node.',
  });
}
