import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BankState } from '../../../src/sim/dram/bank-state.ts';
import { ACT, PRE, RD } from '../../../src/sim/dram/commands.ts';
import { NEXT_WANTING, RequestQueue, WANTS } from '../../../src/sim/dram/queue.ts';
import { BankTiming } from '../../../src/sim/dram/timing.ts';
import { deviceNamed } from './support.ts';

const device = deviceNamed('DDR4-3200');
const BANKS = 16;
const CAPACITY = 8;
const HIT_CAP = 2;
const COMMAND_OF_WANT = [RD, ACT, PRE];

interface Waiting {
  readonly bank: number;
  readonly row: number;
  readonly burst: number;
  readonly order: number;
}

/** What a bank wants by the rule as it is written: the order of the request that it wants it for, or null. */
function wantOf(
  waiting: readonly Waiting[],
  state: BankState,
  bank: number,
): readonly [number, number] | null {
  const own = waiting.filter((one) => one.bank === bank);
  if (own.length === 0) return null;
  const hit = own.find(({ row }) => row === state.row[bank]);
  if (hit !== undefined && (hit === own[0] || state.served[bank]! < HIT_CAP)) return [0, hit.order];
  return [state.row[bank]! < 0 ? 1 : 2, own[0]!.order];
}

const step = fc.record({ bank: fc.nat(4), row: fc.nat(2), burst: fc.nat(2000), what: fc.nat(3) });

test('lists the banks of each want from the oldest request on, none sooner than it says, and finds every burst', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const state = new BankState(1, BANKS);
      const timing = new BankTiming(device);
      const queue = new RequestQueue(CAPACITY, state, timing, RD, HIT_CAP);
      let waiting: Waiting[] = [];
      steps.forEach(({ bank, row, burst, what }, order) => {
        const cycle = 100 * order;
        const hit = queue.hitOf(bank);
        if (what === 0 && state.row[bank]! < 0) {
          timing.send(ACT, bank, cycle);
          state.activate(0, bank, row, cycle);
          queue.rowChanged(bank);
        } else if (what === 1 && state.row[bank]! >= 0) {
          timing.send(PRE, bank, cycle);
          state.precharge(0, bank, cycle);
          queue.rowChanged(bank);
        } else if (what === 2 && hit >= 0) {
          timing.send(RD, bank, cycle);
          state.served[bank]!++;
          waiting = waiting.filter((one) => one.order !== queue.orderOf(hit));
          queue.removeHit(hit, bank);
        } else if (queue.size < CAPACITY) {
          waiting.push({ bank, row, burst, order });
          queue.add(bank, row, burst, 0, order, cycle);
        }
        for (let want = 0; want < WANTS; want++) {
          const listed: number[] = [];
          const end = 8 * (BANKS + want);
          const after = (place: number) => queue.places[place + NEXT_WANTING]!;
          for (let place = after(end); place !== end; place = after(place)) listed.push(place / 8);
          const wanted = Array.from({ length: BANKS }, (_, b) => [b, wantOf(waiting, state, b)] as const)
            .filter(([, one]) => one?.[0] === want)
            .toSorted(([, a], [, b]) => a![1] - b![1]);
          expect(listed).toEqual(wanted.map(([b]) => b));
          expect(queue.isWanted(want)).toBe(wanted.length > 0);
          for (const b of listed) {
            expect(queue.wantOf(b)).toBe(want);
            expect(queue.orderOf(queue.wantingOf(b))).toBe(wantOf(waiting, state, b)![1]);
            const ready = timing.next[timing.bankBase[b]! + COMMAND_OF_WANT[want]!]!;
            expect(queue.soonest[want]!).toBeLessThanOrEqual(ready);
          }
        }
        expect(queue.holds(bank, burst)).toBe(
          waiting.some((one) => one.bank === bank && one.burst === burst),
        );
      });
    }),
  );
});
