/** Puts a controller where a run that was recorded elsewhere would take it. */
import { RD } from '../commands.ts';
import type { Controller } from '../controller.ts';
import type { Run } from './run.ts';

export class RunReplay {
  readonly #controller: Controller;
  /** The reads of the start that still wait at the end. */
  readonly #bank: Int32Array;
  readonly #row: Int32Array;
  readonly #burst: Int32Array;
  readonly #tag: Int32Array;
  readonly #order: Float64Array;
  readonly #arrival: Float64Array;
  #kept = 0;

  constructor(controller: Controller) {
    const { capacity } = controller.reads;
    this.#controller = controller;
    this.#bank = new Int32Array(capacity);
    this.#row = new Int32Array(capacity);
    this.#burst = new Int32Array(capacity);
    this.#tag = new Int32Array(capacity);
    this.#order = new Float64Array(capacity);
    this.#arrival = new Float64Array(capacity);
  }

  /**
   * Applies `run` from `burst` on, whose row is `row` and whose reads carry `tag`. The observers hear of
   * refreshes and of the ends of reads that waited before; of the run's own reads, the caller tells them.
   */
  apply(run: Run, burst: number, row: number, tag: number, bursts: number): void {
    const controller = this.#controller;
    const { state, latency, refresh, sent } = controller;
    const start = controller.now;
    const end = start + run.cycles;
    const active = state.activeCycles(start) + run.activeCycles;
    this.#sendWaiting(run, start);
    for (let i = 0; i < run.changedBanks.length; i++) {
      const changed = run.changedRows[i]!;
      const bank = run.changedBanks[i]!;
      state.row[bank] = changed < 0 ? -1 : changed ^ row;
      controller.writes.openRow(bank, state.row[bank]!);
    }
    state.served.set(run.served);
    state.settle(end, active);
    this.#refill(run, start, burst, tag);
    controller.accepted += bursts;
    controller.timing.load(run.timing, 0, end);
    for (let i = 0; i < run.refreshes.length; i++) {
      const { cycle, command, bank } = run.refreshes[i]!;
      controller.onRefresh?.(start + cycle, command, bank);
    }
    if (run.refresh !== null) {
      for (let rank = 0; rank < refresh.held.length; rank++) {
        refresh.held[rank] = run.refresh.held[rank]!;
        refresh.due[rank]! += run.refresh.due[rank]!;
        refresh.turn[rank]! += run.refresh.turn[rank]!;
      }
      refresh.settle();
    }
    for (let command = 0; command < sent.length; command++) sent[command]! += run.sent[command]!;
    controller.rowMisses += run.rowMisses;
    latency.sum += run.latencySum;
    for (let i = 0; i < run.latencyBins.length; i++) {
      const [bin, reads] = run.latencyBins[i]!;
      latency.bins[bin]! += reads;
    }
    if (run.sent[RD]! > 0) controller.lastReadEnd = start + run.lastReadEnd;
    controller.readRoomFrom = start + run.readRoomFrom;
    controller.resume(end);
  }

  /** Empties the queue: tells of the reads that are sent in the run and keeps the others. */
  #sendWaiting(run: Run, start: number): void {
    const { reads, latency, onRead } = this.#controller;
    this.#kept = 0;
    let i = 0;
    for (let entry = reads.first; entry >= 0; entry = reads.after[entry]!) {
      const end = run.waitingEnd[i++]!;
      if (end >= 0) {
        latency.add(start + end - reads.arrival[entry]!);
        onRead(reads.tag[entry]!, start + end);
        continue;
      }
      const k = this.#kept++;
      this.#bank[k] = reads.bank[entry]!;
      this.#row[k] = reads.row[entry]!;
      this.#burst[k] = reads.burst[entry]!;
      this.#tag[k] = reads.tag[entry]!;
      this.#order[k] = reads.order[entry]!;
      this.#arrival[k] = reads.arrival[entry]!;
    }
    reads.clear();
  }

  /** Queues what was kept and what is left of the run. */
  #refill(run: Run, start: number, burst: number, tag: number): void {
    const { reads, state, map, accepted } = this.#controller;
    for (let k = 0; k < this.#kept; k++) {
      const bank = this.#bank[k]!;
      reads.add(
        bank,
        this.#row[k]!,
        this.#burst[k]!,
        this.#tag[k]!,
        this.#order[k]!,
        this.#arrival[k]!,
        state.row[bank]!,
      );
    }
    for (let i = 0; i < run.leftBurst.length; i++) {
      const index = run.leftBurst[i]!;
      map.locate(burst + index);
      const arrival = start + run.leftArrival[i]!;
      reads.add(map.bank, map.row, burst + index, tag, accepted + index, arrival, state.row[map.bank]!);
    }
  }
}
