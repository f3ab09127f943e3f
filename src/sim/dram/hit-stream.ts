/**
 * Stretches of a list of requests in which a full read queue holds row hits only and takes in nothing else. Then the queue is a
 * pipe: the oldest read goes as soon as rank and bus allow, the next of the list takes its place one cycle later, and no other
 * command can come in between. Such a stretch is gone through without the queue and the scheduler, with the same result.
 *
 * It ends before anything else may happen: a refresh falls due, a bank or its group puts the oldest read off and another bank's is
 * ready before, the list has a write, a row that is not open, or nothing for the next cycle.
 *
 * Units: cycles of the command clock.
 */
import { RD } from './commands.ts';
import type { Controller } from './controller.ts';
import type { FrontEnd } from './replay.ts';

/** A stretch that is worth setting up; where one is shorter, the next is tried after as many requests, doubling, never in step. */
const WORTHWHILE = 16;
const MOST_PATIENT = 4099;

export class HitStream {
  readonly #controller: Controller;
  readonly #front: FrontEnd;
  /** The queue in order of arrival, as a ring. */
  readonly #bank: Int32Array;
  readonly #row: Int32Array;
  readonly #burst: Int32Array;
  readonly #order: Float64Array;
  readonly #arrival: Float64Array;
  /** By bank: reads in the ring; the last RD sent, −1: none. */
  readonly #held: Int32Array;
  readonly #lastSent: Float64Array;
  /** Not before this request. */
  #notBefore = 0;
  #patience = WORTHWHILE;

  constructor(controller: Controller, front: FrontEnd) {
    const { capacity } = controller.reads;
    const banks = controller.state.row.length;
    this.#controller = controller;
    this.#front = front;
    this.#bank = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#burst = new Int32Array(capacity);
    this.#order = new Float64Array(capacity);
    this.#arrival = new Float64Array(capacity);
    this.#held = new Int32Array(banks);
    this.#lastSent = new Float64Array(banks);
  }

  /**
   * Right after request `from` − 1 has been accepted: accepts as many of the requests [from, end) as the stretch has, each one
   * cycle after a RD, and returns how many. The last was accepted in `controller.readRoomFrom`.
   */
  follow(from: number, end: number): number {
    const controller = this.#controller;
    const { reads, map, state } = controller;
    if (from < this.#notBefore || from >= end || reads.size < reads.capacity) return 0;
    if (!controller.hasOnlyHits) return 0;
    map.locate(this.#front.interleave.burstOf(this.#front.requests.address[from]!));
    if (state.row[map.bank] !== map.row) return 0;
    const taken = this.#take() ? this.#serve(from, end) : 0;
    if (taken >= WORTHWHILE) this.#patience = WORTHWHILE;
    else {
      this.#notBefore = from + taken + this.#patience;
      this.#patience = Math.min(2 * this.#patience + 1, MOST_PATIENT);
    }
    return taken;
  }

  /** Copies the queue; false where a read in it does not hit. */
  #take(): boolean {
    const { reads, state } = this.#controller;
    this.#held.fill(0);
    let n = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      const bank = reads.bankOf(entry);
      if (reads.rowOf(entry) !== state.row[bank]) return false;
      this.#bank[n] = bank;
      this.#row[n] = reads.rowOf(entry);
      this.#burst[n] = reads.burstOf(entry);
      this.#order[n] = reads.orderOf(entry);
      this.#arrival[n++] = reads.arrivalOf(entry);
      this.#held[bank]!++;
    }
    return true;
  }

  #serve(from: number, end: number): number {
    const controller = this.#controller;
    const { timing, state, map, latency, readCycles, refresh, onSent } = controller;
    const { requests, interleave } = this.#front;
    const { address, write, cycle } = requests;
    const { next, bankBase, groupBase } = timing;
    const [rankGap, groupGap, bankGap] = timing.gapsBetween(RD, RD);
    const pace = Math.max(rankGap, timing.busCycles[RD]!);
    const ringBank = this.#bank;
    const arrival = this.#arrival;
    const held = this.#held;
    const lastSent = this.#lastSent.fill(-1);
    const capacity = ringBank.length;
    const { nextDue } = refresh;
    let banks = 0;
    for (let bank = 0; bank < held.length; bank++) if (held[bank]! > 0) banks++;
    let ready = Math.max(controller.now, timing.busFree[timing.busOf[RD]!]!, next[timing.rankBase[0]! + RD]!);
    let order = controller.accepted;
    let head = 0;
    let sent = -1;
    let i = from;
    for (; i < end; i++) {
      const bank = ringBank[head]!;
      const bankSlot = bankBase[bank]! + RD;
      const groupSlot = groupBase[bank]! + RD;
      let at = ready;
      if (next[bankSlot]! > at || next[groupSlot]! > at) {
        at = Math.max(next[bankSlot]!, next[groupSlot]!);
        if (banks > 1 && this.#anotherBefore(at, ready)) break;
      }
      if (at + 1 >= nextDue || write[i] === 1 || cycle[i]! > at + 1) break;
      const burst = interleave.burstOf(address[i]!);
      map.locate(burst);
      const into = map.bank;
      if (state.row[into] !== map.row) break;

      sent = at;
      ready = at + pace;
      if (at + groupGap > next[groupSlot]!) next[groupSlot] = at + groupGap;
      if (at + bankGap > next[bankSlot]!) next[bankSlot] = at + bankGap;
      lastSent[bank] = at;
      if (state.served[bank]!++ === 0) controller.rowMisses++;
      latency.add(at + readCycles - arrival[head]!);
      onSent?.(at, RD, bank, this.#row[head]!, this.#burst[head]!);
      if (--held[bank]! === 0) banks--;
      if (held[into]!++ === 0) banks++;
      ringBank[head] = into;
      this.#row[head] = map.row;
      this.#burst[head] = burst;
      this.#order[head] = order++;
      arrival[head] = at + 1;
      head = head + 1 === capacity ? 0 : head + 1;
    }
    if (i > from) this.#settle(i - from, head, sent);
    return i - from;
  }

  /** Whether, from cycle `ready` on, some bank can send a read before `at`. */
  #anotherBefore(at: number, ready: number): boolean {
    if (ready >= at) return false;
    const { next, bankBase, groupBase } = this.#controller.timing;
    for (let bank = 0; bank < this.#held.length; bank++) {
      if (this.#held[bank] === 0) continue;
      if (next[bankBase[bank]! + RD]! < at && next[groupBase[bank]! + RD]! < at) return true;
    }
    return false;
  }

  /** Puts the controller behind the acceptance that followed the last RD, sent at `sent`; the ring begins at `head`. */
  #settle(count: number, head: number, sent: number): void {
    const controller = this.#controller;
    const { reads, timing } = controller;
    for (let bank = 0; bank < this.#lastSent.length; bank++) {
      if (this.#lastSent[bank]! >= 0 && this.#lastSent[bank] !== sent) {
        timing.send(RD, bank, this.#lastSent[bank]!);
      }
    }
    // Last, so that the bus is taken for it.
    timing.send(RD, this.#lastSent.indexOf(sent), sent);
    reads.clear();
    for (let k = 0; k < reads.capacity; k++) {
      const at = head + k < reads.capacity ? head + k : head + k - reads.capacity;
      const order = this.#order[at]!;
      reads.add(this.#bank[at]!, this.#row[at]!, this.#burst[at]!, 0, order, this.#arrival[at]!);
    }
    controller.sent[RD]! += count;
    controller.accepted += count;
    controller.lastReadEnd = sent + controller.readCycles;
    controller.readRoomFrom = sent + 1;
    controller.resume(sent + 2);
  }
}
