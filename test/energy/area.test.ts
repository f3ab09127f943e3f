/** Question: is a unit's area its lanes times what a lane holds? */
import { describe, expect, it } from 'vitest';
import { logicAreas } from '../../src/energy/area.ts';
import { leakagePrices } from '../../src/energy/leakage.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';

const jouppi = await loadPrices('jouppi-7nm');
const horowitz = await loadPrices('horowitz-45nm');

describe('logic area', () => {
  it('of a ternary array is its lanes times the gate-level element over its five weights', async () => {
    const { array } = logicAreas(jouppi, await loadMachine('edge-ternary'));
    expect(array.amount).toBeCloseTo(2048 * 13.23, 9);
    expect(array.amount / 2048).toBeCloseTo((1121 / 5) * 0.059, 2);
  });

  it('of a multiply-add array is a multiplier and an adder of the accumulator a cell', async () => {
    const fp16 = logicAreas(jouppi, await loadMachine('edge-fp16')).array;
    expect(fp16.amount).toBeCloseTo(2048 * (96.76 + 246.9), 6);
    const int8 = logicAreas(jouppi, await loadMachine('edge-int8')).array;
    expect(int8.amount).toBeCloseTo(2048 * (16.64 + 8.083), 6);
  });

  it('of a skipping array is that of the ternary lanes and of the queue before them', async () => {
    const { array } = logicAreas(jouppi, await loadMachine('edge-zero-skip'));
    // 8 beats: 4 trits of two bits a lane, and 64 activations of eight bits for all columns.
    const queue = 8 * (2048 * 4 * 2 + 64 * 8);
    expect(array.amount).toBeCloseTo(2048 * 13.23 + queue * 0.3528, 6);
  });

  it('of a bit-serial array is selections, held trits, trees and accumulators', async () => {
    const tiny = await loadMachine('test-tiny-bit-serial');
    const { array } = logicAreas(horowitz, { ...tiny, floatUnit: { ...tiny.floatUnit, precision: 'fp16' } });
    // Adders of 3, 4, 5 and 6 bits; each bit is 4.5 um2.
    const trees = 16 * (8 * 3 + 4 * 4 + 2 * 5 + 6) * 4.5;
    // 24 bit lie half way from 67 um2 at 16 to 137 at 32.
    const accumulators = 16 * ((67 + 137) / 2);
    const expected = 2 * 256 * 4.725 + (2 * 256 + 16 * 8) * 5.98 + trees + accumulators;
    expect(array.amount).toBeCloseTo(expected, 6);
  });

  it('of a table array grows with its tables and their read ports', async () => {
    const machine = await loadMachine('edge-lut');
    const area = (change: object): number =>
      logicAreas(jouppi, { ...machine, array: { ...machine.array, ...change } as typeof machine.array }).array
        .amount;
    expect(area({}) - area({ tables: 'single' })).toBeCloseTo(16 * 40 * 11 * 0.3528, 6);
    expect(area({ groupSize: 5 })).toBeGreaterThan(area({}));
  });

  it('at 45 nm is what Horowitz prints', async () => {
    const tiny = await loadMachine('test-tiny');
    const machine = { ...tiny, floatUnit: { ...tiny.floatUnit, precision: 'fp16' as const } };
    const { float_unit: unit, vector } = logicAreas(horowitz, machine);
    expect(unit.amount).toBe(16 * (1640 + 4184));
    expect(vector.amount).toBe(4 * (7700 + 4184));
    expect(unit.derivation).toContain('multiplier fp16 + adder fp32');
  });
});

describe('leakage', () => {
  it('of the ternary element at 45 nm is the published 12.4 fJ a weight at 2.5 ns', async () => {
    const tiny = await loadMachine('test-tiny');
    const machine = { ...tiny, floatUnit: { ...tiny.floatUnit, precision: 'fp16' as const } };
    const array = leakagePrices(horowitz, machine).find(({ action }) => action === 'leakage.logic.array')!;
    const perLane = array.price.amount / 32;
    // pJ/ns × 2.5 ns a weight, in fJ; the rows are rounded to four digits.
    expect((perLane * 2.5 * 1000).toFixed(1)).toBe('12.4');
  });
});
