/** What a charge asks a price for, as data: so that the same can be asked of another table, one with some rows at their low or high. */
import type { BufferName, Machine } from '../hardware/machine.ts';
import type { LedgerRow } from '../sim/ledger.ts';
import type { Price } from './price.ts';
import { bookOf } from './price-book.ts';
import type { PriceTable } from './table.ts';

export type Asked =
  /** An action of the ledger; one of its toggled bits; a flip-flop that keeps its value. */
  | { readonly for: 'action' | 'toggle' | 'still'; readonly row: LedgerRow; readonly machine: Machine }
  | { readonly for: 'clock' }
  | { readonly for: 'wire'; readonly buffer: BufferName; readonly machine: Machine }
  /** By index among the machine's. */
  | { readonly for: 'leakage'; readonly index: number; readonly machine: Machine }
  /** The DRAM's, which is in no table. */
  | { readonly for: 'dram'; readonly price: Price; readonly device: string };

/** @throws PRICE_… where the table has no such price */
export function askedPrice(asked: Asked, table: PriceTable): Price {
  const book = bookOf(table);
  switch (asked.for) {
    case 'action':
    case 'toggle':
    case 'still': {
      const { id, action } = asked.row;
      return book[asked.for](id, action, asked.machine.buffers);
    }
    case 'clock':
      return book.clock();
    case 'wire':
      return book.machine(asked.machine).wires[asked.buffer];
    case 'leakage':
      return book.machine(asked.machine).leakage[asked.index]!.price;
    case 'dram':
      return asked.price;
  }
}
