/**
 * The ternary processing element at gate level (`gate-level-45nm.yaml`): energy of one weight over the fraction of zeros, at
 * the clock periods that it was synthesized for. pJ a weight position, leakage in it.
 *
 * It prices no machine: the arrays here have trees of other shapes. It is what their prices and their toggling are held
 * against (`test/energy/ternary-element.test.ts`).
 */
import { TritsimError } from '../errors/error.ts';
import { derivePrice, figure, priceOfRow, type Price } from './price.ts';
import type { ElementPart } from './row.ts';
import { rowsFor, type PriceTable } from './table.ts';

/**
 * Energy of a weight with drawn trits, on the line between the two zero fractions nearest.
 *
 * @throws PRICE_MISSING for a table without elements, PRICE_WIDTH for a period or a fraction outside what was simulated
 */
export function elementEnergy(table: PriceTable, periodNs: number, zeroFraction: number): Price {
  const all = rowsFor(table, 'ternary-element').filter((row) => row.trits === 'synthetic');
  const rows = all
    .filter((row) => row.periodNs === periodNs)
    .toSorted((a, b) => a.zeroFraction - b.zeroFraction);
  const above = rows.findIndex((row) => row.zeroFraction >= zeroFraction);
  const to = rows[above];
  if (to !== undefined && to.zeroFraction === zeroFraction) return priceOfRow(to);
  const from = rows[above - 1];
  if (to === undefined || from === undefined) {
    throw new TritsimError('PRICE_WIDTH', 'no gate-level energy at this period and fraction of zeros', {
      place: `prices ${table.name}`,
      found: `${periodNs} ns, ${zeroFraction}`,
      allowed: all.map((row) => `${row.periodNs} ns, ${row.zeroFraction}`),
    });
  }
  const position = (zeroFraction - from.zeroFraction) / (to.zeroFraction - from.zeroFraction);
  return derivePrice(
    [priceOfRow(from), priceOfRow(to)],
    ([a, b]) => a! + position * (b! - a!),
    `${figure(zeroFraction)} zeros on the line from ${from.zeroFraction} to ${to.zeroFraction}`,
    'scaled',
  );
}

/** Part of the element's power that one of its parts takes, real rows. @throws PRICE_MISSING */
export function elementShare(table: PriceTable, part: ElementPart): Price {
  const row = rowsFor(table, 'ternary-element-share').find((each) => each.part === part);
  if (row !== undefined) return priceOfRow(row);
  throw new TritsimError('PRICE_MISSING', `the table has no share of the ${part}`, {
    place: `prices ${table.name}`,
  });
}
