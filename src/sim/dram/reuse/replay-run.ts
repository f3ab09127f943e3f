/**
 * Takes a controller through runs that were recorded elsewhere, one after the other. In between only time, open rows and
 * counts are kept up; queue and timing are set when somebody needs them (`settle`), which may be much later than the last run
 * was looked up: the next part of the stream often goes on from there.
 */
import { RD } from '../commands.ts';
import type { Controller } from '../controller.ts';
import { WaitingReads } from './waiting-reads.ts';
import type { Run, RunLink } from './run.ts';

export class RunReplay {
  /** The last run so far: its beginning, its first burst and that one's row. */
  run: Run | null = null;
  start = 0;
  row = 0;
  /** Reads of these runs that were sent, and the last end of data of any of them: of the part that they begin with. */
  ownSent = 0;
  ownEnd = 0;
  /** The same of the part that the last run ends in, if that is another. */
  nextSent = 0;
  nextEnd = 0;
  readonly #controller: Controller;
  readonly #bursts: number;
  readonly #kept: WaitingReads;
  /** Whether queue and timing of the controller are still to be set. */
  unsettled = false;
  #burst = 0;
  /** What the last run's reads carry: `#tag` those before burst `#boundary`, `#nextTag` the others. */
  #tag = 0;
  #boundary = 0;
  #nextTag = 0;
  #active = 0;

  constructor(controller: Controller, bursts: number) {
    this.#controller = controller;
    this.#bursts = bursts;
    this.#kept = new WaitingReads(controller.reads.capacity);
  }

  /**
   * Begins with `run` from `burst` on, whose row is `row`; the reads carry `tag`. The observers hear of refreshes and of the ends of
   * reads that waited before; of the runs' own reads, the caller tells them.
   */
  begin(run: Run, burst: number, row: number, tag: number): void {
    const controller = this.#controller;
    const { refresh, now } = controller;
    this.#tag = tag;
    this.#burst = burst;
    this.#active = controller.state.activeCycles(now);
    this.#kept.take(controller, run);
    this.nextSent = 0;
    this.nextEnd = 0;
    this.ownSent = run.ownSent;
    this.ownEnd = run.ownSent > 0 ? now + run.ownEnd : 0;
    for (let i = 0; i < run.refreshes.length; i++) {
      const { cycle, command, bank } = run.refreshes[i]!;
      controller.onRefresh?.(now + cycle, command, bank);
    }
    if (run.refresh !== null) {
      for (let rank = 0; rank < refresh.held.length; rank++) {
        refresh.held[rank] = run.refresh.held[rank]!;
        refresh.due[rank]! += run.refresh.due[rank]!;
        refresh.turn[rank]! += run.refresh.turn[rank]!;
      }
      refresh.settle();
    }
    this.#count(run, now, row);
  }

  /** As `begin`, from where the controller has been left unsettled, with the run that `link` leads to. */
  resume({ run, latencySum, latencies }: RunLink, burst: number, row: number, tag: number): void {
    const controller = this.#controller;
    const start = this.end;
    const { numbers, leftAt, left } = this.run!;
    let own = 0;
    let ownEnd = 0;
    let nextEnd = 0;
    for (let i = 0; i < left; i++) {
      const end = run.numbers[run.waitingAt + i]!;
      if (this.#burst + numbers[leftAt + i]! < this.#boundary) {
        own++;
        if (end > ownEnd) ownEnd = end;
      } else if (end > nextEnd) nextEnd = end;
    }
    if (own > 0) controller.onRead(this.#tag, start + ownEnd, own);
    if (left > own) controller.onRead(this.#nextTag, start + nextEnd, left - own);
    controller.latency.addCounted(latencySum, latencies, 0, latencies.length);
    this.#tag = tag;
    this.#burst = burst;
    this.nextSent = 0;
    this.nextEnd = 0;
    this.ownSent = run.ownSent;
    this.ownEnd = run.ownSent > 0 ? start + run.ownEnd : 0;
    this.#count(run, start, row);
  }

  /** Goes on with the run that `link` leads to, whose first row is `row`. */
  follow(link: RunLink, row: number): void {
    const controller = this.#controller;
    const { run, latencySum, latencies } = link;
    const start = this.start + this.run!.cycles;
    this.ownSent += this.run!.left + run.ownSent;
    this.ownEnd = start + run.lastReadEnd;
    controller.latency.addCounted(latencySum, latencies, 0, latencies.length);
    this.#burst += this.#bursts;
    this.#count(run, start, row);
  }

  /** Where the last run ends. */
  get end(): number {
    return this.start + this.run!.cycles;
  }

  /** The bursts from `boundary` on, within the last run, are of another part than those before. */
  split(boundary: number): void {
    const { start, run } = this;
    const { numbers, endOfAt, waitingAt, waiting, ownSent } = run!;
    const own = boundary - this.#burst;
    this.ownEnd = 0;
    // Of runs that follow one another, those that wait in between are the part's own.
    if (this.ownSent > ownSent) {
      for (let i = 0; i < waiting; i++) this.ownEnd = Math.max(this.ownEnd, start + numbers[waitingAt + i]!);
    }
    for (let i = 0; i < this.#bursts; i++) {
      const end = numbers[endOfAt + i]!;
      if (end < 0) continue;
      if (i < own) this.ownEnd = Math.max(this.ownEnd, start + end);
      else {
        this.nextEnd = Math.max(this.nextEnd, start + end);
        this.nextSent++;
      }
    }
    this.ownSent -= this.nextSent;
  }

  /** The caller stops at the end of the last run; its reads from burst `boundary` on carry `nextTag`. */
  pause(boundary: number, nextTag: number): void {
    this.#boundary = boundary;
    this.#nextTag = nextTag;
    this.unsettled = true;
    this.#controller.now = this.end;
  }

  /** Puts the controller, all of it, at the end of the last run. */
  settle(): void {
    if (!this.unsettled) return;
    this.unsettled = false;
    const controller = this.#controller;
    const { state, timing, reads, map } = controller;
    const run = this.run!;
    const { start, end } = this;
    const { numbers, servedAt, leftAt, left } = run;
    for (let bank = 0; bank < state.served.length; bank++) state.served[bank] = numbers[servedAt + bank]!;
    if (controller.writes.size > 0) {
      for (let bank = 0; bank < state.row.length; bank++) controller.writes.rowChanged(bank);
    }
    state.settle(end, this.#active);
    this.#kept.putBack(controller);
    const accepted = controller.accepted - this.#bursts;
    for (let i = 0; i < left; i++) {
      const index = numbers[leftAt + i]!;
      const burst = this.#burst + index;
      map.locate(burst);
      const tag = burst < this.#boundary ? this.#tag : this.#nextTag;
      reads.add(map.bank, map.row, burst, tag, accepted + index, start + numbers[leftAt + left + i]!);
    }
    timing.load(numbers, run.timingAt, end);
    controller.readRoomFrom = start + run.readRoomFrom;
    controller.resume(end);
  }

  /** The controller's state has been set from elsewhere. */
  forget(): void {
    this.unsettled = false;
  }

  #count(run: Run, start: number, row: number): void {
    const controller = this.#controller;
    const { state, sent } = controller;
    this.run = run;
    this.start = start;
    this.row = row;
    const { numbers, changedAt, changed, sentAt } = run;
    for (let i = 0; i < changed; i++) {
      const opened = numbers[changedAt + changed + i]!;
      state.row[numbers[changedAt + i]!] = opened < 0 ? -1 : opened ^ row;
    }
    for (let command = 0; command < sent.length; command++) sent[command]! += numbers[sentAt + command]!;
    controller.accepted += this.#bursts;
    controller.latency.addCounted(run.latencySum, numbers, run.latencyAt, run.latencyEnd);
    controller.rowMisses += run.rowMisses;
    this.#active += run.activeCycles;
    if (numbers[sentAt + RD]! > 0) controller.lastReadEnd = start + run.lastReadEnd;
  }
}
