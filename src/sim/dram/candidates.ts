/**
 * Of the requests of one queue the best for each thing that a bank may want next: of a column command, an ACT, a PRE the one that
 * can be sent first, of several the oldest. What has been found is kept as long as it stands, since a command changes little:
 *   - a bank that has come to want the same (the queue says which) is weighed against it;
 *   - it is looked for afresh when it is gone, when the rank or a bus puts it off, or when a command has been sent that may put off
 *     others beyond its own bank.
 *
 * Units: cycles of the command clock.
 */
import { ACT, PRE } from './commands.ts';
import { MANY, NOBODY, WANTS, type RequestQueue } from './queue.ts';
import type { Refresh } from './refresh.ts';
import type { BankTiming } from './timing.ts';

export class Candidates {
  /** By want: the cycle of the best one (not of interest where no bank wants it), its order of arrival, bank and entry. */
  readonly cycle = new Float64Array(WANTS);
  readonly age = new Float64Array(WANTS);
  readonly bank = new Int32Array(WANTS);
  readonly entry = new Int32Array(WANTS);
  /** By want the command: RD or WR, ACT, PRE. */
  readonly command: Int32Array;

  readonly #queue: RequestQueue;
  readonly #timing: BankTiming;
  readonly #refresh: Refresh;
  readonly #oneRank: boolean;
  /** By want a bit: must be looked for afresh. */
  #stale = ALL_WANTS;
  /** By command sent: the wants that it may put off in banks that share a group (or, with several ranks, anything). */
  readonly #putOff: Int32Array;
  /** By want: whether more than bank, bus and the one rank can put it off. */
  readonly #shared: Uint8Array;

  constructor(queue: RequestQueue, timing: BankTiming, refresh: Refresh, column: number) {
    this.#queue = queue;
    this.#timing = timing;
    this.#refresh = refresh;
    this.#oneRank = timing.rankOf.length === timing.banksPerRank;
    this.command = Int32Array.of(column, ACT, PRE);
    this.#putOff = timing.reach(!this.#oneRank).map((reached) => {
      let wants = 0;
      for (let want = 0; want < WANTS; want++) if ((reached >> this.command[want]!) & 1) wants |= 1 << want;
      return wants;
    });
    const all = this.#putOff.reduce((some, wants) => some | wants, 0);
    this.#shared = Uint8Array.from({ length: WANTS }, (_, want) => (all >> want) & 1);
  }

  /** Nothing that was found stands. */
  forget(): void {
    this.#stale = ALL_WANTS;
  }

  /** `command` has been sent on behalf of this queue. */
  sent(command: number): void {
    this.#stale |= this.#putOff[command]!;
  }

  /** Brings the best one for `want` up to date, for a command from cycle `now` on. Some bank must want it. */
  find(want: number, now: number): void {
    const queue = this.#queue;
    const timing = this.#timing;
    const command = this.command[want]!;
    let from = now;
    const free = timing.busFree[timing.busOf[command]!]!;
    if (free > from) from = free;
    if (this.#oneRank) {
      const ofRank = timing.next[timing.rankBase[0]! + command]!;
      if (ofRank > from) from = ofRank;
    }
    const joined = queue.joined[want]!;
    queue.joined[want] = NOBODY;
    const bank = this.bank[want]!;
    if ((this.#stale >> want) & 1 || joined === MANY || joined === bank) {
      this.#search(want, command, from);
    } else if (from > this.cycle[want]!) {
      this.#search(want, command, from);
    } else if (queue.wanted[bank] !== want || queue.order[queue.wantedEntry(want, bank)] !== this.age[want]) {
      this.#search(want, command, from);
    } else if (joined !== NOBODY && queue.wanted[joined] === want) {
      this.#weigh(want, command, joined, from);
    }
  }

  #weigh(want: number, command: number, bank: number, from: number): void {
    let at = this.#timing.earliest(command, bank);
    if (from > at) at = from;
    const best = this.cycle[want]!;
    const entry = this.#queue.wantedEntry(want, bank);
    const age = this.#queue.order[entry]!;
    if (at > best || (at === best && age >= this.age[want]!)) return;
    this.cycle[want] = at;
    this.age[want] = age;
    this.bank[want] = bank;
    this.entry[want] = entry;
  }

  /** The inner loop of all, with everything in locals. `from`: where bus and the one rank allow the command. */
  #search(want: number, command: number, from: number): void {
    const { wanting, order, oldest, hit } = this.#queue;
    const { next, groupBase, rankBase, bankBase } = this.#timing;
    const entries = want === 0 ? hit : oldest;
    const shared = this.#shared[want] === 1;
    const held = this.#refresh.heldCount > 0;
    const first = want * groupBase.length;
    const end = first + this.#queue.wantCount[want]!;
    let best = Infinity;
    let bestAge = Infinity;
    let bestBank = -1;
    for (let i = first; i < end; i++) {
      const bank = wanting[i]!;
      let at = next[bankBase[bank]! + command]!;
      if (at > best) continue;
      if (from > at) at = from;
      if (shared) {
        const ofGroup = next[groupBase[bank]! + command]!;
        if (ofGroup > at) at = ofGroup;
        const ofRank = next[rankBase[bank]! + command]!;
        if (ofRank > at) at = ofRank;
      }
      if (at > best) continue;
      const age = order[entries[bank]!]!;
      if (at === best && age >= bestAge) continue;
      if (held && this.#refresh.holds(this.#timing.rankOf[bank]!, bank)) continue;
      best = at;
      bestAge = age;
      bestBank = bank;
    }
    this.cycle[want] = best;
    if (bestBank >= 0) {
      this.age[want] = bestAge;
      this.bank[want] = bestBank;
      this.entry[want] = entries[bestBank]!;
      this.#stale &= ~(1 << want);
    }
  }
}

const ALL_WANTS = 2 ** WANTS - 1;
