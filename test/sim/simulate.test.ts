/** Does a whole simulation check its values, keep its sums, and react to a machine the way hardware would? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { memorySource } from '../../src/safetensors/memory.ts';
import { loadDevice } from '../../src/sim/dram/device-file.node.ts';
import { COMPONENTS } from '../../src/sim/ledger.ts';
import { simulate } from '../../src/sim/simulate.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import { openTrace } from '../../src/trace/read.ts';
import { TINY_SHAPE, tinyTrace, tinyTraceBytes } from '../trace/tiny.ts';

const device = loadDevice('LPDDR4-3200');
const tiny = await loadMachine('test-tiny');
const timePs = async (machine: Machine): Promise<number> => {
  const { phases } = await simulate(await tinyTrace(), machine, device);
  return phases.reduce((sum, phase) => sum + phase.timePs, 0);
};

describe.each([
  'test-tiny',
  'test-tiny-fp16',
  'test-tiny-int8',
  'test-tiny-int4',
  'test-tiny-zero-skip',
  'test-tiny-lut',
  'test-tiny-bit-serial',
  'edge-ternary',
  'edge-fp16',
  'edge-int8',
  'edge-zero-skip',
  'edge-lut',
  'edge-bit-serial',
])('on %s', (name) => {
  test('every int32 result of the trace comes out of the simulated tiles', async () => {
    const trace = await tinyTrace({ prompt: 9, decode: 4 });
    const { functional } = await simulate(trace, await loadMachine(name), device);
    const outputs = bitLinearsOf(trace.manifest).reduce((sum, operation) => sum + operation.out, 0);
    expect(functional).toEqual({ compared: 13 * outputs, mismatches: 0 });
  });

  test('every conservation check has run', async () => {
    const { conservation } = await simulate(await tinyTrace(), await loadMachine(name), device);
    expect(conservation).toEqual([
      'multiply-adds',
      'bytes read',
      'bytes written',
      'compute bound',
      'bandwidth bound',
      'time by component',
      'time by operation',
      'stalls of the array',
    ]);
  });

  test('no component is exposed for longer than it was busy', async () => {
    const { phases } = await simulate(await tinyTrace(), await loadMachine(name), device);
    for (const phase of phases) {
      for (const component of COMPONENTS.filter((c) => c !== 'dma' && c !== 'dram')) {
        const { busyPs, exposedPs } = phase.components[component];
        expect(exposedPs, component).toBeLessThanOrEqual(busyPs);
      }
    }
  });
});

describe('simulate', () => {
  test('a wrong result stops the run and names operation and token', async () => {
    const bytes = await tinyTraceBytes();
    const trace = await openTrace(memorySource(bytes, 'tiny'));
    const recorded = await trace.readRows('decode', 'layers.1.up_proj', 0, 3);
    // Flip the checksum of token 2 in the file.
    const at =
      indexOf(bytes, new Uint8Array(recorded.checksums.buffer, recorded.checksums.byteOffset, 12)) + 8;
    bytes[at]! ^= 1;
    const damaged = await openTrace(memorySource(bytes, 'tiny'));
    await expect(simulate(damaged, tiny, device)).rejects.toThrow(
      expect.objectContaining({
        code: 'FUNCTIONAL_MISMATCH',
        message: expect.stringContaining('decode: layers.1.up_proj, token 2') as string,
      }),
    );
  });

  test('the same input gives the same result', async () => {
    const once = await simulate(await tinyTrace(), tiny, device);
    expect(await simulate(await tinyTrace(), tiny, device)).toEqual(once);
  });

  test('fetching weights earlier never makes it slower', async () => {
    const times = await Promise.all(
      (['across', 'within', 'none'] as const).map((weightPrefetch) =>
        timePs({ ...tiny, overlap: { weightPrefetch } }),
      ),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeLessThan(times[2]!);
  });

  test('a prompt in chunks or in stages computes the same values; chunks read the weights once each', async () => {
    const trace = await tinyTrace({ prompt: 12, decode: 0 });
    const whole = await simulate(trace, tiny, device);
    const activations = { ...tiny.buffers.activations, capacityBytes: 8192 };
    const small = { ...tiny, buffers: { ...tiny.buffers, activations } };
    const chunked = await simulate(trace, { ...small, mapping: { activations: 'chunked' } }, device);
    const spilled = await simulate(trace, { ...small, mapping: { activations: 'spilled' } }, device);
    expect(chunked.functional).toEqual(whole.functional);
    expect(spilled.functional).toEqual(whole.functional);
    const weights = (result: typeof whole): number =>
      result.phases[0]!.operations.filter(({ kind }) => kind === 'bitlinear').reduce(
        (sum, { dramReadBytes }) => sum + dramReadBytes,
        0,
      );
    expect(weights(chunked) / weights(whole)).toBeGreaterThan(1.9);
    expect(weights(spilled)).toBeLessThan(weights(chunked));
  });

  test('the DRAM requests that an observer sees are those that were counted, in order of time', async () => {
    let [reads, writes, last] = [0, 0, 0];
    const { phases } = await simulate(await tinyTrace(), tiny, device, {
      onRequest: (_address, write, cycle) => {
        if (write) writes++;
        else reads++;
        expect(cycle).toBeGreaterThanOrEqual(last);
        last = cycle;
      },
    });
    expect(reads).toBe(phases.reduce((sum, { dram }) => sum + dram.rd + dram.forwarded, 0));
    expect(writes).toBe(phases.reduce((sum, { dram }) => sum + dram.wr + dram.merged, 0));
  });

  test('a model larger than the DRAM is refused with both sizes', async () => {
    const trace = await tinyTrace({ shape: { ...TINY_SHAPE, vocab: 40_000 } });
    const shrunk = { ...device, organisation: { ...device.organisation, rows: 8 } };
    await expect(simulate(trace, tiny, shrunk)).rejects.toThrow(
      expect.objectContaining({ code: 'MAPPING_DRAM_FULL' }),
    );
  });
});

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let i = 0; i + part.length <= bytes.length; i++) {
    if (part.every((byte, j) => bytes[i + j] === byte)) return i;
  }
  return -1;
}
