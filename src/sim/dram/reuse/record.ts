/** Watches a channel simulate a run and tells what it did. */
import { LatencyCounter } from '../latency.ts';
import type { Controller } from '../controller.ts';
import type { NumberStore } from './number-store.ts';
import { RunLog } from './run-log.ts';
import type { Run } from './run.ts';

export class RunRecorder {
  readonly #controller: Controller;
  readonly #bursts: number;
  readonly #store: NumberStore;
  readonly #log: RunLog;
  readonly #order: Float64Array;
  readonly #rows: Int32Array;
  readonly #sent: Float64Array;
  readonly #held: Int32Array;
  readonly #due: Float64Array;
  readonly #turn: Int32Array;
  readonly #latency = new LatencyCounter();
  #out = new Int32Array(0);
  #waiting = 0;
  #start = 0;
  #accepted = 0;
  #rowMisses = 0;
  #active = 0;
  #firstRow = 0;
  #firstBurst = 0;

  /** @param store where the numbers of runs are kept */
  constructor(controller: Controller, bursts: number, store: NumberStore) {
    const { reads, state, sent, refresh } = controller;
    this.#controller = controller;
    this.#bursts = bursts;
    this.#store = store;
    this.#log = new RunLog(reads.capacity + bursts);
    this.#order = new Float64Array(reads.capacity);
    this.#rows = new Int32Array(state.row.length);
    this.#sent = new Float64Array(sent.length);
    this.#held = new Int32Array(refresh.held.length);
    this.#due = new Float64Array(refresh.held.length);
    this.#turn = new Int32Array(refresh.held.length);
  }

  /** The run from `burst` on begins; `row`: that burst's. */
  start(burst: number, row: number): void {
    const { reads, state, sent, refresh, now } = this.#controller;
    this.#waiting = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      this.#order[this.#waiting++] = reads.orderOf(entry);
    }
    this.#rows.set(state.row);
    this.#sent.set(sent);
    this.#held.set(refresh.held);
    this.#due.set(refresh.due);
    this.#turn.set(refresh.turn);
    this.#start = now;
    this.#accepted = this.#controller.accepted;
    this.#rowMisses = this.#controller.rowMisses;
    this.#active = state.activeCycles(now);
    this.#firstRow = row;
    this.#firstBurst = burst;
    this.#log.start();
    this.#controller.log = this.#log;
  }

  stop(): void {
    this.#controller.log = null;
  }

  /** Whether a refresh has fallen due since the start. */
  get refreshed(): boolean {
    return this.#controller.refresh.due.some((due, rank) => due !== this.#due[rank]);
  }

  /** The run from the state of `key` on has ended: what it was, or null when it isn't one to be used again. */
  finish(key: Int32Array, keyLength: number): Run | null {
    this.stop();
    const controller = this.#controller;
    const { refresh, state, now } = controller;
    if (this.#log.emptied || controller.accepted - this.#accepted !== this.#bursts) return null;
    const start = this.#start;
    const out = this.#room(keyLength);
    out.set(key.subarray(0, keyLength));
    const servedAt = keyLength;
    out.set(state.served, servedAt);
    const timingAt = servedAt + state.served.length;
    const waitingAt = controller.timing.save(out, timingAt, now);
    const endOfAt = waitingAt + this.#waiting;
    const latencyAt = endOfAt + this.#bursts;
    out.fill(-1, waitingAt, latencyAt);
    const sum = this.#latency.sum;
    const ownEnd = this.#noteEnds(out, waitingAt, endOfAt);
    const latencyEnd = this.#latency.take(out, latencyAt);
    const left = this.#noteLeft(out, latencyEnd);
    const changedAt = latencyEnd + 2 * left;
    const changed = this.#noteRows(out, changedAt);
    const sentAt = changedAt + 2 * changed;
    const { sent } = controller;
    for (let command = 0; command < sent.length; command++) {
      out[sentAt + command] = sent[command]! - this.#sent[command]!;
    }
    const sameRefresh = !this.refreshed && refresh.held.every((held, rank) => held === this.#held[rank]);
    return {
      numbers: this.#store.copy(out, sentAt + sent.length),
      keyLength,
      sameHash: null,
      cycles: now - start,
      links: left > 0 && out.indexOf(-1, waitingAt) >= endOfAt ? [] : null,
      sentAt,
      rowMisses: controller.rowMisses - this.#rowMisses,
      activeCycles: state.activeCycles(now) - this.#active,
      waitingAt,
      waiting: this.#waiting,
      ownSent: this.#bursts - left,
      ownEnd,
      latencySum: this.#latency.sum - sum,
      latencyAt,
      latencyEnd,
      endOfAt,
      leftAt: latencyEnd,
      left,
      lastReadEnd: controller.lastReadEnd - start,
      readRoomFrom: controller.readRoomFrom - start,
      changedAt,
      changed,
      servedAt,
      timingAt,
      refreshes: this.#log.refreshes.map((one) => ({ ...one, cycle: one.cycle - start })),
      refresh: sameRefresh
        ? null
        : {
            held: refresh.held.slice(),
            due: refresh.turn.map((_, rank) => refresh.due[rank]! - this.#due[rank]!),
            turn: refresh.turn.map((turn, rank) => turn - this.#turn[rank]!),
          },
    };
  }

  /** Where the lists of a run are put together. */
  #room(keyLength: number): Int32Array {
    const { reads, state, sent, timing } = this.#controller;
    const most = keyLength + 3 * state.row.length + timing.saved + 3 * reads.capacity + 3 * this.#bursts;
    if (this.#out.length < most + sent.length) this.#out = new Int32Array(2 * (most + sent.length));
    return this.#out;
  }

  /** By read that waited and by burst of the run, the end of its data; counts latencies; returns the last end of the run's own. */
  #noteEnds(out: Int32Array, waitingAt: number, endOfAt: number): number {
    const log = this.#log;
    const start = this.#start;
    let ownEnd = 0;
    let read = -1;
    for (let i = 0; i < log.length; i++) {
      const end = log.end[i]! - start;
      if (log.order[i]! < this.#accepted) {
        // Mostly they are sent in their order.
        if (this.#order[++read] !== log.order[i]) read = 0;
        while (this.#order[read] !== log.order[i]) read++;
        out[waitingAt + read] = end;
        continue;
      }
      if (end > ownEnd) ownEnd = end;
      out[endOfAt + log.order[i]! - this.#accepted] = end;
      this.#latency.add(log.end[i]! - log.arrival[i]!);
    }
    return ownEnd;
  }

  /** The run's own reads that wait, and behind them when they arrived; returns how many. */
  #noteLeft(out: Int32Array, at: number): number {
    const { reads } = this.#controller;
    let left = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      if (reads.orderOf(entry) < this.#accepted) continue;
      out[at + left++] = reads.burstOf(entry) - this.#firstBurst;
    }
    let arrival = at + left;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      if (reads.orderOf(entry) >= this.#accepted) out[arrival++] = reads.arrivalOf(entry) - this.#start;
    }
    return left;
  }

  /** Banks with another row than at the start, and behind them those rows; returns how many. */
  #noteRows(out: Int32Array, at: number): number {
    const { row } = this.#controller.state;
    let changed = 0;
    for (let bank = 0; bank < row.length; bank++)
      if (row[bank] !== this.#rows[bank]) out[at + changed++] = bank;
    for (let i = 0; i < changed; i++) {
      const now = row[out[at + i]!]!;
      out[at + changed + i] = now < 0 ? -1 : now ^ this.#firstRow;
    }
    return changed;
  }
}
