/** Question: are the areas within 1 % whatever the two machines are, and is only the baseline's array changed for it? */
import { describe, expect, it } from 'vitest';
import { matchArea } from '../../src/analysis/match-area.ts';
import { matchBaseline } from '../../src/analysis/match.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { arrayShape, withShape } from '../../src/mapping/array-shape.ts';

const table = await loadPrices('jouppi-7nm');
const tables = { machine: table, baseline: table };
const NAMES = ['edge-ternary', 'edge-zero-skip', 'edge-lut', 'edge-bit-serial', 'edge-int8', 'edge-fp16'];
const machines = await Promise.all(NAMES.map((name) => loadMachine(name)));
const [ternary, , , , , fp16] = machines as [(typeof machines)[0], ...typeof machines];
const pairs = machines.flatMap((machine) => machines.map((baseline) => [machine, baseline] as const));

describe('matching by area', () => {
  it.each(pairs.map(([a, b]) => [a.name, b.name, a, b] as const))(
    'brings %s and %s within 1 %',
    (_, __, machine, baseline) => {
      const matched = matchArea(machine, baseline, tables);
      const ratio = machineArea(table, matched).total.amount / machineArea(table, machine).total.amount;
      expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(0.01);
      expect({ ...matched, array: null, hash: null }).toEqual({
        ...baseline,
        dram: machine.dram,
        floatUnit: machine.floatUnit,
        array: null,
        hash: null,
      });
    },
  );

  it('leaves a machine of the same area as it is', () => {
    expect(matchArea(fp16!, fp16!, tables).array).toEqual(fp16!.array);
  });

  it.each(machines.map((each) => [each.name, each] as const))(
    'gives %s of all shapes within 1 %% of edge-ternary the one nearest to its own proportions',
    (_, baseline) => {
      const target = machineArea(table, ternary).total.amount;
      const own = arrayShape(baseline.array);
      const skew = ({ inputs, outputs }: typeof own): number =>
        Math.abs(Math.log((inputs * own.outputs) / (outputs * own.inputs)));
      const { array } = baseline;
      const step = array.kind === 'lut' ? array.groupSize : array.kind === 'zero-skip' ? array.window : 1;
      const found = skew(arrayShape(matchArea(ternary, baseline, tables).array));
      for (let inputs = step; inputs <= own.inputs; inputs += step) {
        for (let outputs = 1; outputs <= own.outputs; outputs++) {
          if (skew({ inputs, outputs }) >= found) continue;
          const shaped = { ...baseline, dram: ternary.dram, floatUnit: ternary.floatUnit };
          const scaled = { ...shaped, array: withShape(array, { inputs, outputs }) };
          expect(Math.abs(machineArea(table, scaled).total.amount / target - 1)).toBeGreaterThan(0.01);
        }
      }
    },
  );

  it('gives the scaled machine a hash of its own', () => {
    expect(matchArea(ternary, fp16!, tables).hash).not.toBe(fp16!.hash);
  });

  it('refuses a baseline whose buffers alone are larger, with the nearest array', async () => {
    const tiny = await loadMachine('test-tiny');
    expect(() => matchArea(tiny, fp16!, tables)).toThrow(/edge-fp16: array.*nearest 1 × 1.*within 1/s);
  });

  it('is what --match area does, and that needs the price tables', () => {
    expect(matchBaseline(ternary, fp16!, 'area', tables)).toEqual(matchArea(ternary, fp16!, tables));
    expect(() => matchBaseline(ternary, fp16!, 'area')).toThrow(/price tables of both machines/);
  });
});
