/** The price of each action that the simulator counts. Every action of `sim/ledger.ts` has one, or is refused by name. */
import type { Machine } from '../hardware/machine.ts';
import type { Action } from '../sim/ledger.ts';
import { integerAddPrice } from './integer-add.ts';
import { priceOfRow, scalePrice, type Price } from './price.ts';
import { sramAccessPrice } from './sram.ts';
import { formatPrice, plainPrice, rowsFor, type PriceTable } from './table.ts';
import { addPrice, vectorPrice } from './vector.ts';

/**
 * pJ for one `action` on `machine`.
 *
 * @throws PRICE_MISSING, PRICE_WIDTH, PRICE_SRAM_CAPACITY, PRICE_SRAM_PORT where the table cannot price it
 */
export function actionPrice(table: PriceTable, action: Action, buffers: Machine['buffers']): Price {
  switch (action.type) {
    case 'int-add':
      return integerAddPrice(table, action.bits);
    case 'trit-select':
    case 'register':
      return byBits(table, action.type, action.bits);
    case 'trit-decode':
    case 'trit-decode-5b3':
    case 'trit-decode-bitmap':
    case 'dma-byte':
      return plainPrice(table, action.type);
    case 'lut-read':
      return tablePrice(table, action.bits, action.entries);
    case 'multiply':
      return formatPrice(table, 'multiply', action.format);
    case 'add':
      return addPrice(table, action.format);
    case 'sram-read':
    case 'sram-write':
      return sramAccessPrice(table, action.type, buffers[action.buffer]);
    case 'vector':
      return vectorPrice(table, action.op, action.format);
  }
}

/** What one count of an action is, for the report. */
export const ACTION_UNITS: Readonly<Record<Action['type'], string>> = {
  'int-add': 'addition',
  'trit-select': 'selection',
  register: 'clocked register',
  'trit-decode': 'byte decoded',
  'trit-decode-5b3': 'five bits decoded',
  'trit-decode-bitmap': 'eight presence bits decoded',
  'dma-byte': 'byte moved',
  'lut-read': 'entry fetched',
  multiply: 'multiplication',
  add: 'addition',
  'sram-read': 'port access',
  'sram-write': 'port access',
  vector: 'element',
};

/** A tree of two-way multiplexers, of which one a level passes the entry on; each is taken to cost a selection. */
function tablePrice(table: PriceTable, bits: number, entries: number): Price {
  const levels = Math.max(1, Math.ceil(Math.log2(entries)));
  return scalePrice(
    byBits(table, 'trit-select', bits),
    levels,
    `${levels} levels of multiplexers`,
    'assumed',
  );
}

/** Independent bit slices: a flip-flop, a multiplexer a bit. */
function byBits(table: PriceTable, action: 'trit-select' | 'register', bits: number): Price {
  const row = rowsFor(table, action)[0]!;
  return scalePrice(priceOfRow(row), bits / row.bits, `${bits} / ${row.bits} bit`);
}
