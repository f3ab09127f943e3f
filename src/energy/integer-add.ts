/**
 * Integer additions at their real width. A ripple or prefix adder's energy and area grow about linearly with its bits,
 * so the value lies on the line between the two rows nearest in width; above the widest row that line is continued to
 * twice its width. pJ an addition, or um2 an adder.
 *
 * NOT MODELLED: carry-save forms, and the toggling of the real operands (the rows are averages).
 */
import { TritsimError } from '../errors/error.ts';
import { derivePrice, figure, priceOfRow, type Price } from './price.ts';
import type { PriceRow } from './row.ts';
import { rowsFor, type PriceTable } from './table.ts';

type AddRow = PriceRow & { readonly bits: number };

/** How far beyond the widest row the line may be followed. */
const WIDEST_TIMES = 2;

/**
 * The price of adding two integers of `bits`.
 *
 * @throws PRICE_WIDTH for a width below the narrowest row or above twice the widest
 */
export function integerAddPrice(
  table: PriceTable,
  bits: number,
  action: 'int-add' | 'area-int-add' = 'int-add',
): Price {
  const rows = rowsFor(table, action).toSorted((a, b) => a.bits - b.bits);
  const exact = rows.find((row) => row.bits === bits);
  if (exact !== undefined) return priceOfRow(exact);
  const narrowest = rows[0]!;
  const widest = rows.at(-1)!;
  const limit = WIDEST_TIMES * widest.bits;
  if (!Number.isInteger(bits) || bits < narrowest.bits || bits > limit || rows.length < 2) {
    throw new TritsimError('PRICE_WIDTH', `no price for ${action} of this width`, {
      place: `prices ${table.name}`,
      found: `${bits} bit`,
      allowed: [`${narrowest.bits} to ${limit} bit`],
    });
  }
  if (bits > widest.bits) return beyond(rows.at(-2)!, widest, bits);
  const above = rows.findIndex((row) => row.bits > bits);
  const [from, to] = [rows[above - 1]!, rows[above]!];
  const position = (bits - from.bits) / (to.bits - from.bits);
  return derivePrice(
    [priceOfRow(from), priceOfRow(to)],
    ([low, high]) => low! + position * (high! - low!),
    `${bits} bit ${lineOf(from, to)}`,
    'scaled',
  );
}

/** On the continued line; the band is the widest row's, in proportion, since a line through bands could turn it over. */
function beyond(from: AddRow, widest: AddRow, bits: number): Price {
  const position = (bits - from.bits) / (widest.bits - from.bits);
  const factor = (from.value + position * (widest.value - from.value)) / widest.value;
  return derivePrice(
    [priceOfRow(from), priceOfRow(widest)],
    ([, amount]) => amount! * factor,
    `${bits} bit ${lineOf(from, widest)}, continued`,
    'assumed',
  );
}

function lineOf(from: AddRow, to: AddRow): string {
  return `on the line from ${figure(from.value)} at ${from.bits} bit to ${figure(to.value)} at ${to.bits} bit`;
}
