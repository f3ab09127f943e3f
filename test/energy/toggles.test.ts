/** Question: is charging by toggled bits the table's price again at its average activity, and in proportion beside it? */
import { describe, expect, it } from 'vitest';
import { chargesOf } from '../../src/energy/charges.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import type { ToggledBits } from '../../src/energy/toggles.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Action } from '../../src/sim/ledger.ts';
import { DDR4_3200, ledgerRow, NO_DRAM, phase } from './fixtures.ts';

const table = await loadPrices('jouppi-7nm');
const machine = await loadMachine('test-tiny');
const COUNT = 1000;

const ACTIONS: readonly (readonly [Action, averageBits: number])[] = [
  [{ type: 'int-add', bits: 12 }, 12 / 2],
  [{ type: 'add', format: 'fp32' }, 32 / 2],
  // Independent selections at the zero fraction of the gate-level rows.
  [{ type: 'trit-select', bits: 8 }, 8 * 0.5 * (1 - 0.4387 ** 2)],
  [{ type: 'register', bits: 1 }, 1 / 2],
];

/** pJ of the array's charges for `COUNT` of the action; with `bits` toggled ones an action where they are given. */
function picojoules(action: Action, bits?: number): number {
  const row = ledgerRow('array', action, COUNT);
  const toggled: ToggledBits | undefined = bits === undefined ? undefined : new Map([[row.id, bits * COUNT]]);
  return chargesOf(phase([row], NO_DRAM, 1), machine, DDR4_3200, table, toggled)
    .filter((charge) => charge.component === 'array' && charge.action !== 'array.clock')
    .reduce((sum, { count, price }) => sum + count * price.amount, 0);
}

describe('charging by toggled bits', () => {
  it.each(ACTIONS)('gives the price of %o again at the average activity', (action, average) => {
    expect(picojoules(action, average) / picojoules(action)).toBeCloseTo(1, 3);
  });

  it('is nothing for operands that stand still, but for the clock of a flip-flop', () => {
    for (const [action] of ACTIONS) {
      const still = picojoules(action, 0) / picojoules(action);
      expect(still, action.type).toBeCloseTo(action.type === 'register' ? 0.5 : 0, 12);
    }
  });

  it('grows in proportion to the bits', () => {
    for (const [action] of ACTIONS) {
      const [none, some, more] = [0, 1, 2].map((bits) => picojoules(action, bits));
      expect(more! - some!).toBeCloseTo(some! - none!, 9);
    }
  });

  it('is graded assumed and counts toggled bits', () => {
    const row = ledgerRow('array', { type: 'int-add', bits: 12 }, COUNT);
    const [charge] = chargesOf(phase([row], NO_DRAM, 1), machine, DDR4_3200, table, new Map([[row.id, 7]]));
    expect(charge).toMatchObject({ action: 'array.int-add.b12.toggled', count: 7, unit: 'toggled bit' });
    expect(charge!.price.grade).toBe('assumed');
  });

  it('has a band that holds its value', () => {
    const row = ledgerRow('array', { type: 'register', bits: 1 }, COUNT);
    for (const { price } of chargesOf(
      phase([row], NO_DRAM, 1),
      machine,
      DDR4_3200,
      table,
      new Map([[row.id, 7]]),
    )) {
      expect(price.low).toBeLessThanOrEqual(price.amount);
      expect(price.high).toBeGreaterThanOrEqual(price.amount);
    }
  });
});
