/** Does the adder tree take the cycles and do the additions that its drawing says? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { AdderTreeConfig, Dataflow } from '../../../src/hardware/machine.ts';
import { adderTreeCost } from '../../../src/sim/array/adder-tree.ts';
import type { UnitCost } from '../../../src/sim/cost.ts';

const machine = await loadMachine('test-tiny');
const config = machine.array as AdderTreeConfig;
const depth = config.pipeline.select + config.pipeline.tree + config.pipeline.accumulate;
const cost = (
  rows: number,
  k: number,
  n: number,
  dataflow: Dataflow = 'weight-stationary',
  accumulate = false,
) => adderTreeCost(machine, { ...config, dataflow }, { rows, k, n, accumulate });
const bits = (c: UnitCost, buffer: string) => c.demands.find((demand) => demand.buffer === buffer)!;
const adds = (c: UnitCost, width: number): number =>
  c.actions
    .filter(({ action }) => action.type === 'int-add' && action.bits === width)
    .reduce((sum, { count }) => sum + count, 0);

describe('adderTreeCost', () => {
  test('one block of one row takes the depth of the pipeline', () => {
    expect(cost(1, config.inputs, config.outputs).cycles).toBe(depth);
  });

  test('a beat each for every row and block, and the pipeline once', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(100), fc.nat(60), (r, a, b) => {
        const [rows, k, n] = [r + 1, a + 1, b + 1];
        const beats = rows * Math.ceil(k / config.inputs) * Math.ceil(n / config.outputs);
        expect(cost(rows, k, n).cycles).toBe(beats + depth - 1);
      }),
    );
  });

  test('adding K trits of an output takes K additions, tree and accumulator together, whatever the blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 9 }), (k, rows) => {
        const total = cost(rows, k, 3)
          .actions.filter(({ action }) => action.type === 'int-add')
          .reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(rows * 3 * k);
      }),
    );
  });

  test('operands grow by a bit a level: a tree of 8 adds 4 at 9 bits, 2 at 10, 1 at 11, then one at the accumulator', () => {
    const tree = cost(1, 8, 1);
    expect([9, 10, 11, 24].map((width) => adds(tree, width))).toEqual([4, 2, 1, 1]);
  });

  test('a partial block keeps whole values in the registers between its levels', () => {
    const three = {
      ...config,
      dataflow: 'output-stationary',
      pipeline: { select: 1, tree: 3, accumulate: 1 },
    } as const;
    const { actions } = adderTreeCost(machine, three, { rows: 1, k: 5, n: 1, accumulate: false });
    const registers = actions.find(({ action }) => action.type === 'register')!.count;
    // Operands in, selected, then 3, 2 and 1 values after the levels, a carry beside each, and the accumulator.
    expect(registers).toBe(5 * 8 + 5 * 2 + 5 * 9 + 3 * 10 + 2 * 11 + 1 * 12 + config.accumulatorBits);
  });

  test('weight-stationary reads a weight once, output-stationary once a row', () => {
    expect(bits(cost(5, 16, 4), 'weights').readBits).toBe(16 * 4 * 2);
    expect(bits(cost(5, 16, 4, 'output-stationary'), 'weights').readBits).toBe(5 * 16 * 4 * 2);
  });

  test('weight-stationary sends partial sums through the buffer at every block, the first without reading', () => {
    const demand = bits(cost(5, 24, 4), 'accumulators');
    expect(demand.writeBits).toBe(5 * 4 * 3 * config.accumulatorBits);
    expect(demand.readBits).toBe(5 * 4 * 2 * config.accumulatorBits);
  });

  test('a tile that continues another reads its partial sums back', () => {
    expect(bits(cost(5, 8, 4, 'output-stationary', true), 'accumulators').readBits).toBe(
      5 * 4 * config.accumulatorBits,
    );
  });

  test('no more lanes work than there are', () => {
    const c = cost(3, 13, 7);
    expect(c.laneCycles).toBeLessThanOrEqual(c.cycles * config.inputs * config.outputs);
  });
});
