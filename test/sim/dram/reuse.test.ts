/** Is looking up runs of reads the same as simulating every burst? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressMap } from '../../../src/sim/dram/address.ts';
import { Channel } from '../../../src/sim/dram/channel.ts';
import { Controller } from '../../../src/sim/dram/controller.ts';
import { burstBytes, withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import { SharedPools } from '../../../src/sim/dram/reuse/shared-pools.ts';
import { ReusePool } from '../../../src/sim/dram/reuse/stream-reuse.ts';
import { DramSystem } from '../../../src/sim/dram/system.ts';
import { DEVICES, GROUPED, LINEAR } from './support.ts';

const STREAMS = 3;
const MAPPINGS = [
  LINEAR,
  GROUPED,
  'rank-row-column:2-bankgroup^row-bank^row-column',
  'row-bank^column-rank-bankgroup-column',
];

/** `device` with refreshes every few runs, at a time that is no multiple of anything. */
function oftenRefreshed(device: DramDevice, often: boolean): DramDevice {
  const { tREFI, tREFIpb, tRFC } = device.timings;
  const perBank = tREFIpb === undefined ? {} : { tREFIpb: often ? 1013 : tREFIpb };
  return { ...device, timings: { ...device.timings, tREFI: often ? tRFC! + 1777 : tREFI!, ...perBank } };
}

const setting = fc.record({
  device: fc.constantFrom(...DEVICES),
  ranks: fc.constantFrom(1, 1, 2),
  often: fc.boolean(),
  mapping: fc.constantFrom(...MAPPINGS),
  readQueue: fc.constantFrom(1, 4, 16, 32, 48),
  page: fc.constantFrom('open' as const, 'open' as const, 'closed' as const),
  policy: fc.constantFrom('default', 'default', 'per-bank-refresh'),
});

const jobs = fc.array(
  fc.record({
    // Mostly one stream of long reads; writes of other streams come in between and wait.
    stream: fc.constantFrom(0, 0, 0, 1, 2),
    bursts: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constantFrom(1, 64, 128, 1024)),
    first: fc.oneof(fc.constant(-1), fc.constantFrom(0, 64, 512, 2048, 65_536), fc.nat(200_000)),
    write: fc.boolean(),
    pause: fc.oneof(fc.constant(0), fc.nat(9000)),
    until: fc.oneof(fc.constant(0), fc.nat(40_000)),
  }),
  { minLength: 1, maxLength: 16 },
);

type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;
type Jobs = typeof jobs extends fc.Arbitrary<infer T> ? T : never;

function prepared({ device, ranks, often, mapping, readQueue, page, policy }: Setting) {
  const perBank = device.timings['tREFIpb'] !== undefined;
  const controller = {
    policy: perBank ? policy : 'default',
    readQueue,
    writeQueue: 16,
    page,
  };
  return { device: oftenRefreshed(withRanks(device, ranks), often), mapping, controller };
}

/**
 * Jobs that go on where the one before on their stream stopped, or at a place of their own; writes are short, and many
 * to bursts that stream 0 is about to read.
 */
function placed(list: Jobs) {
  const next = [0, 100_000, 150_000];
  return list.map((job) => {
    const write = job.stream > 0 && job.write;
    const goOn = write ? next[0]! - (job.bursts % 1000) : next[job.stream]!;
    const first = job.first < 0 ? Math.max(0, goOn) : job.first;
    const bursts = write ? 1 + (job.bursts % 14) : job.bursts;
    if (!write) next[job.stream] = first + bursts;
    return { ...job, first, bursts, write };
  });
}

/** All that a channel knows and has told after the jobs, with a look at its time line between any two. */
function channelHistory(chosen: Setting, list: Jobs, reuse: boolean) {
  const { device, mapping, controller: config } = prepared(chosen);
  const map = new AddressMap(device.organisation, mapping);
  const policy = policyOf(config);
  const pool = reuse ? new ReusePool(map, policy.rowHitCap) : undefined;
  const told: string[] = [];
  const refreshes: string[] = [];
  const channel = new Channel(
    (onRead, onRefresh) => new Controller(device, map, policy, onRead, undefined, onRefresh),
    STREAMS,
    (transfer, cycle) => told.push(`${transfer} at ${cycle}`),
    undefined,
    pool,
    (...refresh) => refreshes.push(refresh.join(' ')),
  );
  const { controller } = channel;
  const looks: unknown[] = [];
  let until = 0;
  let looked = 0;
  const look = () => {
    channel.run(until);
    // Every other time only what has been told is looked at, so that the channel may stay ahead.
    looks.push({ told: told.toSorted(), refreshes: refreshes.join() });
    if (looked++ % 2 === 0) return;
    channel.settle();
    const timing = new Int32Array(2000);
    controller.timing.save(timing, 0, until);
    const { reads, state } = controller;
    const waiting: unknown[] = [];
    for (let e = reads.first; e >= 0; e = reads.nextOf(e)) {
      waiting.push([
        reads.burstOf(e),
        reads.bankOf(e),
        reads.rowOf(e),
        reads.tagOf(e),
        reads.orderOf(e),
        reads.arrivalOf(e),
      ]);
    }
    looks.push({
      timing: timing.join(),
      waiting,
      rows: [...state.row],
      active: state.activeCycles(until),
      sent: [...controller.sent],
      misses: [controller.rowMisses, controller.merged, controller.forwarded, controller.writes.size],
      latency: [controller.latency.sum, ...controller.latency.bins],
      ends: [controller.lastReadEnd, controller.lastWriteEnd],
    });
  };
  for (const [transfer, job] of placed(list).entries()) {
    const { stream, write, first, bursts, pause } = job;
    const part = {
      transfer,
      write,
      stream,
      start: until + pause,
      nextBurst: first,
      left: bursts,
      waiting: 0,
      end: 0,
      told: false,
      through: 0,
    };
    channel.add(stream, part);
    until += job.until;
    look();
  }
  until += 600_000;
  look();
  look();
  return { looks, reused: channel.reusedBursts };
}

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
