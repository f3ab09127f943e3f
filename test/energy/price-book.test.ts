/** Question: does a price that was worked out before stay the price, whatever machine asks next? */
import { describe, expect, it } from 'vitest';
import { actionPrice } from '../../src/energy/action.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { bookOf, PriceBook } from '../../src/energy/price-book.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { actionId, type Action } from '../../src/sim/ledger.ts';

const table = await loadPrices('jouppi-7nm');
const machine = await loadMachine('edge-ternary');

/** The machine with a weight buffer of another size. */
function withWeights(capacityBytes: number): Machine {
  return {
    ...machine,
    buffers: { ...machine.buffers, weights: { ...machine.buffers.weights, capacityBytes } },
  };
}

describe('a price book', () => {
  it('gives each machine the price of its own buffers', () => {
    const book = new PriceBook(table);
    const action: Action = { type: 'sram-read', buffer: 'weights' };
    for (const capacity of [65536, 131072, 65536]) {
      const { buffers } = withWeights(capacity);
      const price = book.action(actionId('sram', action), action, buffers);
      expect(price.amount).toBe(actionPrice(table, action, buffers).amount);
    }
  });

  it('gives each machine its own leakage, wires and area', () => {
    const [small, large] = [65536, 1048576].map((bytes) => bookOf(table).machine(withWeights(bytes)));
    expect(large!.area.total.amount).toBeGreaterThan(small!.area.total.amount);
    expect(large!.wires.weights.amount / small!.wires.weights.amount).toBeCloseTo(
      Math.sqrt(large!.area.total.amount / small!.area.total.amount),
      12,
    );
    expect(large!.leakage[3]!.price.amount).toBeGreaterThan(small!.leakage[3]!.price.amount);
  });

  it('is one for a table', () => {
    expect(bookOf(table)).toBe(bookOf(table));
    expect(bookOf({ ...table })).not.toBe(bookOf(table));
  });
});
