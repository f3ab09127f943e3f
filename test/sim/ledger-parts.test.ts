/** Do the counts of layers and of what lies outside them add up to the ledger, and are they those of the part's own work? */
import { expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { loadDevice } from '../../src/sim/dram/device-file.node.ts';
import { partOf } from '../../src/sim/ledger-parts.ts';
import { simulate } from '../../src/sim/simulate.ts';
import { tinyTrace } from '../trace/tiny.ts';

const device = loadDevice('LPDDR4-3200');

test.each(['test-tiny', 'test-tiny-fp16', 'test-tiny-zero-skip', 'test-tiny-lut', 'edge-ternary'])(
  'on %s the parts add up to the ledger, action by action',
  async (name) => {
    const trace = await tinyTrace({ prompt: 9, decode: 4 });
    const { phases } = await simulate(trace, await loadMachine(name), device);
    for (const { ledger, parts } of phases) {
      for (const { id, count } of ledger) {
        const sum = parts!.reduce((total, { counts }) => total + (counts.get(id) ?? 0), 0);
        expect(sum / count, id).toBeCloseTo(1, 12);
      }
      const ids = new Set(parts!.flatMap(({ counts }) => [...counts.keys()]));
      expect(ids).toEqual(new Set(ledger.map(({ id }) => id)));
    }
  },
);

test('each part has the float multiplications and the selections of its own operations', async () => {
  const trace = await tinyTrace({ prompt: 9, decode: 4 });
  const { phases } = await simulate(trace, await loadMachine('test-tiny'), device);
  for (const { parts, operations } of phases) {
    expect(parts!.map(({ name }) => name)).toEqual([...new Set(operations.map(partOf))]);
    for (const { name, counts } of parts!) {
      const own = operations.filter((operation) => partOf(operation) === name);
      const work = (kinds: readonly string[]): number =>
        own.filter(({ kind }) => kinds.includes(kind)).reduce((sum, each) => sum + each.multiplyAdds, 0);
      expect(counts.get('float_unit.multiply.bf16') ?? 0).toBe(work(['attention', 'head']));
      expect(counts.get('array.trit-select.b8') ?? 0).toBeGreaterThanOrEqual(work(['bitlinear']));
    }
  }
});

test('an estimate does not count by part', async () => {
  const { phases } = await simulate(await tinyTrace(), await loadMachine('test-tiny'), device, {
    fidelity: 'analytic',
  });
  expect(phases.map(({ parts }) => parts)).toEqual([undefined, undefined]);
});
