/** Does the table array take the cycles of building and reading its tables, and count every addition and fetch? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { LutConfig } from '../../../src/hardware/machine.ts';
import { buildCycles, entryBits, lutCost, tableEntries } from '../../../src/sim/array/lut.ts';
import type { UnitCost } from '../../../src/sim/cost.ts';

const machine = await loadMachine('test-tiny-lut');
const shipped = machine.array as LutConfig;
const depth = shipped.pipeline.fetch + shipped.pipeline.tree + shipped.pipeline.accumulate;
const costOf = (config: LutConfig, rows: number, k: number, n: number, accumulate = false): UnitCost =>
  lutCost(machine, config, { rows, k, n, accumulate });
const count = (cost: UnitCost, type: string): number =>
  cost.actions.filter(({ action }) => action.type === type).reduce((sum, each) => sum + each.count, 0);

/** Builds and reads block after block, a cycle at a time; building may begin once a set of tables is free. */
function stepped(
  { groups, groupSize, outputs, writes, tables }: LutConfig,
  rows: number,
  k: number,
  n: number,
): number {
  const blocks = rows * Math.ceil(k / (groups * groupSize));
  const reads = Math.ceil(n / outputs);
  const sets = tables === 'single' ? 1 : 2;
  let [built, done, cycle] = [0, 0, 0];
  let [level, entry, read] = [0, 0, 0];
  while (done < blocks) {
    cycle++;
    const [readable, free] = [done < built, built < blocks && built - done < sets];
    if (free) {
      entry += writes;
      if (entry >= 3 ** level) [level, entry] = [level + 1, 0];
      if (level === groupSize) [built, level] = [built + 1, 0];
    }
    if (readable && ++read === reads) [done, read] = [done + 1, 0];
  }
  return cycle;
}

describe('lutCost', () => {
  test('takes the cycles of a machine that builds and reads tables, stepped one by one', () => {
    const configs = fc.record({
      groups: fc.integer({ min: 1, max: 4 }),
      groupSize: fc.integer({ min: 1, max: 4 }),
      outputs: fc.integer({ min: 1, max: 4 }),
      writes: fc.integer({ min: 1, max: 10 }),
      tables: fc.constantFrom('single', 'double'),
    });
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(configs, fc.integer({ min: 1, max: 4 }), size, size, (shape, rows, k, n) => {
        const config = { ...shipped, ...shape };
        expect(costOf(config, rows, k, n).cycles).toBe(stepped(config, rows, k, n) + depth - 1);
      }),
    );
  });

  test('a table of g activations has (3^g − 1) ÷ 2 entries; all but the g single ones take an addition', () => {
    expect([1, 2, 3, 4, 5].map(tableEntries)).toEqual([1, 4, 13, 40, 121]);
    const cost = costOf({ ...shipped, groups: 1, groupSize: 4 }, 5, 4, 1);
    const bits = entryBits(4);
    const building = cost.actions.find(({ action }) => action.type === 'int-add' && action.bits === bits)!;
    expect(building.count).toBe(5 * (40 - 4));
  });

  test('an entry holds the sum of g activations of either sign: 4 × 128 takes 11 bits', () => {
    expect([1, 2, 4].map(entryBits)).toEqual([9, 10, 11]);
  });

  test('levels are written one after the other: nine entries a cycle build 1, 3, 9 and 27 in 1 + 1 + 1 + 3', () => {
    expect(buildCycles({ groupSize: 4, writes: 9 })).toBe(6);
    expect(buildCycles({ groupSize: 4, writes: 100 })).toBe(4);
    expect(buildCycles({ groupSize: 4, writes: 1 })).toBe(40);
  });

  test('one fetch for every group, row and output; additions are those of plain summing, a fetch for each group', () => {
    const cost = costOf({ ...shipped, groups: 4, groupSize: 3 }, 3, 25, 7);
    expect(count(cost, 'lut-read')).toBe(3 * 7 * 9);
    expect(count(cost, 'trit-select')).toBe(3 * 7 * 9);
    const building = 3 * 9 * (13 - 3);
    // Adding 9 fetches of an output and accumulating them takes 9 additions, whatever the blocks.
    expect(count(cost, 'int-add')).toBe(building + 3 * 7 * 9);
  });

  test('tables are used again for every output of a tile: activations are read once, whatever n', () => {
    for (const n of [4, 64]) {
      const { demands } = costOf(shipped, 2, 24, n);
      expect(demands.find(({ buffer }) => buffer === 'activations')!.readBits).toBe(2 * 24 * 8);
    }
  });

  test('on one row and few outputs building shows, and the lanes are far from full', async () => {
    const edge = await loadMachine('edge-lut');
    const config = edge.array as LutConfig;
    const cost = lutCost(edge, config, { rows: 1, k: 2560, n: 32, accumulate: false });
    const lanes = config.groups * config.groupSize * config.outputs;
    expect(cost.laneCycles / (lanes * cost.cycles)).toBeLessThan(0.2);
  });
});
