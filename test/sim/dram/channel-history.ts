/** What a channel has told and is like after a list of jobs, for comparing ways to simulate it. */
import * as fc from 'fast-check';
import { AddressMap } from '../../../src/sim/dram/address.ts';
import { Channel } from '../../../src/sim/dram/channel.ts';
import { Controller } from '../../../src/sim/dram/controller.ts';
import { withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import { ReusePool } from '../../../src/sim/dram/reuse/stream-reuse.ts';
import { DEVICES, GROUPED, LINEAR } from './support.ts';

export const STREAMS = 3;
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

export const setting = fc.record({
  device: fc.constantFrom(...DEVICES),
  ranks: fc.constantFrom(1, 1, 2),
  often: fc.boolean(),
  mapping: fc.constantFrom(...MAPPINGS),
  readQueue: fc.constantFrom(1, 4, 16, 32, 48),
  page: fc.constantFrom('open' as const, 'open' as const, 'closed' as const),
  policy: fc.constantFrom('default', 'default', 'per-bank-refresh'),
});

export const jobs = fc.array(
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

export type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;
export type Jobs = typeof jobs extends fc.Arbitrary<infer T> ? T : never;

export function prepared({ device, ranks, often, mapping, readQueue, page, policy }: Setting) {
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
export function placed(list: Jobs) {
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

/**
 * All that a channel knows and has told after the jobs, with a look at its time line between any two.
 * @param oneByOne every command is weighed on its own: somebody looks at them
 */
export function channelHistory(chosen: Setting, list: Jobs, reuse: boolean, oneByOne = false) {
  const { device, mapping, controller: config } = prepared(chosen);
  const map = new AddressMap(device.organisation, mapping);
  const policy = policyOf(config);
  const pool = reuse ? new ReusePool(map, policy.rowHitCap) : undefined;
  const told: string[] = [];
  const refreshes: string[] = [];
  const channel = new Channel(
    (onRead, onRefresh) =>
      new Controller(device, map, policy, onRead, oneByOne ? () => {} : undefined, onRefresh),
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
  return { looks, reused: channel.reusedBursts, piped: controller.pipe.bursts };
}
