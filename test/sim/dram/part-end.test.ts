/** Is the cycle before which a part cannot be done never after the one in which it is, and near it where writes wait for room? */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressMap } from '../../../src/sim/dram/address.ts';
import { Channel } from '../../../src/sim/dram/channel.ts';
import { Controller } from '../../../src/sim/dram/controller.ts';
import { withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { policyOf } from '../../../src/sim/dram/policy.ts';
import { DEVICES, deviceNamed, GROUPED, LINEAR } from './support.ts';

const STREAMS = 2;

const settings = fc.record({
  device: fc.constantFrom(...DEVICES).chain((device) => fc.constantFrom(device, withRanks(device, 2))),
  mapping: fc.constantFrom(LINEAR, GROUPED),
  readQueue: fc.constantFrom(1, 4, 32),
  writeQueue: fc.constantFrom(1, 5, 16, 32),
  page: fc.constantFrom('open' as const, 'closed' as const),
});

const parts = fc.array(
  fc.record({
    stream: fc.nat(STREAMS - 1),
    write: fc.boolean(),
    // Near one another, so that writes are merged, answer reads and wait for them.
    first: fc.oneof(fc.nat(60), fc.nat(5000)),
    bursts: fc.integer({ min: 1, max: 90 }),
    pause: fc.oneof(fc.constant(0), fc.nat(900)),
    runs: fc.nat(400),
  }),
  { minLength: 1, maxLength: 10 },
);

interface Setting {
  readonly device: DramDevice;
  readonly mapping: string;
  readonly readQueue: number;
  readonly writeQueue: number;
  readonly page: 'open' | 'closed';
}

function channelOf(
  { device, mapping, ...controller }: Setting,
  done: (transfer: number, cycle: number) => void,
) {
  const map = new AddressMap(device.organisation, mapping);
  const policy = policyOf({ policy: 'default', ...controller });
  return new Channel(
    (onRead, onRefresh) => new Controller(device, map, policy, onRead, undefined, onRefresh),
    STREAMS,
    done,
  );
}

const partOf = (
  transfer: number,
  stream: number,
  write: boolean,
  start: number,
  nextBurst: number,
  left: number,
) => ({
  transfer,
  stream,
  write,
  start,
  nextBurst,
  left,
  waiting: 0,
  end: 0,
  told: false,
  through: 0,
});

test('no part is done before its bound, whenever it is asked for', () => {
  fc.assert(
    fc.property(settings, parts, fc.integer({ min: 1, max: 60 }), (setting, list, step) => {
      const ends = new Map<number, number>();
      const channel = channelOf(setting, (transfer, cycle) => ends.set(transfer, cycle));
      let bounds: [transfer: number, bound: number][] = [];
      // What is added later may end another part sooner than it could have: by writes that are merged with its own.
      const check = (): void => {
        for (const [transfer, bound] of bounds)
          expect(bound).toBeLessThanOrEqual(ends.get(transfer) ?? Infinity);
        bounds = [];
      };
      let now = 0;
      const goOn = (until: number): void => {
        while (now < until) {
          now = Math.min(until, now + step);
          channel.run(now);
          for (let transfer = 0; transfer < list.length; transfer++) {
            if (!ends.has(transfer)) bounds.push([transfer, channel.earliestEnd(transfer)]);
          }
        }
      };
      list.forEach(({ stream, write, first, bursts, pause, runs }, transfer) => {
        check();
        channel.add(stream, partOf(transfer, stream, write, now + pause, first, bursts));
        bounds.push([transfer, channel.earliestEnd(transfer)]);
        goOn(now + runs);
      });
      goOn(now + 30_000);
      expect(ends.size).toBe(list.length);
      check();
    }),
    { numRuns: 150 },
  );
});

test('a long write to one open row is bound to a refresh and the opening of its row', () => {
  const device = deviceNamed('LPDDR4-3200');
  let end = 0;
  const setting = { device, mapping: LINEAR, readQueue: 32, writeQueue: 32, page: 'open' as const };
  const channel = channelOf(setting, (_transfer, cycle) => (end = cycle));
  channel.add(0, partOf(0, 0, true, 0, 0, 500));
  const bound = channel.earliestEnd(0);
  expect(bound).toBe((500 - 32 - 1) * 8 + 2);
  channel.run(20_000);
  expect(end / bound).toBeLessThan(1.2);
});
