/** Question: is the account the sum of its lines, and each line its count times its price? */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logicAreas } from '../../src/energy/area.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { ENERGY_COMPONENTS, priceSimulation } from '../../src/energy/report.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { DramCounts } from '../../src/sim/dram/counts.ts';
import type { Action, Component } from '../../src/sim/ledger.ts';
import { DDR4_3200, ledgerRow, NO_DRAM, phase } from './fixtures.ts';

const table = await loadPrices('jouppi-7nm');
const machine = await loadMachine('test-tiny');

const ACTIONS: readonly (readonly [Component, Action])[] = [
  ['array', { type: 'int-add', bits: 12 }],
  ['array', { type: 'trit-select', bits: 8 }],
  ['array', { type: 'register', bits: 24 }],
  ['dma', { type: 'trit-decode' }],
  ['dma', { type: 'dma-byte' }],
  ['float_unit', { type: 'multiply', format: 'bf16' }],
  ['float_unit', { type: 'add', format: 'fp32' }],
  ['sram', { type: 'sram-read', buffer: 'activations' }],
  ['sram', { type: 'sram-write', buffer: 'weights' }],
  ['vector', { type: 'vector', op: 'exponential', format: 'fp32' }],
];
const COUNTED = ['act', 'rd', 'wr', 'ref', 'activeStandbyCycles', 'prechargeStandbyCycles'] as const;

/** A phase with these counts of every action and DRAM command. */
function counted(counts: readonly number[], dram: readonly number[], timePs: number) {
  const ledger = ACTIONS.map(([component, action], i) => ledgerRow(component, action, counts[i]!));
  const commands: DramCounts = {
    ...NO_DRAM,
    ...Object.fromEntries(COUNTED.map((name, i) => [name, dram[i]!])),
  };
  return phase(ledger, commands, timePs);
}

function priced(...args: Parameters<typeof counted>) {
  return priceSimulation({ phases: [counted(...args)] }, machine, DDR4_3200, table).phases[0]!;
}

const count = fc.integer({ min: 1, max: 1e9 });
const twice = (values: readonly number[]): number[] => values.map((value) => 2 * value);
const anyPhase = fc.tuple(
  fc.array(count, { minLength: ACTIONS.length, maxLength: ACTIONS.length }),
  fc.array(count, { minLength: COUNTED.length, maxLength: COUNTED.length }),
  fc.integer({ min: 1, max: 1e12 }),
);

describe('the energy of a phase', () => {
  it('is the sum of its components, and each component the sum of its lines, to the last bit', () => {
    fc.assert(
      fc.property(anyPhase, (args) => {
        const { components, lines, energyJ } = priced(...args);
        expect(ENERGY_COMPONENTS.reduce((sum, name) => sum + components[name].energyJ, 0)).toBe(energyJ);
        for (const name of ENERGY_COMPONENTS) {
          const own = lines.filter((line) => line.component === name);
          expect(own.reduce((sum, line) => sum + line.energy_J, 0)).toBe(components[name].energyJ);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is doubled by doubling every count and the time', () => {
    fc.assert(
      fc.property(anyPhase, ([counts, dram, timePs]) => {
        const once = priced(counts, dram, timePs);
        const doubled = priced(twice(counts), twice(dram), 2 * timePs);
        expect(doubled.energyJ).toBe(2 * once.energyJ);
        expect([doubled.lowJ, doubled.highJ]).toEqual([2 * once.lowJ, 2 * once.highJ]);
      }),
      { numRuns: 30 },
    );
  });

  it('lies in its band', () => {
    fc.assert(
      fc.property(anyPhase, (args) => {
        const { components, lowJ, energyJ, highJ } = priced(...args);
        return [{ lowJ, energyJ, highJ }, ...Object.values(components)].every(
          (each) => each.lowJ <= each.energyJ && each.energyJ <= each.highJ,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('a line of the account', () => {
  const ones = ACTIONS.map(() => 1);
  const lines = priced(ones, [1, 1, 1, 1, 1, 1], 1000).lines;

  it('is its count times its price', () => {
    for (const line of lines) expect(line.energy_J).toBe(line.count * line.price_pJ * 1e-12);
  });

  it('names its rows, its source and how its price came about', () => {
    for (const line of lines) {
      expect(line.price.length, line.action).toBeGreaterThan(0);
      expect(line.source.length, line.action).toBeGreaterThan(0);
      expect(line.derivation.length, line.action).toBeGreaterThan(0);
    }
    const add = lines.find((line) => line.action === 'array.int-add.b12')!;
    expect(add).toMatchObject({
      unit: 'addition',
      price: 'int-add.8 + int-add.32',
      grade: 'scaled',
      component: 'array',
    });
    expect(add.price_pJ).toBeCloseTo(0.007 + (4 / 24) * 0.023, 15);
    expect(add.source).toMatch(/^Jouppi et al\.[^;]*; Table 2, add INT8; Table 2, add INT32$/);
  });

  it('is there for every command of the DRAM and every part that leaks', () => {
    const actions = lines
      .filter((line) => ['dram', 'leakage'].includes(line.component))
      .map((line) => line.action);
    expect(actions).toEqual([
      ...['act', 'rd', 'wr', 'ref', 'standby-active', 'standby-precharge'].map((name) => `dram.${name}`),
      ...['accumulators', 'activations', 'operands', 'weights'].map((name) => `leakage.sram.${name}`),
      ...['array', 'float_unit', 'vector'].map((name) => `leakage.logic.${name}`),
    ]);
  });

  it('of wires is the accesses of a buffer times its port over half the side of the machine', () => {
    const line = lines.find((each) => each.action === 'sram.wire.weights')!;
    const mm = Math.sqrt(machineArea(table, machine).total.amount) / 2;
    expect(line).toMatchObject({ component: 'sram', count: 1, unit: 'port access' });
    expect(line.price_pJ).toBeCloseTo(machine.buffers.weights.portBits * mm * 0.0781, 12);
  });

  it('of the clock is every flip-flop that is clocked', () => {
    const line = lines.find((each) => each.action === 'array.clock')!;
    expect(line).toMatchObject({ component: 'array', count: 24, price_pJ: 0.000426 });
  });

  it('of leakage is power times time: 32 elements leak what their area does', () => {
    const line = lines.find((each) => each.action === 'leakage.logic.array')!;
    const um2 = logicAreas(table, machine).array.amount;
    expect(line).toMatchObject({ count: 1, unit: 'ns' });
    expect(line.price_pJ).toBeCloseTo(um2 * 1e-6 * 22.12, 12);
  });
});

describe('pricing a simulation', () => {
  it('refuses a table of another node than the machine', async () => {
    const horowitz = await loadPrices('horowitz-45nm');
    const result = { phases: [counted([], [], 1)] };
    expect(() => priceSimulation(result, machine, DDR4_3200, horowitz)).toThrow(/horowitz-45nm.*45 nm.*7 nm/);
  });

  it('says what the table and the DRAM leave out', () => {
    const { notModelled, prices } = priceSimulation({ phases: [] }, machine, DDR4_3200, table);
    expect(prices).toEqual({ table: 'jouppi-7nm', hash: table.hash, node_nm: 7 });
    expect(notModelled.join('\n')).toMatch(
      /SRAM write.*\n.*unscaled from 10 and 22 nm.*\n.*DDR4-3200 is priced from data-sheet/,
    );
  });
});
