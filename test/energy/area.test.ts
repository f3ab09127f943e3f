/** Question: is a unit's area its lanes times what a lane holds, and is that near what others published? */
import { describe, expect, it } from 'vitest';
import { logicAreas } from '../../src/energy/area.ts';
import { leakagePrices } from '../../src/energy/leakage.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { arrayLanes } from '../../src/mapping/array-shape.ts';

const jouppi = await loadPrices('jouppi-7nm');
const horowitz = await loadPrices('horowitz-45nm');

/** The counted transistors of an element, as the table has them. */
function transistorsOf(id: string): number {
  return jouppi.rows.find((row) => row.id === `transistors.${id}`)!.value;
}

/** Horowitz has no BF16. */
function withFp16(machine: Machine): Machine {
  return { ...machine, floatUnit: { ...machine.floatUnit, precision: 'fp16' } };
}

/** Area of one cell of a shipped multiply-add array at 45 nm, um2. */
async function cellArea(name: string): Promise<number> {
  const machine = withFp16(await loadMachine(name));
  return logicAreas(horowitz, machine).array.amount / arrayLanes(machine.array);
}

/** Published parts of an integer cell at 7 nm, um2: multiplier, adder of 32 bit, registers. */
function cellParts(multiplier: number, registerBits: number): number {
  return multiplier + 8.083 + registerBits * 0.3528;
}

describe('logic area', () => {
  it('of a ternary array is its elements times the transistors that synthesis counted', async () => {
    const { array } = logicAreas(jouppi, await loadMachine('edge-ternary'));
    expect(array.amount).toBeCloseTo(2048 * transistorsOf('adder-tree') * 0.01177, 6);
  });

  it('of a ternary element at 45 nm is within a third of the published gate-level one', async () => {
    const { array } = logicAreas(horowitz, withFp16(await loadMachine('test-tiny')));
    // 1121 um2 for five weights; its decoder, 13.6 % of the power, is not in ours.
    expect((array.amount / 32) * (5 / 1121)).toBeGreaterThan(2 / 3);
    expect((array.amount / 32) * (5 / 1121)).toBeLessThan(4 / 3);
  });

  it('of counted multiply-add cells is within twice that of their published parts', async () => {
    // Multiplier, adder and the registers of weight, activation and sum at 5.98 um2 a bit.
    const published = { 'edge-int8': 282 + 137 + 48 * 5.98, 'edge-fp16': 1640 + 4184 + 64 * 5.98 };
    for (const [name, um2] of Object.entries(published)) {
      const ratio = (await cellArea(name)) / um2;
      expect(ratio, name).toBeGreaterThan(0.5);
      expect(ratio, name).toBeLessThan(2);
    }
  });

  it('of an INT4 cell is to the INT8 cell what its published parts are to its', async () => {
    const [int4, int8] = await Promise.all(
      ['edge-int4', 'edge-int8'].map(async (name) => logicAreas(jouppi, await loadMachine(name)).array),
    );
    expect(int4!.amount / int8!.amount).toBeCloseTo(cellParts(8.319, 44) / cellParts(16.64, 48), 9);
    expect(int4!.grade).toBe('assumed');
  });

  it('of a skipping array is its lanes as counted, and the activations that all columns share', async () => {
    const { array } = logicAreas(jouppi, await loadMachine('edge-zero-skip'));
    const shared = 8 * 64 * 8;
    const lanes = 2048 * transistorsOf('zero-skip-queue-8') * 0.01177;
    expect(array.amount).toBeCloseTo(lanes + shared * 0.3528, 6);
  });

  it('of a skipping lane grows with its trits on the counted line, and is refused beyond it', async () => {
    const machine = await loadMachine('edge-zero-skip');
    const area = (queue: number): number => {
      const array = { ...machine.array, queue } as Machine['array'];
      const activations = queue * 64 * 8 * 0.3528;
      return (logicAreas(jouppi, { ...machine, array }).array.amount - activations) / (2048 * 0.01177);
    };
    const [two, eight] = [transistorsOf('zero-skip-queue-2'), transistorsOf('zero-skip-queue-8')];
    expect(area(5)).toBeCloseTo((two + eight) / 2, 3);
    expect(area(11)).toBeCloseTo(eight + (eight - two) / 2, 3);
    expect(() => area(17)).toThrow(/68 trits.*4 to 64 trits/);
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
  it('of the area of the gate-level element at 45 nm is the published 12.4 fJ a weight at 2.5 ns', async () => {
    const machine = withFp16(await loadMachine('test-tiny'));
    const array = leakagePrices(horowitz, machine).find(({ action }) => action === 'leakage.logic.array')!;
    const perUm2 = array.price.amount / logicAreas(horowitz, machine).array.amount;
    // pJ/ns × 2.5 ns a weight, in fJ; the rows are rounded to four digits.
    expect((perUm2 * (1121 / 5) * 2.5 * 1000).toFixed(1)).toBe('12.4');
  });
});
