/** Is looking up runs of reads the same as simulating every burst? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstBytes, type DramDevice } from '../../../src/sim/dram/device.ts';
import { SharedPools } from '../../../src/sim/dram/reuse/shared-pools.ts';
import { ReusePool } from '../../../src/sim/dram/reuse/stream-reuse.ts';
import { DramSystem } from '../../../src/sim/dram/system.ts';
import { channelHistory, jobs, placed, prepared, setting, STREAMS, type Jobs } from './channel-history.ts';
import { DEVICES, LINEAR } from './support.ts';

function systemHistory(
  { device, mapping, controller }: ReturnType<typeof prepared>,
  list: Jobs,
  channels: number,
  reuse: boolean | ReusePool,
) {
  const bytes = burstBytes(device);
  const config = { device: device.name, channels, interleaveBytes: 8 * bytes, mapping, controller };
  const system = new DramSystem(device, config, STREAMS, undefined, undefined, reuse);
  const completions: string[] = [];
  let now = 0;
  const work = placed(list);
  for (const [id, { stream, write, first, bursts, pause, until }] of work.entries()) {
    system.submit(stream, id, first * bytes, bursts * bytes, write, now + pause * 500);
    // To the end of what is under way, or only some way.
    const limit = until % 3 === 0 ? Infinity : now + until * 300;
    for (;;) {
      const done = system.advance(limit);
      if (done < 0) break;
      now = system.completedAtPs;
      completions.push(`${done} at ${now}`);
    }
    if (limit !== Infinity) now = limit;
  }
  for (let id = system.advance(Infinity); id >= 0; id = system.advance(Infinity)) {
    now = system.completedAtPs;
    completions.push(`${id} at ${now}`);
  }
  const end = system.flush(now);
  return { completions, end, counts: system.counts(end), busyPs: system.busyPs(end) };
}

describe('reuse of runs of reads', () => {
  test('leaves a channel in the same state, having told the same, whenever one looks', () => {
    let reused = 0;
    fc.assert(
      fc.property(setting, jobs, (chosen, list) => {
        const reusing = channelHistory(chosen, list, true);
        expect(reusing.looks).toEqual(channelHistory(chosen, list, false).looks);
        reused += reusing.reused;
      }),
      { numRuns: 150 },
    );
    expect(reused).toBeGreaterThan(20_000);
  });

  test('changes no completion, count or busy time of a system of several channels', () => {
    fc.assert(
      fc.property(setting, jobs, fc.constantFrom(1, 2, 4), (chosen, list, channels) => {
        const memory = prepared(chosen);
        expect(systemHistory(memory, list, channels, true)).toEqual(
          systemHistory(memory, list, channels, false),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('changes nothing where a system finds the runs that others of the same memory have recorded', () => {
    const others = fc.array(fc.tuple(jobs, fc.constantFrom(1, 2, 4)), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(setting, others, (chosen, lists) => {
        const memory = prepared(chosen);
        const { device, ...rest } = memory;
        const pool = new SharedPools().of(device, {
          ...rest,
          device: device.name,
          channels: 1,
          interleaveBytes: 256,
        });
        for (const [list, channels] of lists) {
          expect(systemHistory(memory, list, channels, pool)).toEqual(
            systemHistory(memory, list, channels, false),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  test('keeps the pools of the memories that were asked for last', () => {
    const pools = new SharedPools();
    const base = { device: 'any', channels: 1, interleaveBytes: 256, mapping: LINEAR };
    const [device, otherDevice] = DEVICES as [DramDevice, DramDevice];
    const pool = (of: DramDevice, readQueue: number) =>
      pools.of(of, {
        ...base,
        controller: { policy: 'default', readQueue, writeQueue: 16, page: 'open' },
      });
    const one = pool(device, 8);
    const other = pool(otherDevice, 8);
    expect(other).not.toBe(one);
    expect(pool(device, 8)).toBe(one);
    expect(pool(device, 9)).not.toBe(one);
    expect(pool(device, 8)).toBe(one);
    expect(pool(otherDevice, 8)).not.toBe(other);
  });

  test('looks up much of a long stream, with writes into its way and reads beside it', () => {
    const guest = fc.record({
      at: fc.integer({ min: 10, max: 39 }),
      write: fc.boolean(),
      ahead: fc.nat(1024),
      bursts: fc.integer({ min: 1, max: 10 }),
      pause: fc.nat(8000),
    });
    const guests = fc.array(guest, { maxLength: 12 });
    const devices = fc.constantFrom(...DEVICES.filter(({ name }) => /DR4-3200|HBM3/.test(name)));
    const pages = fc.constantFrom('open' as const, 'closed' as const);
    const reused: number[] = [];
    fc.assert(
      fc.property(devices, pages, guests, (device, page, others) => {
        const base = { ranks: 1, often: false, mapping: LINEAR, readQueue: 32, policy: 'default' } as const;
        const list: Jobs = [];
        for (let i = 0; i < 40; i++) {
          list.push({ stream: 0, bursts: 1024, first: 1024 * i, write: false, pause: 0, until: 0 });
          for (const { at, write, ahead, bursts, pause } of others) {
            if (at !== i) continue;
            const first = write ? 1024 * i + ahead : 100_000 + ahead;
            list.push({ stream: 1, bursts, first, write, pause, until: 0 });
          }
          list.at(-1)!.until = 8200;
        }
        const reusing = channelHistory({ ...base, device, page }, list, true);
        expect(reusing.looks).toEqual(channelHistory({ ...base, device, page }, list, false).looks);
        if (page === 'open') reused.push(reusing.reused);
      }),
      { numRuns: 25 },
    );
    // What is met once is simulated; a few guests leave most of the 40,960 bursts to look-up, a dozen that come one by one less.
    expect(Math.min(...reused)).toBeGreaterThan(0);
    expect(reused.toSorted((x, y) => x - y)[reused.length >> 1]).toBeGreaterThan(5_000);
  });
});
