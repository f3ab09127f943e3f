/** Watches a channel simulate a run and tells what it did. */
import { countLatencies } from '../latency.ts';
import type { Controller } from '../controller.ts';
import { RunLog } from './run-log.ts';
import type { Run } from './run.ts';

export class RunRecorder {
  readonly #controller: Controller;
  readonly #bursts: number;
  readonly #log: RunLog;
  readonly #order: Float64Array;
  readonly #rows: Int32Array;
  readonly #sent: Float64Array;
  readonly #held: Int32Array;
  readonly #due: Float64Array;
  readonly #turn: Int32Array;
  readonly #timing: Int32Array;
  #waiting = 0;
  #start = 0;
  #accepted = 0;
  #rowMisses = 0;
  #active = 0;
  #firstRow = 0;
  #firstBurst = 0;

  constructor(controller: Controller, bursts: number) {
    const { reads, state, sent, refresh } = controller;
    this.#controller = controller;
    this.#bursts = bursts;
    this.#log = new RunLog(reads.capacity + bursts);
    this.#order = new Float64Array(reads.capacity);
    this.#rows = new Int32Array(state.row.length);
    this.#sent = new Float64Array(sent.length);
    this.#held = new Int32Array(refresh.held.length);
    this.#due = new Float64Array(refresh.held.length);
    this.#turn = new Int32Array(refresh.held.length);
    this.#timing = new Int32Array(64 + 32 * state.row.length);
  }

  /** The run from `burst` on begins; `row`: that burst's. */
  start(burst: number, row: number): void {
    const { reads, state, sent, refresh, now } = this.#controller;
    this.#waiting = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.after[entry]!) {
      this.#order[this.#waiting++] = reads.order[entry]!;
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

  /** The run has ended: what it was, or null when it isn't one to be used again. */
  finish(key: Int32Array): Run | null {
    this.stop();
    const controller = this.#controller;
    const { reads, refresh, now } = controller;
    if (this.#log.emptied || controller.accepted - this.#accepted !== this.#bursts) return null;
    const start = this.#start;
    const leftBurst: number[] = [];
    const leftArrival: number[] = [];
    for (let entry = reads.first; entry >= 0; entry = reads.after[entry]!) {
      if (reads.order[entry]! < this.#accepted) continue;
      leftBurst.push(reads.burst[entry]! - this.#firstBurst);
      leftArrival.push(reads.arrival[entry]! - start);
    }
    const sent = this.#sentReads();
    const changed = [...this.#rows.keys()].filter((bank) => controller.state.row[bank] !== this.#rows[bank]);
    const timing = this.#timing.slice(0, controller.timing.save(this.#timing, 0, now));
    const sameRefresh = !this.refreshed && refresh.held.every((held, rank) => held === this.#held[rank]);
    return {
      key,
      sameHash: null,
      cycles: now - start,
      links: leftBurst.length > 0 && sent.waitingEnd.every((end) => end >= 0) ? [] : null,
      sent: Int32Array.from(controller.sent, (count, command) => count - this.#sent[command]!),
      rowMisses: controller.rowMisses - this.#rowMisses,
      activeCycles: controller.state.activeCycles(now) - this.#active,
      ...sent,
      leftBurst: Int32Array.from(leftBurst),
      leftArrival: Int32Array.from(leftArrival),
      lastReadEnd: controller.lastReadEnd - start,
      readRoomFrom: controller.readRoomFrom - start,
      changedBanks: Int32Array.from(changed),
      changedRows: Int32Array.from(changed, (bank) => {
        const row = controller.state.row[bank]!;
        return row < 0 ? -1 : row ^ this.#firstRow;
      }),
      served: controller.state.served.slice(),
      timing,
      refreshes: this.#log.refreshes.map((one) => ({ ...one, cycle: one.cycle - start })),
      refresh: sameRefresh
        ? null
        : {
            held: refresh.held.slice(),
            due: Int32Array.from(refresh.due, (due, rank) => due - this.#due[rank]!),
            turn: refresh.turn.map((turn, rank) => turn - this.#turn[rank]!),
          },
    };
  }

  #sentReads(): Pick<Run, 'waitingEnd' | 'ownSent' | 'ownEnd' | 'endOf' | 'latency'> {
    const log = this.#log;
    const waitingEnd = new Int32Array(this.#waiting).fill(-1);
    const endOf = new Int32Array(this.#bursts).fill(-1);
    const latencies: number[] = [];
    let ownSent = 0;
    let ownEnd = 0;
    for (let i = 0; i < log.length; i++) {
      const end = log.end[i]!;
      if (log.order[i]! < this.#accepted) {
        waitingEnd[this.#order.subarray(0, this.#waiting).indexOf(log.order[i]!)] = end - this.#start;
        continue;
      }
      ownSent++;
      ownEnd = Math.max(ownEnd, end - this.#start);
      endOf[log.order[i]! - this.#accepted] = end - this.#start;
      latencies.push(end - log.arrival[i]!);
    }
    return { waitingEnd, ownSent, ownEnd, endOf, latency: countLatencies(latencies) };
  }
}
