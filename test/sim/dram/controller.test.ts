import { describe, expect, test } from 'vitest';
import { deviceNamed, runRequests, type Request } from './support.ts';

const device = deviceNamed('DDR4-3200');
/** In `LINEAR`: bursts of one row, one bank further, one row further. */
const BANK = device.organisation.burstsPerRow;
const ROW = BANK * 16;

describe('the controller', () => {
  test('sends a younger row hit before an older conflict, but not more than the cap of them', () => {
    const hits = Array.from({ length: 12 }, (_, i) => ({ burst: 1 + i, cycle: 3 }));
    const requests = [{ burst: 0 }, { burst: ROW, cycle: 2 }, ...hits];
    const rows = (rowHitCap: number) =>
      runRequests(device, requests, { policy: { rowHitCap } })
        .commands.filter(({ name }) => name === 'RD')
        .map(({ burst }) => burst);
    expect(rows(32).indexOf(ROW)).toBe(13);
    expect(rows(4).indexOf(ROW)).toBe(4);
  });

  test('answers a read from a write that waits, and merges a second write', () => {
    const requests = [
      { burst: 5 * BANK, cycle: 0 },
      { burst: 0, write: true, cycle: 1 },
      { burst: 0, write: true, cycle: 2 },
      { burst: 0, cycle: 3 },
    ];
    const run = runRequests(device, requests);
    expect(run.controller.merged).toBe(1);
    expect(run.controller.forwarded).toBe(1);
    expect(run.commands.filter(({ name }) => name === 'WR')).toHaveLength(1);
    expect(run.commands.filter(({ name }) => name === 'RD')).toHaveLength(1);
  });

  test('never sends a write before an older read of the same burst', () => {
    const blockers = Array.from({ length: 24 }, (_, i): Request => ({ burst: (i + 1) * ROW, write: true }));
    const run = runRequests(device, [
      { burst: 7 * ROW + 3 },
      ...blockers,
      { burst: 7 * ROW + 3, write: true },
    ]);
    const order = run.commands.filter(({ burst }) => burst === 7 * ROW + 3).map(({ name }) => name);
    expect(order).toEqual(['RD', 'WR']);
  });

  test('drains writes together: few turnarounds in mixed traffic', () => {
    const requests = Array.from({ length: 2000 }, (_, i): Request => ({
      burst: i % 4 === 3 ? 40 * ROW + i : i,
      write: i % 4 === 3,
    }));
    const { commands } = runRequests(device, requests);
    const columns = commands.filter(({ name }) => name === 'RD' || name === 'WR');
    const turns = columns.filter(({ name }, i) => i > 0 && name !== columns[i - 1]!.name).length;
    expect(turns).toBeLessThan(2 * (500 / 16) + 4);
  });

  test('with closed pages, precharges a row once nothing hits it, and not before', () => {
    const requests = [{ burst: 0 }, { burst: 1 }, { burst: 2 }, { burst: 3, cycle: 500 }];
    const { commands } = runRequests(device, requests, { policy: { page: 'closed' } });
    expect(commands.map(({ name }) => name)).toEqual(['ACT', 'RD', 'RD', 'RD', 'PRE', 'ACT', 'RD']);
    const pre = commands.find(({ name }) => name === 'PRE')!;
    const lastRead = commands[3]!;
    expect(pre.cycle).toBe(
      Math.max(lastRead.cycle + device.timings['tRTP']!, commands[0]!.cycle + device.timings['tRAS']!),
    );
  });

  test('closes the banks of a rank one by one before its refresh where the policy says so', () => {
    const spread = Array.from({ length: 4 }, (_, i) => ({ burst: i * BANK }));
    const requests = [...spread, { burst: 0, cycle: 20_000 }];
    const before = (refreshPrecharge: 'all' | 'each') =>
      runRequests(device, requests, { policy: { refreshPrecharge } })
        .commands.filter(({ name }) => name.startsWith('PRE'))
        .map(({ name }) => name);
    expect(before('all')).toEqual(['PREA']);
    expect(before('each')).toEqual(['PRE', 'PRE', 'PRE', 'PRE']);
  });

  test('refreshes bank by bank, in turn, where the standard has it', () => {
    const lpddr4 = deviceNamed('LPDDR4-3200');
    const { commands } = runRequests(lpddr4, [{ burst: 0 }, { burst: 1, cycle: 30_000 }], {
      policy: { refresh: 'bank' },
    });
    const banks = commands.filter(({ name }) => name === 'REFPB').map(({ bank }) => bank);
    expect(banks.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1]);
    expect(() => runRequests(device, [], { policy: { refresh: 'bank' } })).toThrow(/DDR4/);
  });

  test('reports rank-cycles with a bank open from ACT to PRE', () => {
    const { controller, lastEnd } = runRequests(device, [{ burst: 0 }, { burst: 1, cycle: 14_000 }]);
    // Open from the ACT in cycle 1 until the PREA when refresh falls due, then again from 14001 on.
    const refresh = device.timings['tREFI']!;
    expect(controller.state.activeCycles(lastEnd)).toBe(refresh - 1 + (lastEnd - 14_001));
  });
});
