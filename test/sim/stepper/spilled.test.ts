/** Does a prompt whose values go to DRAM between stages take the same time, do the same and sum the same, stepped? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { tileTrace } from '../../../src/mapping/tile-trace.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { allStepped, simulated } from './agreement.ts';

const lpddr4 = loadDevice('LPDDR4-3200');
const trace = await tinyTrace({ prompt: 11, decode: 1 });

/** Few values on the chip, and tiles of four keys, whose scores take little of them. */
function small(machine: Machine, activationBytes: number): Machine {
  const { buffers } = machine;
  const activations = { ...buffers.activations, capacityBytes: activationBytes };
  const operands = { ...buffers.operands, capacityBytes: 512 };
  return { ...machine, mapping: { activations: 'spilled' }, buffers: { ...buffers, activations, operands } };
}

describe.each([
  ['test-tiny', 2048],
  ['test-tiny-fp16', 2048],
  ['test-tiny-int8', 1280],
  ['test-tiny-zero-skip', 1024],
  ['test-tiny-lut', 1024],
  ['test-tiny-bit-serial', 768],
])('the tiny trace on %s with %i bytes for activations', (name, bytes) => {
  test('agrees in every time, count, request and sum', async () => {
    const machine = small(await loadMachine(name), bytes);
    const { mapping, stages } = tileTrace(trace.manifest, machine).partitions.prefill!;
    expect(mapping).toBe('spilled');
    expect(stages.length).toBeGreaterThan(2);
    expect(await allStepped(trace, machine, lpddr4)).toEqual(await simulated(trace, machine, lpddr4));
  });
});

test('a tile of weights that stays while rows stream past it agrees too', async () => {
  const base = small(await loadMachine('test-tiny'), 512);
  const machine: Machine = { ...base, activations: { format: 'bf16' } };
  const { stages } = tileTrace(trace.manifest, machine).partitions.prefill!;
  expect(stages.map(({ order }) => order)).toContain('weights');
  expect(await allStepped(trace, machine, lpddr4)).toEqual(await simulated(trace, machine, lpddr4));
});
