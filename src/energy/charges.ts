/**
 * The charges of a phase: everything that was counted, each with its price. Actions of the ledger first, as they stand in
 * it, then wires and clock, the DRAM's commands, and leakage × time.
 *
 * A price is worked out once for a table and what it depends on (`price-book.ts`), so that charging a phase is a walk over
 * its counts.
 */
import type { BufferName, Machine } from '../hardware/machine.ts';
import type { DramDevice } from '../sim/dram/device.ts';
import type { Component, LedgerRow } from '../sim/ledger.ts';
import type { PhaseResult } from '../sim/result.ts';
import { ACTION_UNITS } from './action.ts';
import type { Asked } from './asked-price.ts';
import { dramPrices } from './dram.ts';
import type { Price } from './price.ts';
import { bookOf, type PriceBook } from './price-book.ts';
import type { PriceTable } from './table.ts';
import { chargeToggles, type ToggledBits } from './toggles.ts';

const PS_PER_NS = 1000;

/** A count and its price: energy is their product. */
export interface Charge {
  readonly component: Component | 'leakage';
  /** Id of the counted action, as in the ledger; of wires, clock, DRAM and leakage a name of the same form. */
  readonly action: string;
  readonly count: number;
  /** What is counted. */
  readonly unit: string;
  readonly price: Price;
  /** What `price` is the price of, to ask it of another table. */
  readonly asked: Asked;
}

/**
 * @param toggled bits by id, of the actions that are charged by them (`toggles.ts`)
 * @throws PRICE_…, ENERGY_DRAM… where something counted has no price
 */
export function chargesOf(
  { ledger, dram, timePs }: Pick<PhaseResult, 'ledger' | 'dram' | 'timePs'>,
  machine: Machine,
  device: DramDevice,
  table: PriceTable,
  toggled?: ToggledBits,
): Charge[] {
  const book = bookOf(table);
  const charges: Charge[] = [];
  for (const row of ledger) {
    const { component, action, id, count } = row;
    const bits = toggled?.get(id);
    if (bits !== undefined) {
      chargeToggles(charges, row, bits, book, machine);
      continue;
    }
    const price = book.action(id, action, machine.buffers);
    const unit = ACTION_UNITS[action.type];
    charges.push({ component, action: id, count, unit, price, asked: { for: 'action', row, machine } });
  }
  chargeMoves(charges, ledger, machine, book);
  for (const { name, unit, price, countOf } of dramPrices(device)) {
    const count = countOf(dram);
    if (count === 0) continue;
    const asked: Asked = { for: 'dram', price, device: device.name };
    charges.push({ component: 'dram', action: `dram.${name}`, count, unit, price, asked });
  }
  const ns = timePs / PS_PER_NS;
  book.machine(machine).leakage.forEach(({ action, price }, index) => {
    const asked: Asked = { for: 'leakage', index, machine };
    charges.push({ component: 'leakage', action, count: ns, unit: 'ns', price, asked });
  });
  return charges;
}

/** Wires by buffer, and the clock by component. */
function chargeMoves(
  charges: Charge[],
  ledger: readonly LedgerRow[],
  machine: Machine,
  book: PriceBook,
): void {
  const accesses = new Map<BufferName, number>();
  const clocked = new Map<Component, number>();
  for (const { component, action, count } of ledger) {
    if (action.type === 'sram-read' || action.type === 'sram-write') {
      accesses.set(action.buffer, (accesses.get(action.buffer) ?? 0) + count);
    } else if (action.type === 'register') {
      clocked.set(component, (clocked.get(component) ?? 0) + count * action.bits);
    }
  }
  for (const [component, count] of clocked) {
    const action = `${component}.clock`;
    charges.push({
      component,
      action,
      count,
      unit: 'flip-flop clocked',
      price: book.clock(),
      asked: { for: 'clock' },
    });
  }
  const { wires } = book.machine(machine);
  for (const [buffer, count] of accesses) {
    const action = `sram.wire.${buffer}`;
    const asked: Asked = { for: 'wire', buffer, machine };
    charges.push({ component: 'sram', action, count, unit: 'port access', price: wires[buffer], asked });
  }
}
