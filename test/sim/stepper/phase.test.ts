/** Does a whole phase take the same time, do the same and sum the same when every component is stepped a cycle at a time? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { ModelShape } from '../../../src/model/shape.ts';
import { Pcg32 } from '../../../src/random/pcg32.ts';
import { loadDevice } from '../../../src/sim/dram/device-file.node.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { allStepped, fits, simulated, stepped } from './agreement.ts';
import { arrays, batches, machines, traces } from './machines.ts';
import { check, shuffled } from './support.ts';
import { arraysOf, VALUE_KINDS } from './value-arrays.ts';

const lpddr4 = loadDevice('LPDDR4-3200');

describe.each([
  'test-tiny',
  'test-tiny-fp16',
  'test-tiny-int8',
  'test-tiny-int4',
  'test-tiny-zero-skip',
  'test-tiny-lut',
  'test-tiny-bit-serial',
])('the tiny trace on %s', (name) => {
  test('agrees in every time, count, request and sum', async () => {
    const [trace, machine] = [await tinyTrace({ decode: 2 }), await loadMachine(name)];
    expect(await allStepped(trace, machine, lpddr4)).toEqual(await simulated(trace, machine, lpddr4));
  });
});

describe('random machines on random models', () => {
  test('agree in every time, count, request and sum', async () => {
    let compared = 0;
    await check(fc.tuple(machines, traces), 90, async ([{ machine, device }, options]) => {
      const trace = await tinyTrace(options);
      if (!fits(trace, machine)) return;
      expect(await allStepped(trace, machine, device)).toEqual(await simulated(trace, machine, device));
      compared++;
    });
    expect(compared).toBeGreaterThan(60);
  });

  test.for(VALUE_KINDS)('%s: agree in every time, count, request and sum', async (kind) => {
    let compared = 0;
    await check(
      fc.tuple(machines, arraysOf(kind), traces),
      40,
      async ([{ machine, device }, array, options]) => {
        const [trace, own] = [await tinyTrace(options), { ...machine, ...array }];
        if (!fits(trace, own)) return;
        expect(await allStepped(trace, own, device)).toEqual(await simulated(trace, own, device));
        compared++;
      },
    );
    expect(compared).toBeGreaterThan(25);
  });

  test('agree on sequences side by side that find keys in the cache, without values', async () => {
    await check(fc.tuple(machines, traces, batches), 30, async ([{ machine, device }, { shape }, record]) => {
      const trace = await withoutValues(shape!, record);
      if (!fits(trace, machine)) return;
      expect(await allStepped(trace, machine, device)).toEqual(await simulated(trace, machine, device));
    });
  });

  // A synthesized trace has no trits; those that the simulator draws for a zero-skip array are not the stepper's to know.
  test.for(['lut', 'bit-serial'] as const)('%s: agree on sequences without values', async (kind) => {
    await check(
      fc.tuple(machines, arraysOf(kind), traces, batches),
      20,
      async ([{ machine, device }, array, { shape }, record]) => {
        const [trace, own] = [await withoutValues(shape!, record), { ...machine, ...array }];
        if (!fits(trace, own)) return;
        expect(await allStepped(trace, own, device)).toEqual(await simulated(trace, own, device));
      },
    );
  });

  test('the order in which components are visited changes nothing', async () => {
    const every = fc.oneof(arrays, ...VALUE_KINDS.map(arraysOf));
    await check(
      fc.tuple(machines, every, traces, fc.nat(1e6)),
      40,
      async ([{ machine, device }, array, options, seed]) => {
        const [trace, own] = [await tinyTrace(options), { ...machine, ...array }];
        if (!fits(trace, own)) return;
        const random = new Pcg32(seed);
        const permuted = await stepped(trace, own, device, 'prefill', (list) => shuffled(list, random));
        expect(permuted).toEqual(await stepped(trace, own, device, 'prefill'));
      },
    );
  });
});

/** A decode phase that has shapes only. */
async function withoutValues(
  shape: ModelShape,
  record: { steps: number; tokensPerStep: number; batch: number; context: number },
): Promise<Trace> {
  const { manifest, ...rest } = await tinyTrace({ shape, prompt: 1, decode: 0 });
  const phases = { decode: { ...record, ids: [] } };
  return { ...rest, manifest: { ...manifest, origin: 'synthesized', phases } };
}
