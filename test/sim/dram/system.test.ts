import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DramSystemConfig } from '../../../src/hardware/machine.ts';
import { DramSystem } from '../../../src/sim/dram/system.ts';
import { GROUPED, deviceNamed } from './support.ts';

const lpddr4 = deviceNamed('LPDDR4-3200');

function config(change: Partial<DramSystemConfig> = {}): DramSystemConfig {
  return {
    device: 'LPDDR4-3200',
    channels: 4,
    interleaveBytes: 256,
    mapping: GROUPED,
    controller: { policy: 'default', readQueue: 32, writeQueue: 32, page: 'open' },
    ...change,
  };
}

interface Job {
  readonly stream: number;
  readonly address: number;
  readonly bytes: number;
  readonly write: boolean;
  /** Submitted this long after the job `behind` places before it completed. */
  readonly behind: number;
  readonly pause: number;
}

const jobs = fc.array(
  fc.record({
    stream: fc.nat(2),
    address: fc.nat(40_000),
    bytes: fc.integer({ min: 1, max: 6000 }),
    write: fc.boolean(),
    behind: fc.integer({ min: 1, max: 4 }),
    pause: fc.nat(3_000_000),
  }),
  { minLength: 1, maxLength: 14 },
);

/** Runs jobs, each submitted when one before it completes; `step` cuts the calls of `advance` into pieces of that many ps. */
function history(list: readonly Job[], step: number, channels = 4) {
  const requests: string[] = [];
  const system = new DramSystem(lpddr4, config({ channels }), 3, (address, write, cycle) =>
    requests.push(`${cycle} ${write ? 'W' : 'R'} ${address}`),
  );
  const completions: string[] = [];
  let next = 0;
  let now = 0;
  const submit = () => {
    const job = list[next]!;
    system.submit(job.stream, next, job.address, job.bytes, job.write, now + job.pause);
    next++;
  };
  submit();
  let pendingJobs = 1;
  let limit = step;
  while (pendingJobs > 0) {
    const id = system.advance(limit);
    if (id < 0) {
      limit += step;
      continue;
    }
    now = system.completedAtPs;
    completions.push(`${id} at ${now}`);
    pendingJobs--;
    for (let k = 0; k < list[id]!.behind && next < list.length; k++) {
      submit();
      pendingJobs++;
    }
  }
  const end = system.flush(now);
  return { completions, requests, end, counts: system.counts(end), busyPs: system.busyPs(end) };
}

describe('a DRAM system', () => {
  test('gives the same history however its calls are cut into pieces', () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 625, max: 200_000 }), (list, step) => {
        expect(history(list, step)).toEqual(history(list, Infinity));
      }),
      { numRuns: 60 },
    );
  });

  test('moves exactly the bursts that the transfers touch', () => {
    fc.assert(
      fc.property(jobs, (list) => {
        const { counts } = history(list, Infinity);
        const bursts = (write: boolean) =>
          list
            .filter((job) => job.write === write)
            .reduce((sum, { address, bytes }) => {
              return sum + Math.floor((address + bytes - 1) / 32) - Math.floor(address / 32) + 1;
            }, 0);
        expect(counts.rd + counts.forwarded).toBe(bursts(false));
        expect(counts.wr + counts.merged).toBe(bursts(true));
        expect(counts.readBytes).toBe(counts.rd * 32);
        expect(counts.activeStandbyCycles + counts.prechargeStandbyCycles).toBe(counts.cycles * 4);
      }),
      { numRuns: 60 },
    );
  });

  test('reports every transfer once, in order of time, and in order of submission within a stream of one kind', () => {
    fc.assert(
      fc.property(jobs, (list) => {
        const reads = list.map((job) => ({ ...job, write: false, behind: 2 }));
        const { completions } = history(reads, Infinity, 1);
        const times = completions.map((line) => Number(line.split(' at ')[1]));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(completions.map((line) => Number(line.split(' ')[0])).toSorted((a, b) => a - b)).toEqual(
          reads.map((_, id) => id),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('is busy from the start of the first transfer to the last data, and not in between', () => {
    const system = new DramSystem(lpddr4, config(), 1);
    system.submit(0, 0, 0, 4096, false, 1_000_000);
    system.advance(Infinity);
    const first = system.completedAtPs;
    expect(system.busyPs(first)).toBe(first - 1_000_000);
    system.advance(50_000_000);
    system.submit(0, 1, 0, 4096, true, 60_000_000);
    system.advance(Infinity);
    const end = system.flush(system.completedAtPs);
    expect(system.busyPs(end)).toBe(first - 1_000_000 + end - 60_000_000);
    expect(system.pending).toBe(false);
  });

  test('reaches peak bandwidth but for refresh over four channels', () => {
    const system = new DramSystem(lpddr4, config(), 1);
    expect(system.peakBytesPerSecond).toBe(25.6e9);
    expect(system.capacityBytes).toBe(4 * 2 ** 30);
    const bytes = 4 * 2 ** 20;
    system.submit(0, 7, 0, bytes, false, 0);
    expect(system.advance(Infinity)).toBe(7);
    const bandwidth = (bytes / system.completedAtPs) * 1e12;
    expect(bandwidth).toBeGreaterThan(0.9 * 25.6e9);
    expect(bandwidth).toBeLessThan((1 - 448 / 6246) * 25.6e9 * 1.01);
  });

  test('lets streams share: two equal transfers finish together, a short one on its own stream soon', () => {
    const system = new DramSystem(lpddr4, config({ channels: 1 }), 3);
    const bytes = 2 ** 20;
    system.submit(0, 0, 0, bytes, false, 0);
    system.submit(1, 1, 2 ** 24, bytes, false, 0);
    system.submit(2, 2, 2 ** 25, 1024, false, 0);
    expect(system.advance(Infinity)).toBe(2);
    const short = system.completedAtPs;
    system.advance(Infinity);
    const first = system.completedAtPs;
    system.advance(Infinity);
    expect(short).toBeLessThan(first / 100);
    expect(system.completedAtPs - first).toBeLessThan(first / 100);
  });

  test('completes a write when it is accepted, and has its data written after a flush', () => {
    const system = new DramSystem(lpddr4, config({ channels: 1 }), 1);
    system.submit(0, 0, 0, 128, true, 0);
    expect(system.advance(Infinity)).toBe(0);
    expect(system.completedAtPs).toBe(4 * 625);
    expect(system.counts(system.completedAtPs).wr).toBe(0);
    const end = system.flush(system.completedAtPs);
    expect(system.counts(end).wr).toBe(4);
    expect(end).toBeGreaterThan(4 * 625);
  });

  test('returns −1 at the limit, and when nothing is pending', () => {
    const system = new DramSystem(lpddr4, config(), 1);
    expect(system.advance(Infinity)).toBe(-1);
    system.submit(0, 0, 0, 64, false, 10_000);
    expect(system.advance(10_000)).toBe(-1);
    expect(system.advance(Infinity)).toBe(0);
  });

  test.each([
    [0, 2 ** 32, 64, 'memory'],
    [0, -64, 64, 'memory'],
    [0, 0, 0, 'memory'],
    [3, 0, 64, 'stream'],
  ])('refuses a transfer of stream %d at %d of %d bytes', (stream, address, bytes, what) => {
    const system = new DramSystem(lpddr4, config(), 3);
    expect(() => system.submit(stream, 0, address, bytes, false, 0)).toThrow(what);
  });

  test('refuses to go back in time, and to count ahead of a pending transfer', () => {
    const system = new DramSystem(lpddr4, config(), 1);
    system.submit(0, 0, 0, 64, false, 0);
    expect(() => system.counts(1_000_000)).toThrow(/advanced/);
    system.advance(Infinity);
    expect(() => system.submit(0, 1, 0, 64, false, 0)).toThrow(/past/);
  });

  test.each([
    [{ interleaveBytes: 48 }, 'multiple'],
    [{ channels: 0 }, 'interleave'],
    [{ mapping: 'row-bank' }, 'column'],
    [{ controller: { policy: 'defualt', readQueue: 8, writeQueue: 8, page: 'open' as const } }, "'default'"],
    [{ controller: { policy: 'default', readQueue: 0, writeQueue: 8, page: 'open' as const } }, 'entry'],
  ])('refuses %o', (change, what) => {
    expect(() => new DramSystem(lpddr4, config(change), 1)).toThrow(what);
  });
});
