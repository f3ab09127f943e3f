/**
 * Charges by toggled bits, in place of an action's average price: one for the toggled bits and, of flip-flops, one for being
 * clocked. Their ids are the action's with `.toggled` behind it.
 */
import type { Machine } from '../hardware/machine.ts';
import type { LedgerRow } from '../sim/ledger.ts';
import { ACTION_UNITS } from './action.ts';
import type { Charge } from './charges.ts';
import type { PriceBook } from './price-book.ts';

/** Toggled bits of a phase by the ledger's action id. */
export type ToggledBits = ReadonlyMap<string, number>;

/** @throws PRICE_… where the book's table has no price or no activity of the action */
export function chargeToggles(
  charges: Charge[],
  row: LedgerRow,
  bits: number,
  book: PriceBook,
  machine: Machine,
): void {
  const { buffers } = machine;
  const { component, action, id, count } = row;
  if (action.type === 'register') {
    const price = book.still(id, action, buffers);
    const unit = ACTION_UNITS[action.type];
    charges.push({ component, action: id, count, unit, price, asked: { for: 'still', row, machine } });
  }
  charges.push({
    component,
    action: `${id}.toggled`,
    count: bits,
    unit: 'toggled bit',
    price: book.toggle(id, action, buffers),
    asked: { for: 'toggle', row, machine },
  });
}
