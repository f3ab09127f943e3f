import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../../src/sim/dram/commands.ts';
import { constraintsOf, type Constraint } from '../../../src/sim/dram/constraints.ts';
import { withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { BankTiming, minimumGap } from '../../../src/sim/dram/timing.ts';
import { DEVICES } from './support.ts';

/** Banks that stand in the row's relation to bank 0: the nearest that no narrower row reaches, where there is one. */
function related(device: DramDevice, level: Constraint['level']): number {
  const { bankGroups, banksPerGroup } = device.organisation;
  if (level === 'bank') return 0;
  if (level === 'bankgroup') return banksPerGroup > 1 ? 1 : 0;
  if (level === 'rank') return bankGroups > 1 ? banksPerGroup : 1;
  return bankGroups * banksPerGroup;
}

/** Every pair of commands of every row, on a device of two ranks. */
const cases = DEVICES.map((device) => withRanks(device, 2)).flatMap((device) =>
  constraintsOf(device).flatMap((row) =>
    row.after.flatMap((a) => row.before.map((b) => ({ device, row, a, b, name: device.name }))),
  ),
);

/** The longest gap that any row demands for this pair of commands and banks; rows may coincide. */
function demanded(device: DramDevice, row: Constraint, a: number, b: number): number {
  const bank = related(device, row.level);
  const { bankGroups, banksPerGroup } = device.organisation;
  const reaches = (level: Constraint['level']) =>
    level === 'rank'
      ? bank < bankGroups * banksPerGroup
      : level === 'bankgroup'
        ? bank < banksPerGroup
        : level === 'bank'
          ? bank === 0
          : bank >= bankGroups * banksPerGroup;
  const gaps = constraintsOf(device)
    .filter((other) => other.window === undefined && reaches(other.level))
    .filter((other) => other.after.includes(COMMAND_NAMES[a]!) && other.before.includes(COMMAND_NAMES[b]!))
    .map((other) => minimumGap(device, other, a, b));
  const { cycles, separateColumnBus } = device.command;
  const column = (c: number) => separateColumnBus && (COMMAND_NAMES[c] === 'RD' || COMMAND_NAMES[c] === 'WR');
  const bus = column(a) === column(b) ? cycles[COMMAND_NAMES[a]!] : 0;
  return Math.max(bus, ...gaps);
}

describe('the constraint table', () => {
  test.each(cases.filter(({ row }) => row.window === undefined))(
    '$name: $b after $a in the same $row.level is refused one cycle early and taken on time ($row.latency)',
    ({ device, row, a, b }) => {
      const [first, then] = [COMMAND_NAMES.indexOf(a), COMMAND_NAMES.indexOf(b)];
      const timing = new BankTiming(device);
      timing.send(first, 0, 1000);
      const onTime = 1000 + demanded(device, row, first, then);
      expect(timing.earliest(then, related(device, row.level))).toBe(onTime);
      expect(onTime).toBeGreaterThanOrEqual(1000 + minimumGap(device, row, first, then));
    },
  );

  test.each(cases.filter(({ row }) => row.window !== undefined))(
    '$name: the fifth $a waits for $row.latency after the first',
    ({ device, row, a }) => {
      const act = COMMAND_NAMES.indexOf(a);
      const timing = new BankTiming(device);
      const perRank = device.organisation.bankGroups * device.organisation.banksPerGroup;
      let last = 0;
      for (let i = 0; i < 4; i++) {
        last = Math.max(1000, timing.earliest(act, i % perRank));
        timing.send(act, i % perRank, last);
      }
      const fifth = 4 % perRank;
      const window = 1000 + minimumGap(device, row, act, act);
      expect(timing.earliest(act, fifth)).toBeGreaterThanOrEqual(window);
      const fresh = new BankTiming(device);
      for (let i = 0; i < 3; i++) fresh.send(act, i, 1000 + i);
      expect(fresh.earliest(act, perRank)).toBeLessThan(window);
    },
  );

  test.each(DEVICES)('$name: every timing is used by a row, the latencies or the refresh timer', (device) => {
    const named = constraintsOf(device).flatMap((row) => row.latency.split(' '));
    const elsewhere = ['RL', 'WL', 'tDQSCK', 'tDQSS', 'tREFI', 'tREFIpb'];
    for (const name of Object.keys(device.timings)) expect([...named, ...elsewhere]).toContain(name);
  });
});
