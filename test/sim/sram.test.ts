/** Do narrow ports stall the unit behind them by the difference, and no more? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import type { UnitCost } from '../../src/sim/cost.ts';
import { portCycles, withPorts } from '../../src/sim/sram/ports.ts';

const base = await loadMachine('test-tiny');
const weights = { capacityBytes: 8192, banks: 2, portBits: 64, ports: '1r1w' } as const;
const machine = (ports: '1rw' | '1r1w'): Machine => ({
  ...base,
  buffers: { ...base.buffers, weights: { ...weights, ports } },
});
const unit = (cycles: number, readBits: number): UnitCost => ({
  cycles,
  readoutCycles: 0,
  multiplyAdds: 0,
  laneCycles: 0,
  demands: [{ buffer: 'weights', readBits, writeBits: 0 }],
  actions: [],
});

describe('portCycles', () => {
  test('two banks of 64 bit move 128 bit a cycle', () => {
    expect(portCycles(machine('1r1w'), { buffer: 'weights', readBits: 129, writeBits: 0 })).toBe(2);
  });

  test('reads and writes share the port of a 1rw bank and not of a 1r1w bank', () => {
    const demand = { buffer: 'weights', readBits: 256, writeBits: 384 } as const;
    expect(portCycles(machine('1rw'), demand)).toBe(5);
    expect(portCycles(machine('1r1w'), demand)).toBe(3);
  });
});

describe('withPorts', () => {
  test('leaves work alone that asks for no more than its cycles allow', () => {
    expect(withPorts(machine('1r1w'), unit(10, 1280))).toMatchObject({ cycles: 10, stallCycles: 0 });
  });

  test('stalls for what the port is short of', () => {
    expect(withPorts(machine('1r1w'), unit(10, 12800))).toMatchObject({ cycles: 100, stallCycles: 90 });
  });

  test('charges the fill of the next tile on a shared port only', () => {
    const fill = { buffer: 'weights', readBits: 0, writeBits: 1280 } as const;
    expect(withPorts(machine('1rw'), unit(10, 1280), fill)).toMatchObject({ cycles: 20, stallCycles: 10 });
    expect(withPorts(machine('1r1w'), unit(10, 1280), fill)).toMatchObject({ cycles: 10, stallCycles: 0 });
  });

  test('counts one access for each port width moved', () => {
    const { actions } = withPorts(machine('1r1w'), unit(10, 130));
    expect(actions).toEqual([
      { component: 'sram', action: { type: 'sram-read', buffer: 'weights' }, count: 3 },
    ]);
  });
});
