/** Does the event-driven DRAM do, command for command and cycle for cycle, what a plain one does that steps every cycle? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DramSystemConfig } from '../../../src/hardware/machine.ts';
import type { DramDevice } from '../../../src/sim/dram/device.ts';
import { loadDevice, shippedDevices } from '../../../src/sim/dram/device-file.node.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import { DramSystem } from '../../../src/sim/dram/system.ts';
import type { Component } from '../../../src/sim/stepper/component.ts';
import { SteppedDram } from '../../../src/sim/stepper/dram/system.ts';
import type { RequestStream, Transfer } from '../../../src/sim/stepper/dram/transfer.ts';
import { Timeline } from '../../../src/sim/stepper/timeline.ts';
import { oftenRefreshed } from './machines.ts';
import { check } from './support.ts';

const STREAMS = 3;

interface Job {
  readonly stream: number;
  readonly address: number;
  readonly bytes: number;
  readonly write: boolean;
  /** After the one before on the same stream, ps. */
  readonly pausePs: number;
}

interface History {
  readonly completions: readonly string[];
  readonly requests: readonly string[];
  readonly endPs: number;
  readonly busyPs: number;
  readonly counts: object;
}

/** Start of each job, ps: jobs of one stream in order. */
function startsOf(jobs: readonly Job[]): number[] {
  const last = new Float64Array(STREAMS);
  return jobs.map(({ stream, pausePs }) => (last[stream]! += pausePs));
}

function fast(device: DramDevice, config: DramSystemConfig, jobs: readonly Job[]): History {
  const requests: string[] = [];
  const system = new DramSystem(device, config, STREAMS, (address, write, cycle) =>
    requests.push(`${cycle} ${write ? 'W' : 'R'} ${address}`),
  );
  const starts = startsOf(jobs);
  jobs.forEach((job, id) => {
    system.submit(job.stream, id, job.address, job.bytes, job.write, starts[id]!);
  });
  const completions: string[] = [];
  let now = 0;
  for (let id = system.advance(Infinity); id >= 0; id = system.advance(Infinity)) {
    now = system.completedAtPs;
    completions.push(`${id} at ${now}`);
  }
  const endPs = system.flush(now);
  return { completions, requests, endPs, busyPs: system.busyPs(endPs), counts: { ...system.counts(endPs) } };
}

/** Issues a stream's jobs at their times, as a DMA engine would. */
class Driver implements Component, RequestStream {
  readonly issued: Transfer[] = [];
  readonly #waiting: { startPs: number; transfer: Transfer }[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(startPs: number, transfer: Transfer): void {
    this.#waiting.push({ startPs, transfer });
  }

  commit(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.startPs <= this.#now()) {
      this.issued.push(this.#waiting.shift()!.transfer);
    }
  }

  evaluate(): void {}
}

function stepped(
  device: DramDevice,
  config: DramSystemConfig,
  jobs: readonly Job[],
  order: (components: Component[]) => Component[] = (components) => components,
): History {
  const now = { ps: 0 };
  const drivers = Array.from({ length: STREAMS }, () => new Driver(() => now.ps));
  const accepted: { cycle: number; channel: number; line: string }[] = [];
  const { channels, interleaveBytes, mapping } = config;
  const dram = new SteppedDram(
    device,
    { channels, interleaveBytes, mapping, policy: policyOf(config.controller) },
    drivers,
    (cycle, channel, write, burst) => {
      const local = burst * dram.burstBytes;
      const chunk = Math.floor(local / interleaveBytes) * channels + channel;
      const address = chunk * interleaveBytes + (local % interleaveBytes);
      accepted.push({ cycle, channel, line: `${cycle} ${write ? 'W' : 'R'} ${address}` });
    },
  );
  const starts = startsOf(jobs);
  const transfers = jobs.map((job, id) => {
    const transfer = dram.transfer(id, job.write, job.address, job.bytes);
    drivers[job.stream]!.add(starts[id]!, transfer);
    return transfer;
  });
  const components = order([...drivers, ...dram.channels]).map((component) => ({ component, clock: 0 }));
  const timeline = new Timeline([device.periodPs], components);
  const open = new Set(transfers);
  const completions: string[] = [];
  let busyPs = 0;
  for (;;) {
    now.ps = timeline.next;
    timeline.commit();
    for (const transfer of open) {
      if (!dram.isDone(transfer)) continue;
      completions.push(`${transfer.id} at ${now.ps}`);
      open.delete(transfer);
    }
    if (open.size === 0 && dram.isIdle()) break;
    const isBusy = dram.isBusy();
    timeline.evaluate();
    if (isBusy) busyPs += timeline.next - now.ps;
  }
  const requests = accepted.toSorted((a, b) => a.cycle - b.cycle || a.channel - b.channel);
  return {
    completions,
    requests: requests.map(({ line }) => line),
    endPs: now.ps,
    busyPs,
    counts: dram.counts(timeline.cycles(0)),
  };
}

const MAPPINGS = [
  'row-rank-bankgroup-bank-column',
  'row-rank-bank-column-bankgroup',
  'rank-row-column:2-bankgroup^row-bank^row-column',
  'row-bank^column-rank-bankgroup-column',
];

const config = fc.record({
  device: fc.constant('any'),
  channels: fc.constantFrom(1, 1, 2),
  interleaveBytes: fc.constantFrom(128, 256, 512),
  mapping: fc.constantFrom(...MAPPINGS),
  controller: fc.record({
    policy: fc.constant('default'),
    readQueue: fc.constantFrom(1, 2, 3, 8),
    writeQueue: fc.constantFrom(1, 2, 4, 8),
    page: fc.constantFrom('open' as const, 'closed' as const),
    rowHitCap: fc.constantFrom(undefined, 1, 2, 5),
    writeHigh: fc.constantFrom(undefined, 0.5, 1),
    writeLow: fc.constantFrom(undefined, 0, 0.4),
    refreshStagger: fc.constantFrom(undefined, 'even' as const, 'none' as const),
  }),
});

const jobs = fc.array(
  fc.record({
    stream: fc.nat(STREAMS - 1),
    // A few regions, so that rows are hit, banks conflict and writes meet reads of the same burst.
    address: fc
      .tuple(fc.constantFrom(0, 8192, 65_536, 1_048_576), fc.nat(700))
      .map(([base, offset]) => base + offset),
    bytes: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2500 })),
    write: fc.boolean(),
    pausePs: fc.oneof(fc.constant(0), fc.nat(40_000), fc.nat(400_000)),
  }),
  { minLength: 1, maxLength: 10 },
);

const devices = shippedDevices().flatMap((name) => {
  const device = loadDevice(name);
  return [
    { name, device: oftenRefreshed(device) },
    { name: `${name}, two ranks`, device: oftenRefreshed(device, 2) },
  ];
});

describe('random transfers on a DRAM alone', () => {
  test.each(devices)('$name: every completion, request and count agrees', async ({ device }) => {
    await check(fc.tuple(config, jobs), 30, ([dram, list]) => {
      expect(stepped(device, dram, list)).toEqual(fast(device, dram, list));
    });
  });

  test.each(devices.filter(({ device }) => device.timings['tREFIpb'] !== undefined))(
    '$name, banks refreshed one by one',
    async ({ device }) => {
      await check(fc.tuple(config, jobs), 12, ([dram, list]) => {
        const perBank = { ...dram, controller: { ...dram.controller, policy: 'per-bank-refresh' } };
        expect(stepped(device, perBank, list)).toEqual(fast(device, perBank, list));
      });
    },
  );

  test('the order in which channels and engines are visited changes nothing', async () => {
    const { device } = devices[4]!;
    const shuffled = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    await check(fc.tuple(config, jobs, shuffled), 25, ([dram, list, order]) => {
      const two = { ...dram, channels: 2 };
      const permuted = stepped(device, two, list, (components) => order.map((i) => components[i]!));
      expect(permuted).toEqual(stepped(device, two, list));
    });
  });
});
