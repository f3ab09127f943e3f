/** The state of a controller at some time, to go back to. Only reads may be accepted and sent in between. */
import type { Controller } from '../controller.ts';
import { ReadLatency } from '../latency.ts';

export class Checkpoint {
  readonly #controller: Controller;
  /** By waiting read, oldest first. */
  readonly #bank: Int32Array;
  readonly #row: Int32Array;
  readonly #burst: Int32Array;
  readonly #tag: Int32Array;
  readonly #order: Float64Array;
  readonly #arrival: Float64Array;
  #waiting = 0;
  readonly #timing: Int32Array;
  readonly #rows: Int32Array;
  readonly #served: Int32Array;
  readonly #sent: Float64Array;
  readonly #held: Int32Array;
  readonly #due: Float64Array;
  readonly #turn: Int32Array;
  readonly #latency = new ReadLatency();
  #now = 0;
  #active = 0;
  #accepted = 0;
  #rowMisses = 0;
  #lastReadEnd = 0;
  #readRoomFrom = 0;

  constructor(controller: Controller) {
    const { reads, state, sent, refresh, timing } = controller;
    this.#controller = controller;
    this.#bank = new Int32Array(reads.capacity);
    this.#row = new Int32Array(reads.capacity);
    this.#burst = new Int32Array(reads.capacity);
    this.#tag = new Int32Array(reads.capacity);
    this.#order = new Float64Array(reads.capacity);
    this.#arrival = new Float64Array(reads.capacity);
    this.#timing = new Int32Array(timing.saved);
    this.#rows = new Int32Array(state.row.length);
    this.#served = new Int32Array(state.row.length);
    this.#sent = new Float64Array(sent.length);
    this.#held = new Int32Array(refresh.held.length);
    this.#due = new Float64Array(refresh.held.length);
    this.#turn = new Int32Array(refresh.held.length);
  }

  take(): void {
    const controller = this.#controller;
    const { reads, state, refresh, latency, now } = controller;
    let n = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      this.#bank[n] = reads.bankOf(entry);
      this.#row[n] = reads.rowOf(entry);
      this.#burst[n] = reads.burstOf(entry);
      this.#tag[n] = reads.tagOf(entry);
      this.#order[n] = reads.orderOf(entry);
      this.#arrival[n++] = reads.arrivalOf(entry);
    }
    this.#waiting = n;
    controller.timing.save(this.#timing, 0, now);
    this.#rows.set(state.row);
    this.#served.set(state.served);
    this.#sent.set(controller.sent);
    this.#held.set(refresh.held);
    this.#due.set(refresh.due);
    this.#turn.set(refresh.turn);
    this.#latency.sum = latency.sum;
    this.#latency.bins.set(latency.bins);
    this.#now = now;
    this.#active = state.activeCycles(now);
    this.#accepted = controller.accepted;
    this.#rowMisses = controller.rowMisses;
    this.#lastReadEnd = controller.lastReadEnd;
    this.#readRoomFrom = controller.readRoomFrom;
  }

  /** Goes back; `tagOf` says what the reads that waited with a tag carry now. */
  restore(tagOf: (tag: number) => number): void {
    const controller = this.#controller;
    const { reads, writes, state, refresh, latency } = controller;
    const now = this.#now;
    state.row.set(this.#rows);
    state.served.set(this.#served);
    state.settle(now, this.#active);
    reads.clear();
    for (let i = 0; i < this.#waiting; i++) {
      const tag = tagOf(this.#tag[i]!);
      reads.add(this.#bank[i]!, this.#row[i]!, this.#burst[i]!, tag, this.#order[i]!, this.#arrival[i]!);
    }
    for (let bank = 0; bank < this.#rows.length; bank++) writes.rowChanged(bank);
    controller.timing.load(this.#timing, 0, now);
    controller.sent.set(this.#sent);
    refresh.held.set(this.#held);
    refresh.due.set(this.#due);
    refresh.turn.set(this.#turn);
    refresh.settle();
    latency.sum = this.#latency.sum;
    latency.bins.set(this.#latency.bins);
    controller.accepted = this.#accepted;
    controller.rowMisses = this.#rowMisses;
    controller.lastReadEnd = this.#lastReadEnd;
    controller.readRoomFrom = this.#readRoomFrom;
    controller.resume(now);
  }
}
