import { describe, expect, test } from 'vitest';
import { burstCycles, type DramDevice } from '../../../src/sim/dram/device.ts';
import { dataEnd } from '../../../src/sim/dram/timing.ts';
import { DEVICES, GROUPED, LINEAR, deviceNamed, runRequests } from './support.ts';

const rcd = (device: DramDevice) => device.timings['tRCD'] ?? device.timings['tRCDRD']!;

/** Length of a command where intervals run from last cycle to last cycle. */
const length = (device: DramDevice, name: 'ACT' | 'PRE' | 'RD') =>
  device.command.intervals === 'last' ? device.command.cycles[name] : 0;

/** Bursts of one row, and of all rows of one bank in `LINEAR`. */
const rowBursts = (device: DramDevice) => device.organisation.burstsPerRow;
const nextRow = (device: DramDevice) =>
  rowBursts(device) *
  device.organisation.banksPerGroup *
  device.organisation.bankGroups *
  device.organisation.ranks;

describe('latency of a read that nothing delays, from acceptance to last data', () => {
  test.each(DEVICES)('$name: closed row, row hit and row conflict', (device) => {
    const requests = [{ burst: 0 }, { burst: 1, cycle: 1000 }, { burst: nextRow(device), cycle: 2000 }];
    const { ends } = runRequests(device, requests);
    const hit = 1 + dataEnd(device).read;
    const closed = hit + rcd(device) + length(device, 'ACT') - length(device, 'RD');
    const conflict = closed + device.timings['tRP']! + length(device, 'PRE') - length(device, 'ACT');
    expect([ends[0]! - 0, ends[1]! - 1000, ends[2]! - 2000]).toEqual([closed, hit, conflict]);
  });

  test('DDR4-3200 takes 49, 27 and 71 cycles, as DRAMsim3 and Ramulator have it', () => {
    const device = deviceNamed('DDR4-3200');
    const { ends } = runRequests(device, [
      { burst: 0 },
      { burst: 1, cycle: 1000 },
      { burst: nextRow(device), cycle: 2000 },
    ]);
    expect([ends[0], ends[1]! - 1000, ends[2]! - 2000]).toEqual([49, 27, 71]);
  });
});

describe('bandwidth', () => {
  const count = 60_000;

  test.each(DEVICES)('$name: sequential reads keep the bus busy but for refresh', (device) => {
    const run = runRequests(
      device,
      Array.from({ length: count }, (_, i) => ({ burst: i })),
      { mapping: GROUPED },
    );
    const cycles = run.lastEnd - run.firstAccept;
    const busy = (count * burstCycles(device)) / cycles;
    const { tRFC, tREFI, tRPab } = device.timings as Record<string, number>;
    const limit = 1 - tRFC! / tREFI!;
    expect(busy).toBeLessThan(limit + burstCycles(device) / cycles + 2 * (tRFC! / cycles));
    // A refresh further costs draining, PREA and opening the rows again: below twice the row cycle.
    expect(busy).toBeGreaterThan(limit - (2 * (device.timings['tRC']! + tRPab!)) / tREFI!);
  });

  test.each(DEVICES)('$name: reads of one bank, a new row each, come once every tRC', (device) => {
    const rows = 200;
    const requests = Array.from({ length: rows }, (_, i) => ({ burst: i * nextRow(device) }));
    const run = runRequests(device, requests);
    const acts = run.commands.filter(({ name }) => name === 'ACT').map(({ cycle }) => cycle);
    const gaps = acts.slice(1).map((cycle, i) => cycle - acts[i]!);
    const t = device.timings as Record<string, number>;
    const cycle = Math.max(t['tRC']!, t['tRAS']! + t['tRP']!, rcd(device) + t['tRTP']! + t['tRP']!);
    const sorted = gaps.toSorted((a, b) => a - b);
    expect(sorted[0]).toBe(cycle);
    expect(sorted[Math.floor(rows / 2)]).toBe(cycle);
  });

  test.each(DEVICES)('$name: rows in different banks open at most four in tFAW', (device) => {
    const { banksPerGroup, bankGroups, burstsPerRow } = device.organisation;
    const banks = banksPerGroup * bankGroups;
    // One burst of every bank in turn, a new row each round; bank groups alternate.
    const requests = Array.from({ length: 1200 }, (_, i) => {
      const turn = i % banks;
      const bank = (turn % bankGroups) * banksPerGroup + Math.floor(turn / bankGroups);
      return { burst: Math.floor(i / banks) * nextRow(device) + bank * burstsPerRow };
    });
    const { commands } = runRequests(device, requests, { mapping: LINEAR });
    const acts = commands.filter(({ name }) => name === 'ACT').map(({ cycle }) => cycle);
    const windows = acts.slice(4).map((cycle, i) => cycle - acts[i]!);
    const t = device.timings as Record<string, number>;
    const perActivation = Math.max(
      t['tFAW']! / 4,
      t['tRRD'] ?? t['tRRD_S']!,
      t['tRC']! / banks,
      burstCycles(device),
      device.command.separateColumnBus
        ? device.command.cycles.ACT + device.command.cycles.PRE
        : device.command.cycles.ACT + device.command.cycles.PRE + device.command.cycles.RD,
    );
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(t['tFAW']!);
    const refreshes = commands.filter(({ name }) => name === 'REF').length;
    const time = acts.at(-1)! - acts[0]! - refreshes * (t['tRFC']! + t['tRC']!);
    expect(time / (acts.length - 1)).toBeLessThan(perActivation * 1.1);
  });

  test.each(DEVICES)('$name: every interval has its refresh', (device) => {
    const idle = [{ burst: 0 }, { burst: 1, cycle: 1_000_000 }];
    const { commands, lastEnd } = runRequests(device, idle);
    const refreshes = commands.filter(({ name }) => name === 'REF').map(({ cycle }) => cycle);
    expect(refreshes.length).toBe(Math.floor((lastEnd - 1) / device.timings['tREFI']!));
    for (const [i, cycle] of refreshes.entries()) {
      const due = (i + 1) * device.timings['tREFI']!;
      expect(cycle).toBeGreaterThanOrEqual(due);
      expect(cycle - due).toBeLessThan(device.timings['tRC']! + device.timings['tRPab']! + 4);
    }
  });
});
