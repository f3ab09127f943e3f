/** Is the closed-form estimate the simulation's in its counts and near it in time, wherever it claims to be? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import { loadMachineDevice } from '../../../src/sim/dram/device-file.node.ts';
import { simulate } from '../../../src/sim/simulate.ts';
import { openTraceFile } from '../../../src/trace/file.node.ts';
import { loadPublishedModel } from '../../../src/trace/published.node.ts';
import { synthesize } from '../../../src/trace/synthesize.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { tinyTrace } from '../../trace/tiny.ts';

const edge = await loadMachine('edge-ternary');
const shipped = await openTraceFile('traces/tritsim-25m.p64d16.safetensors');
/** The shipped trace's prompt and its first decoded token, without values, so that no time goes into checking them. */
await shipped.close();
const { prefill, decode } = shipped.manifest.phases;
const shapes = shapeOnly({
  ...shipped.manifest,
  origin: 'synthesized',
  phases: { prefill: prefill!, decode: { ...decode!, steps: 1 } },
});

function none(): never {
  throw new Error('a shape has no values');
}

function shapeOnly(manifest: Trace['manifest']): Trace {
  return { name: 'shape', hash: '', manifest, readTrits: none, readRows: none };
}

async function both(trace: Trace, machine: Machine) {
  const device = loadMachineDevice(machine.dram);
  const cycle = await simulate(trace, machine, device);
  const analytic = await simulate(trace, machine, device, { fidelity: 'analytic' });
  return cycle.phases.map((exact, i) => ({ exact, close: analytic.phases[i]!, result: analytic }));
}

/** Largest part by which an estimated time is off. */
async function worst(machine: Machine, trace = shapes): Promise<number> {
  const phases = await both(trace, machine);
  return Math.max(...phases.map(({ exact, close }) => Math.abs(close.timePs / exact.timePs - 1)));
}

describe('on the shipped machines and the shipped trace', () => {
  test.each(['edge-ternary', 'edge-fp16', 'edge-int8', 'edge-int4', 'edge-lut'])(
    'prefill and decode of %s take the simulated time within one percent',
    async (name) => {
      expect(await worst(await loadMachine(name))).toBeLessThan(0.01);
    },
  );

  test('a token of a model with 24 layers, of which a few are worked out, too', async () => {
    const model = await loadPublishedModel('bitnet-b1.58-large');
    const manifest = synthesize(model, { phase: 'decode', context: 512, tokens: 1, batch: 2 }, 'test');
    expect(await worst(edge, shapeOnly(manifest))).toBeLessThan(0.01);
  });
});

function mapped(activations: Machine['mapping']['activations'], machine: Machine): Machine {
  return { ...machine, mapping: { activations } };
}

describe('within 5 % on other designs', () => {
  const dram = (changes: Partial<Machine['dram']>): Machine => ({
    ...edge,
    dram: { ...edge.dram, ...changes },
  });
  const buffer = (name: 'weights' | 'activations' | 'operands', capacityBytes: number): Machine => ({
    ...edge,
    buffers: { ...edge.buffers, [name]: { ...edge.buffers[name], capacityBytes } },
  });
  const controller = (changes: Partial<Machine['dram']['controller']>): Machine =>
    dram({ controller: { ...edge.dram.controller, ...changes } });

  test.each<[string, Machine]>([
    ['DDR4-3200, where bank groups limit', dram({ device: 'DDR4-3200' })],
    ['LPDDR5-6400', dram({ device: 'LPDDR5-6400' })],
    ['HBM2-2000', dram({ device: 'HBM2-2000' })],
    ['one channel', dram({ channels: 1 })],
    ['two ranks', dram({ ranks: 2 })],
    ['banks below columns', dram({ mapping: 'row-rank-column-bankgroup-bank' })],
    ['refresh bank by bank', controller({ policy: 'per-bank-refresh' })],
    ['closed pages', controller({ page: 'closed' })],
    ['short queues', controller({ readQueue: 8, writeQueue: 8 })],
    ['no prefetch', { ...edge, overlap: { weightPrefetch: 'none' } }],
    ['a weight buffer of 16 KiB', buffer('weights', 16_384)],
    ['a prompt in chunks', mapped('chunked', buffer('activations', 131_072))],
    ['a prompt in stages', mapped('spilled', buffer('activations', 131_072))],
    ['a prompt in many stages', mapped('spilled', buffer('activations', 32_768))],
    ['an operand buffer of 16 KiB', buffer('operands', 16_384)],
  ])('%s', async (_what, machine) => {
    expect(await worst(machine)).toBeLessThan(0.05);
  });
});

describe.each(['test-tiny', 'test-tiny-zero-skip', 'test-tiny-bit-serial', 'edge-ternary-bitmap'])(
  'on %s',
  (name) => {
    test("every count but those of the DRAM rows is the simulation's", async () => {
      for (const { exact, close } of await both(
        await tinyTrace({ prompt: 9, decode: 4 }),
        await loadMachine(name),
      )) {
        expect(close.ledger).toEqual(exact.ledger);
        expect(close.dram.rd).toBe(exact.dram.rd + exact.dram.forwarded);
        expect(close.dram.wr).toBe(exact.dram.wr + exact.dram.merged);
        const { busyCycles, multiplyAdds, dramReadBytes, dramWriteBytes } = exact.operations[3]!;
        expect(close.operations[3]).toMatchObject({
          busyCycles,
          multiplyAdds,
          dramReadBytes,
          dramWriteBytes,
        });
        expect(close.array.computeCycles).toBe(exact.array.computeCycles);
      }
    });
  },
);

test('layers that are passed over count as those that are not', async () => {
  for (const { exact, close } of await both(shapes, edge)) {
    expect(close.ledger).toEqual(exact.ledger);
    close.operations.forEach((operation, i) => {
      const { busyCycles, multiplyAdds, dramReadBytes, dramWriteBytes } = exact.operations[i]!;
      expect(operation, operation.name).toMatchObject({
        busyCycles,
        multiplyAdds,
        dramReadBytes,
        dramWriteBytes,
      });
    });
  }
});

test('an estimate says that it is one, compares nothing and keeps its sums', async () => {
  const [{ result }] = (await both(await tinyTrace(), edge)) as [Awaited<ReturnType<typeof both>>[number]];
  expect(result.fidelity).toBe('analytic');
  expect(result.functional).toMatchObject({
    compared: 0,
    mismatches: 0,
    reason: expect.any(String) as string,
  });
  expect(result.conservation).toContain('time by component');
});

test('DRAM requests of an estimate cannot be observed', async () => {
  const device = loadMachineDevice(edge.dram);
  const options = { fidelity: 'analytic', onRequest: () => {} } as const;
  await expect(simulate(shapes, edge, device, options)).rejects.toThrow(
    expect.objectContaining({ code: 'SIM_NOT_OBSERVABLE' }),
  );
});
