/**
 * Charges by toggled bits, in place of an action's average price: one for the toggled bits and, of flip-flops, one for being
 * clocked. Their ids are the action's with `.toggled` behind it.
 */
import type { Machine } from '../hardware/machine.ts';
import type { LedgerRow } from '../sim/ledger.ts';
import { ACTION_UNITS } from './action.ts';
import type { Charge } from './charges.ts';
import type { Price } from './price.ts';
import { bookOf } from './price-book.ts';
import type { PriceTable } from './table.ts';

/** Toggled bits of a phase by the ledger's action id. */
export type ToggledBits = ReadonlyMap<string, number>;

/** @throws PRICE_… where the table has no price or no activity of the action */
export function toggleCharges(
  { component, action, id, count }: LedgerRow,
  bits: number,
  buffers: Machine['buffers'],
  table: PriceTable,
): Charge[] {
  const toggleIn = (other: PriceTable): Price => bookOf(other).toggle(id, action, buffers);
  const stillIn = (other: PriceTable): Price => bookOf(other).still(id, action, buffers);
  const toggles: Charge = {
    component,
    action: `${id}.toggled`,
    count: bits,
    unit: 'toggled bit',
    price: toggleIn(table),
    priceIn: toggleIn,
  };
  if (action.type !== 'register') return [toggles];
  const unit = ACTION_UNITS[action.type];
  return [{ component, action: id, count, unit, price: stillIn(table), priceIn: stillIn }, toggles];
}
