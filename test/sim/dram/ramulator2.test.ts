/** Does policy `ramulator2` do what Ramulator 2.1 does, by its totals, its table of gaps and its timing gates? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES, type CommandName } from '../../../src/sim/dram/commands.ts';
import { burstCycles, type DramDevice } from '../../../src/sim/dram/device.ts';
import { loadRamulator2Device } from '../../../src/sim/dram/device-file.node.ts';
import { LEVELS, TreeTiming, type Gap } from '../../../src/sim/dram/parity/timing.ts';
import { gapsOf } from '../../../src/sim/dram/ramulator2/gaps.ts';
import { runTrace } from '../../../src/sim/dram/trace-run.ts';
import { patternRequests } from './patterns.ts';
import { ramulator2Variant } from './parity.ts';
import { deviceNamed, LINEAR } from './support.ts';

type Row = Readonly<Record<string, string>>;

function rowsOf(file: string): Row[] {
  const text = readFileSync(new URL(`../../fixtures/dram/${file}`, import.meta.url), 'utf8');
  const [head, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(line.map((value, i) => [head![i]!, value])));
}

const golden = rowsOf('ramulator2.csv');
const names = [...new Set(golden.map((row) => row['device']!))];

describe.each(names)('cycles, commands, row hits and latency are equal to Ramulator’s: %s', (name) => {
  test.each(golden.filter((row) => row['device'] === name))('$pattern', (row) => {
    const number = (column: string) => Number(row[column]);
    const { device, config } = ramulator2Variant(name);
    const requests = patternRequests(row['pattern']!, number('unit_bytes'));
    const run = runTrace(device, config, requests, number('issue_width'));
    expect({ ...run.counts, cycles: run.cycles, left: run.writesNeverIssued }).toMatchObject({
      cycles: number('total_ticks'),
      left: 0,
      act: number('act'),
      pre: number('pre'),
      rd: number('rd'),
      wr: number('wr'),
      ref: number('ref'),
      forwarded: number('reads_forwarded'),
      rowHits: number('read_row_hits') + number('write_row_hits'),
    });
    expect(run.nanoseconds).toBeCloseTo(number('total_ns'), 6);
    // The golden has four decimals.
    if (number('reads') > 0) expect(run.meanReadLatency).toBeCloseTo(number('avg_read_latency_ticks'), 3);
  });
});

const gaps = rowsOf('ramulator2.gaps.csv');
const DEVICES = [...new Set(gaps.map((row) => row['device']!))].map((name) => ({
  name,
  device: loadRamulator2Device(name.replace('_', '-')).device,
}));

describe.each(DEVICES)('the constraint table of $name', ({ name, device }) => {
  test('has exactly the minimum gaps that Ramulator resolved', () => {
    const theirs = gaps
      .filter((row) => row['device'] === name && Number(row['ticks']) > 0)
      .map((row) =>
        ['level', 'sibling', 'after', 'before', 'window', 'ticks'].map((column) => row[column]).join(' '),
      );
    // Per-bank refresh is never sent; only the command bus knows it here.
    const sent = gapsOf(device).filter(({ before }) => before !== 'REFPB');
    const ours = sent.map((gap) =>
      [
        // Without stack ids their table has no such level.
        gap.level === 'stack' && device.organisation.stacks === undefined ? 'rank' : gap.level,
        gap.sibling ? 1 : 0,
        gap.after,
        gap.before,
        gap.window,
        gap.cycles,
      ].join(' '),
    );
    expect([...new Set(ours)].toSorted()).toEqual([...new Set(theirs)].toSorted());
  });

  test('holds every gap to the cycle, towards every bank', () => {
    const single = gapsOf(device).filter(({ window }) => window === 1);
    const { banks } = new TreeTiming(device.organisation, gapsOf(device));
    for (const [command, after] of COMMAND_NAMES.entries()) {
      for (let from = 0; from < banks; from += 5) {
        const timing = new TreeTiming(device.organisation, gapsOf(device));
        timing.send(command, from, 1000);
        const wanted = Array.from({ length: banks }, (_, to) => earliest(device, single, after, from, to));
        const found = Array.from({ length: banks }, (_bank, to) =>
          COMMAND_NAMES.map((_name, next) => timing.earliest(next, to)),
        );
        expect({ after, from, found }).toEqual({ after, from, found: wanted });
      }
    }
  });

  test('lets no fifth activation of a rank within tFAW', () => {
    const timing = new TreeTiming(device.organisation, gapsOf(device));
    for (let i = 0; i < 4; i++) timing.send(COMMAND_NAMES.indexOf('ACT'), i, 1000 + i);
    expect(timing.earliest(COMMAND_NAMES.indexOf('ACT'), 7)).toBeGreaterThanOrEqual(
      1000 + device.timings['tFAW']!,
    );
  });
});

/** By command to bank `to`, its first cycle after `after` to bank `from` in cycle 1000, from the banks' coordinates. */
function earliest(
  device: DramDevice,
  single: readonly Gap[],
  after: CommandName,
  from: number,
  to: number,
): number[] {
  const [a, b] = [path(device, from), path(device, to)];
  const common = a.findIndex((node, depth) => node !== b[depth]);
  const shared = common < 0 ? a.length : common;
  const reaching = single.filter((gap) => {
    const depth = LEVELS.indexOf(gap.level);
    return gap.after === after && (gap.sibling ? shared === depth : shared > depth);
  });
  return COMMAND_NAMES.map((before) => {
    const cycles = reaching.filter((gap) => gap.before === before).map((gap) => gap.cycles);
    return cycles.length === 0 ? 0 : 1000 + Math.max(...cycles);
  });
}

/** Channel, rank or pseudo-channel, stack id, bank group, bank. */
function path(device: DramDevice, bank: number): number[] {
  const { ranks, stacks = 1, bankGroups, banksPerGroup } = device.organisation;
  const rank = Math.floor(bank / (bankGroups * banksPerGroup));
  const pseudoChannels = ranks / stacks;
  return [
    0,
    rank % pseudoChannels,
    Math.floor(rank / pseudoChannels),
    Math.floor(bank / banksPerGroup),
    bank,
  ];
}

test('a device of another constraint set is refused by the policy', () => {
  const { config } = ramulator2Variant('DDR4_3200');
  const requests = patternRequests('sparse_read', 64);
  expect(() => runTrace(deviceNamed('DDR4-3200'), { ...config, mapping: LINEAR }, requests, 1)).toThrow(
    /takes devices with that tool's own constraints.*hw-configs\/dram\/ramulator2/s,
  );
});

/** Share of column commands whose data meet those of the one before on the bus, read data before write data. */
function overlapping(name: string): number {
  const { device, config } = ramulator2Variant(name);
  const { RL, WL } = device.timings;
  let [busFree, columns, overlaps] = [0, 0, 0];
  runTrace(device, config, patternRequests('rand_rw21', 64), 1, {
    onCommand: (_channel, cycle, command) => {
      const read = COMMAND_NAMES[command] === 'RD';
      if (!read && COMMAND_NAMES[command] !== 'WR') return;
      const start = cycle + (read ? RL! : WL!);
      columns++;
      if (start < busFree) overlaps++;
      busFree = start + burstCycles(device);
    },
  });
  return overlaps / columns;
}

test('two ranks of DDR4 overlap on the data bus as Ramulator lets them, one rank never', () => {
  // Its writes come nBL + nCS after a read of the other rank, where the read's data need nCL + nBL + 2 - nCWL.
  expect(overlapping('DDR4_3200')).toBeGreaterThan(0.001);
  expect(overlapping('DDR4_3200')).toBeLessThan(0.02);
  expect(overlapping('DDR4_3200.1rank')).toBe(0);
});
