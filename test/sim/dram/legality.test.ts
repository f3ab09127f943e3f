import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstBytes, channelBytes, withRanks } from '../../../src/sim/dram/device.ts';
import { violations } from './checker.ts';
import { DEVICES, GROUPED, LINEAR, runRequests, type Request } from './support.ts';

const POLICIES = [
  {},
  { page: 'closed' as const },
  { readQueue: 4, writeQueue: 3, rowHitCap: 2 },
  { refreshPrecharge: 'each' as const },
];

/** Random traffic with locality: bursts near a few base addresses, in spurts, some writes. */
function traffic(bursts: number) {
  const request = fc.record({
    near: fc.nat(3),
    offset: fc.nat(600),
    write: fc.boolean(),
    pause: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9000) }),
  });
  return fc
    .tuple(
      fc.array(fc.nat(bursts - 601), { minLength: 4, maxLength: 4 }),
      fc.array(request, { maxLength: 120 }),
    )
    .map(([bases, items]) => {
      let cycle = 0;
      return items.map(({ near, offset, write, pause }): Request => {
        cycle += pause;
        return { burst: bases[near]! + offset, write, cycle };
      });
    });
}

const devices = [...DEVICES, withRanks(DEVICES[1]!, 2), withRanks(DEVICES[4]!, 2)].map((device) => ({
  device,
  name: `${device.name}, ${device.organisation.ranks} rank(s)`,
}));

describe('an independent checker finds no violation in random traffic', () => {
  test.each(devices)('$name', ({ device }) => {
    const perBank = device.timings['tREFIpb'] === undefined ? [] : [{ refresh: 'bank' as const }];
    fc.assert(
      fc.property(
        traffic(channelBytes(device) / burstBytes(device)),
        fc.constantFrom(...POLICIES, ...perBank),
        fc.constantFrom(GROUPED, LINEAR),
        (requests, policy, mapping) => {
          const run = runRequests(device, requests, { policy, mapping });
          expect(violations(device, run.commands)).toEqual([]);
          const { merged, forwarded } = run.controller;
          const sent = run.commands.filter(({ name }) => name === 'RD' || name === 'WR').length;
          expect(sent + merged + forwarded).toBe(requests.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each(devices)('$name: long random traffic across many refreshes', ({ device }) => {
    const size = channelBytes(device) / burstBytes(device);
    let x = 0x2545f491;
    const draw = () => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return x >>> 0;
    };
    const requests = Array.from({ length: 4000 }, () => ({ burst: draw() % size, write: draw() % 3 === 0 }));
    const run = runRequests(device, requests);
    expect(violations(device, run.commands)).toEqual([]);
    expect(run.commands.filter(({ name }) => name === 'REF').length).toBeGreaterThan(1);
  });

  test.each(devices)(
    '$name: the checker itself sees a column command that comes one cycle early',
    ({ device }) => {
      const requests = Array.from({ length: 40 }, (_, i) => ({ burst: i, write: i % 8 === 7 }));
      const { commands } = runRequests(device, requests, { mapping: GROUPED });
      const columns = commands.flatMap(({ name }, i) =>
        i > 0 && (name === 'RD' || name === 'WR') ? [i] : [],
      );
      const caught = columns.filter((at) => {
        const moved = commands.map((c, i) => (i === at ? { ...c, cycle: c.cycle - 1 } : c));
        return violations(device, moved).length > 0;
      });
      expect(caught.length).toBeGreaterThan(columns.length / 2);
    },
  );
});
