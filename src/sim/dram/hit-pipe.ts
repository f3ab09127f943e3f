/**
 * The steady state of a long transfer: the queue that is served is full, and the bursts of one transfer take the places that column
 * commands free. While all that the commands and the new requests meet are open rows, each burst is a column command of the oldest row
 * hit and an acceptance one cycle later, and nothing else can come in between. Such bursts are gone through without weighing
 * all commands, with the same result.
 *
 * It ends before anything else may happen: a refresh falls due, a row command or another bank's column command could go before the
 * oldest hit's, a bank has an older request for another row, a new request is for a row that is not open or for a burst that waits.
 *
 * Units: cycles of the command clock, burst indices within the channel.
 */
import { ACT, PRE, RD, WR } from './commands.ts';
import type { Controller } from './controller.ts';
import type { FrFcfs } from './fr-fcfs.ts';
import { NEXT_WANTING, WANTS_ACT, WANTS_PRE, type ComingBursts, type RequestQueue } from './queue.ts';
import type { TakenRequests } from './request-list.ts';

// Names of this file's own: an import is looked up each time that it is used, a constant of the file is not.
const READ = RD;
const WRITE = WR;
const NEXT = NEXT_WANTING;
/** Places of the queue are 2^3 numbers each. */
const SHIFT = 3;
/** Requests for which it is worth setting up. */
const WORTHWHILE = 4;

export class HitPipe {
  /** Column commands that were sent without weighing others. */
  bursts = 0;
  readonly #controller: Controller;
  readonly #scheduler: FrFcfs;
  /** Cycles between column commands of one rank, group and bank: of reads, then of writes. */
  readonly #gaps: Float64Array;
  /** Whether row commands wait for the bus of column commands. */
  readonly #oneBus: boolean;
  readonly #usable: boolean;
  /** Bursts at a time. */
  readonly #most: number;
  readonly #taken: TakenRequests;
  /** By bank: its last column command, −1 where there was none; the banks where there was one. */
  readonly #lastSent: Float64Array;
  readonly #touched: Int32Array;
  readonly #coming: ComingBursts = { bank: 0, row: 0, burst: 0, tag: 0, order: 0, arrival: 0, step: 0 };

  constructor(controller: Controller, scheduler: FrFcfs) {
    const { timing, burstCycles, onSent, reads, state } = controller;
    this.#most = reads.capacity;
    this.#taken = {
      tag: new Int32Array(reads.capacity),
      order: new Float64Array(reads.capacity),
      arrival: new Float64Array(reads.capacity),
    };
    this.#lastSent = new Float64Array(state.row.length).fill(-1);
    this.#touched = new Int32Array(state.row.length);
    this.#controller = controller;
    this.#scheduler = scheduler;
    const gapsOf = (command: number): number[] => {
      const [rank, group, bank] = timing.gapsBetween(command, command);
      return [Math.max(rank, timing.busCycles[command]!), group, bank];
    };
    this.#gaps = Float64Array.from([...gapsOf(RD), ...gapsOf(WR)]);
    this.#oneBus = timing.busOf[ACT] === timing.busOf[RD];
    this.#usable = burstCycles > 1 && onSent === undefined;
  }

  /**
   * With a full queue of that kind: accepts as many of the `count` bursts from `burst` on as the steady state has, each one cycle after
   * a column command, and returns how many. They may be accepted from the next cycle on, and nothing else before `limit`. The last
   * is accepted in the cycle before the controller's `now`.
   */
  follow(write: boolean, burst: number, count: number, tag: number, limit: number): number {
    return this.#serve(write, true, burst, count, tag, limit);
  }

  /** Nothing is accepted before `limit`: sends what waits in the only queue that has something, as far as it is row hits. */
  drain(limit: number): void {
    const { reads, writes } = this.#controller;
    if (writes.size === 0 && reads.size >= WORTHWHILE) this.#serve(false, false, 0, reads.size, 0, limit);
    else if (reads.size === 0 && writes.size >= WORTHWHILE)
      this.#serve(true, false, 0, writes.size, 0, limit);
  }

  /** Column commands, with `refill` each with the acceptance of a burst behind it; returns how many. */
  #serve(write: boolean, refill: boolean, burst: number, count: number, tag: number, limit: number): number {
    const controller = this.#controller;
    if (!this.#usable || !this.#scheduler.keepsServing(write)) return 0;
    const { timing, state, map, reads, writes } = controller;
    const { next, bankBase, groupBase } = timing;
    const queue = write ? writes : reads;
    const other = write ? reads : writes;
    const taken = write ? null : this.#taken;
    const command = write ? WRITE : READ;
    const kind = write ? 3 : 0;
    const gaps = this.#gaps;
    const pace = gaps[kind]!;
    const groupGap = gaps[kind + 1]!;
    const bankGap = gaps[kind + 2]!;
    const step = Math.max(pace, groupGap, bankGap);
    const coming = this.#coming;
    coming.tag = tag;
    coming.step = step;
    const rowGap = this.#oneBus ? timing.busCycles[command]! : 0;
    const end = Math.min(limit, controller.refresh.nextDue) - 1;
    let rowFrom = Math.max(controller.now, this.#rowCommandFrom(queue));
    let ready = Math.max(
      controller.now,
      next[timing.busSlot[command]!]!,
      next[timing.rankBase[0]! + command]!,
    );
    const lastSent = this.#lastSent;
    let touched = 0;
    let last = -1;
    let sentAt = 0;
    let done = 0;
    while (done < count) {
      const bank = queue.firstHitBank();
      if (bank < 0) break;
      const bankSlot = bankBase[bank]! + command;
      const groupSlot = groupBase[bank]! + command;
      let at = ready;
      if (next[bankSlot]! > at) at = next[bankSlot]!;
      if (next[groupSlot]! > at) at = next[groupSlot]!;
      if (at >= end || rowFrom < at) break;
      if (at > ready && queue.anotherHitBefore(at, next, groupBase, command)) break;
      let most = count - done;
      if (refill) {
        coming.burst = burst + done;
        map.locate(coming.burst);
        coming.bank = map.bank;
        coming.row = map.row;
        if (!queue.takesQuietly(map.bank, map.row)) break;
        most = Math.min(most, map.sameRow(coming.burst));
        coming.order = controller.accepted;
        coming.arrival = at + 1;
      }
      // Another bank may be ready sooner.
      if (step > pace && (queue.hasSecondHit || (refill && coming.bank !== bank))) most = 1;
      if (most > 1) {
        most = Math.min(most, this.#most, Math.ceil((end - at) / step));
        if (rowGap < step) most = Math.min(most, Math.floor((rowFrom - at) / step) + 1);
      }
      const wasFull = queue.size === queue.capacity;
      const n = queue.serveHits(bank, most, refill ? coming : null, other, taken);
      if (n === 0) break;
      if (refill) controller.accepted += n;
      else if (wasFull) controller.hasRoom(write, at + 1);
      if (lastSent[bank]! < 0) this.#touched[touched++] = bank;
      last = bank;
      sentAt = at + (n - 1) * step;
      lastSent[bank] = sentAt;
      if (taken !== null) this.#tell(taken, n, at + controller.readCycles, step, queue.size);
      ready = sentAt + pace;
      // Where there is no such constraint nothing may be noted: what none writes is not saved either.
      if (groupGap > 0) next[groupSlot] = sentAt + groupGap;
      if (bankGap > 0) next[bankSlot] = sentAt + bankGap;
      if (rowFrom < sentAt + rowGap) rowFrom = sentAt + rowGap;
      if (state.served[bank] === n) controller.rowMisses++;
      done += n;
      if (!queue.hasOnlyHits(bank)) break;
    }
    if (done > 0) {
      for (let i = 0; i < touched; i++) {
        const bank = this.#touched[i]!;
        if (bank !== last) this.#sent(command, bank, lastSent[bank]!, other);
        lastSent[bank] = -1;
      }
      // Last, so that the bus is taken for it.
      this.#sent(command, last, sentAt, other);
      if (refill) controller.hasRoom(write, sentAt + 1);
      controller.piped(write, done, sentAt);
      this.bursts += done;
    }
    return done;
  }

  /** The cycle at which the first ACT or PRE for the queue could be sent, were nothing else; Infinity where it wants none. */
  #rowCommandFrom(queue: RequestQueue): number {
    return Math.min(this.#firstOf(queue, WANTS_ACT, ACT), this.#firstOf(queue, WANTS_PRE, PRE));
  }

  #firstOf({ places }: RequestQueue, want: number, command: number): number {
    const { timing } = this.#controller;
    const end = (timing.rankOf.length + want) << SHIFT;
    let from = Infinity;
    for (let place = places[end | NEXT]!; place !== end; place = places[place | NEXT]!) {
      const at = timing.earliest(command, place >> SHIFT);
      if (at < from) from = at;
    }
    return from;
  }

  /** Tells of reads that were sent, the first with its last data at `end`, one every `step` cycles; `left` wait after them. */
  #tell(
    { tag, order, arrival }: TakenRequests,
    count: number,
    end: number,
    step: number,
    left: number,
  ): void {
    const { latency, log, onRead } = this.#controller;
    for (let i = 0; i < count; i++) latency.add(end + i * step - arrival[i]!);
    if (log !== null) {
      for (let i = 0; i < count; i++) {
        log.noteRead(order[i]!, arrival[i]!, end + i * step, left + count - 1 - i);
      }
    }
    for (let i = 0; i < count;) {
      const from = i;
      while (i < count && tag[i] === tag[from]) i++;
      onRead(tag[from]!, end + (i - 1) * step, i - from);
    }
  }

  /** What the last of some column commands to a bank puts off, and what their number changes for the queue that is not served. */
  #sent(command: number, bank: number, cycle: number, other: RequestQueue): void {
    this.#controller.timing.send(command, bank, cycle);
    if (other.size > 0) other.rowServed(bank);
  }
}
