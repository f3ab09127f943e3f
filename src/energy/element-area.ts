/**
 * One element of an array, um2: the transistors that synthesis counted (`rtl/`, `hw-configs/tech/rtl-transistors.yaml`) ×
 * the area of a transistor in a gate. A zero-skip lane grows with the trits that its queue holds (window × queue): between
 * two counted lanes, and beyond the largest up to twice its trits, its count lies on the straight line.
 *
 * INACCURACY: flip-flops count as 16 transistors of a gate, a third less than the library's; zero-skip lanes were counted
 * for a window of four and sixteen lanes a column, and the same trits in another shape are taken to cost the same.
 */
import { TritsimError } from '../errors/error.ts';
import { derivePrice, figure, priceOfRow, type Price } from './price.ts';
import type { ElementKind } from './row.ts';
import { plainPrice, rowsFor, type PriceTable } from './table.ts';

/** How far beyond the largest counted element the line may be followed. */
const LARGEST_TIMES = 2;

/**
 * @param trits that a zero-skip lane holds
 * @throws PRICE_MISSING; PRICE_WIDTH for a lane outside what was counted
 */
export function elementArea(table: PriceTable, element: ElementKind, trits = 1): Price {
  const count = transistors(table, element, trits);
  const each = plainPrice(table, 'area-transistor');
  const text = `${figure(count.amount)} transistors (${count.derivation}) × ${figure(each.amount)} um2`;
  return derivePrice([count, each], ([n, um2]) => n! * um2!, text);
}

function transistors(table: PriceTable, element: ElementKind, trits: number): Price {
  const rows = rowsFor(table, 'element-transistors')
    .filter((row) => row.element === element)
    .toSorted((a, b) => a.trits - b.trits);
  const exact = rows.find((row) => row.trits === trits);
  if (exact !== undefined) return priceOfRow(exact);
  const [least, most] = [rows[0], rows.at(-1)];
  if (
    least === undefined ||
    most === undefined ||
    trits < least.trits ||
    trits > LARGEST_TIMES * most.trits
  ) {
    throw new TritsimError('PRICE_WIDTH', `no transistor count for an element of ${element} of this size`, {
      place: `prices ${table.name}`,
      found: `${trits} trits`,
      allowed:
        least === undefined || most === undefined
          ? []
          : [`${least.trits} to ${LARGEST_TIMES * most.trits} trits`],
    });
  }
  const above = rows.findIndex((row) => row.trits > trits);
  const to = above === -1 ? most : rows[above]!;
  const from = rows[rows.indexOf(to) - 1]!;
  const position = (trits - from.trits) / (to.trits - from.trits);
  return derivePrice(
    [priceOfRow(from), priceOfRow(to)],
    ([low, high]) => low! + position * (high! - low!),
    `${trits} trits on the line from ${from.trits} to ${to.trits}`,
    above === -1 ? 'assumed' : 'scaled',
  );
}
