/** Does every line of the energy account divide over the parts of the model, by the measure that its basis names? */
import { expect, test } from 'vitest';
import { ACTIVITIES, measureWhole } from '../../src/analysis/measure.ts';
import { partActions } from '../../src/analysis/part-actions.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { machineHash } from '../../src/hardware/resolve.ts';
import { loadMachineDevice } from '../../src/sim/dram/device-file.node.ts';
import { tinyTrace } from '../trace/tiny.ts';

async function runOf(name: string, activity: (typeof ACTIVITIES)[number]) {
  const machine = await loadMachine(name);
  const prices = await loadPrices(machine.technology.prices);
  const bench = { machine, device: loadMachineDevice(machine.dram), prices };
  return (await measureWhole(await tinyTrace({ prompt: 9, decode: 4 }), bench, { activity })).run;
}

test.each([
  ['test-tiny', 'average'],
  ['test-tiny', 'real'],
  ['test-tiny-fp16', 'average'],
  ['edge-zero-skip', 'average'],
  ['edge-lut', 'average'],
  ['edge-bit-serial', 'average'],
] as const)('on %s with %s activity the parts of every line add up to its count', async (name, activity) => {
  const { phases, energy } = await runOf(name, activity);
  for (const phase of ['prefill', 'decode'] as const) {
    const lines = energy.filter((line) => line.phase === phase);
    const { names, actions } = phases[phase]!.parts!;
    expect(actions.map(({ action }) => action)).toEqual(lines.map(({ action }) => action));
    for (const [i, { counts, basis, action }] of actions.entries()) {
      expect(counts).toHaveLength(names.length);
      const sum = counts.reduce((a, b) => a + b, 0);
      if (lines[i]!.count > 0) expect(sum / lines[i]!.count, action).toBeCloseTo(1, 12);
      if (basis === 'counted' && counts.every(Number.isInteger)) expect(sum, action).toBe(lines[i]!.count);
    }
  }
});

test('what parts share is divided by bytes and by time', async () => {
  const { phases } = await runOf('test-tiny', 'average');
  const { parts, operations, time_s: time } = phases.decode!;
  const head = operations.find(({ name }) => name === 'head')!;
  const at = parts!.names.indexOf('head');
  const shareOf = (wanted: string): number => {
    const { counts } = parts!.actions.find(({ action }) => action === wanted)!;
    return counts[at]! / counts.reduce((a, b) => a + b, 0);
  };
  const read = operations.reduce((sum, each) => sum + each.dram_read_bytes, 0);
  expect(shareOf('dram.rd')).toBeCloseTo(head.dram_read_bytes / read, 12);
  expect(shareOf('dram.standby-active')).toBeCloseTo(head.time_s / time, 12);
  expect(parts!.actions.find(({ component }) => component === 'leakage')!.basis).toBe('time');
});

test('a line without a measure is refused by name', () => {
  const line = { component: 'array', action: 'array.conjuring', count: 1 } as never;
  expect(() => partActions({ parts: [], ledger: [], operations: [] }, [line])).toThrow(
    expect.objectContaining({ code: 'ENERGY_PART', message: expect.stringContaining('array.conjuring') }),
  );
});

test("a run holds what its machine's hash covers", async () => {
  const { machine } = await runOf('test-tiny', 'average');
  expect(machineHash(machine.resolved as never)).toBe(machine.hash);
});
