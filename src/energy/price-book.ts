/**
 * The prices of one table, each worked out once: an action's by what it depends on, a machine's areas, leakage and wires
 * by machine. Pricing a point of a design space is then a walk over its counts.
 */
import { BySections } from '../hardware/by-sections.ts';
import type { Machine } from '../hardware/machine.ts';
import type { Action } from '../sim/ledger.ts';
import { actionPrice } from './action.ts';
import { leakagePrices, type LeakagePrice } from './leakage.ts';
import { machineArea, type MachineArea } from './machine-area.ts';
import type { Price } from './price.ts';
import { plainPrice, type PriceTable } from './table.ts';
import { stillPrice, togglePrice } from './toggle-price.ts';
import { wirePrices } from './wires.ts';

/** Sections that area, leakage and wires depend on. */
export const PRICED = ['array', 'buffers', 'vector', 'floatUnit'] as const;
/** Some kilobytes each. */
const MOST_MACHINES = 4096;

/** What depends on the machine as a whole, clock and DRAM apart. */
export interface MachinePrices {
  readonly area: MachineArea;
  readonly leakage: readonly LeakagePrice[];
  /** pJ an access, by buffer. */
  readonly wires: ReturnType<typeof wirePrices>;
}

export class PriceBook {
  readonly #table: PriceTable;
  readonly #actions = new Map<string, Price>();
  readonly #machines = new BySections<(typeof PRICED)[number], MachinePrices>(PRICED, MOST_MACHINES);
  #clock: Price | undefined;

  constructor(table: PriceTable) {
    this.#table = table;
  }

  /** @param id the action's, as `actionId` gives it. @throws as `actionPrice` */
  action(id: string, action: Action, buffers: Machine['buffers']): Price {
    let key = id;
    if (action.type === 'sram-read' || action.type === 'sram-write') {
      const { capacityBytes, portBits } = buffers[action.buffer];
      key = `${action.type} ${capacityBytes} ${portBits}`;
    }
    const known = this.#actions.get(key);
    if (known !== undefined) return known;
    const price = actionPrice(this.#table, action, buffers);
    this.#actions.set(key, price);
    return price;
  }

  /** Of one toggled bit of an action. @throws as `togglePrice` */
  toggle(id: string, action: Action, buffers: Machine['buffers']): Price {
    return this.#derived(`toggle ${id}`, () =>
      togglePrice(this.#table, action, this.action(id, action, buffers)),
    );
  }

  /** Of a clocked flip-flop that keeps its value. @throws as `stillPrice` */
  still(id: string, action: Action, buffers: Machine['buffers']): Price {
    return this.#derived(`still ${id}`, () => stillPrice(this.#table, this.action(id, action, buffers)));
  }

  #derived(key: string, price: () => Price): Price {
    let known = this.#actions.get(key);
    if (known === undefined) this.#actions.set(key, (known = price()));
    return known;
  }

  /** The clock tree behind one flip-flop, a cycle. @throws PRICE_MISSING */
  clock(): Price {
    return (this.#clock ??= plainPrice(this.#table, 'clock'));
  }

  /** @throws as `machineArea` and `leakagePrices` */
  machine(machine: Machine): MachinePrices {
    return this.#machines.get(machine, () => {
      const area = machineArea(this.#table, machine);
      return {
        area,
        leakage: leakagePrices(this.#table, machine),
        wires: wirePrices(this.#table, machine.buffers, area.total),
      };
    });
  }
}

const books = new WeakMap<PriceTable, PriceBook>();

/** The book of a table: one for each, for as long as the table is in use. */
export function bookOf(table: PriceTable): PriceBook {
  let book = books.get(table);
  if (book === undefined) {
    book = new PriceBook(table);
    books.set(table, book);
  }
  return book;
}
