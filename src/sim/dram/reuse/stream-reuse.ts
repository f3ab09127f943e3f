/**
 * Exact reuse of what a channel does in a run of consecutive reads of one stream with nothing else to serve. Such a run is
 * simulated once from each state it starts from (`RunKey`); from the same state it is not simulated but looked up. Where a run
 * has followed another before, even the look-up is spared: a link leads from one to the next.
 *
 * A run is `RUN_BURSTS` long and aligned to that, so that the mapping, an XOR of bits, places its bursts alike from any start.
 * Writes may wait as long as they cannot be served or answer a read of the run. A refresh may fall due in a run; it then
 * stands for itself only, with the time at which it falls due. Nothing else may enter: the caller gives the cycle up to which this is so.
 *
 * Units: cycles, burst indices within the channel.
 */
import type { AddressMap } from '../address.ts';
import type { Controller } from '../controller.ts';
import { LatencyCounter } from '../latency.ts';
import { NumberStore } from './number-store.ts';
import { RunRecorder } from './record.ts';
import { RunReplay } from './replay-run.ts';
import { RunKey, RunPattern, RunPlace } from './run-key.ts';
import { RunMemo } from './run-memo.ts';
import type { Run, RunLink } from './run.ts';

/** Bursts of a run: a power of two. Longer than the usual queue, so that a run leaves no read of the one before waiting and links can
 * be made; long enough that looking one up is worth it, short enough that parts hold some. */
const RUN_BURSTS = 64;
/** Memory for runs. A token of a model of 70 billion weights comes by some forty thousand of them, of some 6 KiB each. */
const MEMO_BYTES = 256 * 2 ** 20;
/** Links kept a run. */
const LINKS = 16;

/** What the channels of one system share: they are alike, so what one has done another may use. */
export class ReusePool {
  readonly memo = new RunMemo(MEMO_BYTES);
  readonly store = new NumberStore();
  readonly pattern: RunPattern;
  readonly hitCap: number;

  constructor(map: AddressMap, hitCap: number) {
    this.pattern = new RunPattern(map, RUN_BURSTS);
    this.hitCap = hitCap;
  }
}

/** Consecutive bursts still to be read, and the tag of their requests. */
interface Reads {
  readonly nextBurst: number;
  readonly left: number;
  readonly tag: number;
}

export class StreamReuse {
  /** Bursts that were not simulated one by one. */
  reusedBursts = 0;
  readonly #controller: Controller;
  readonly #memo: RunMemo;
  readonly #key: RunKey;
  readonly #recorder: RunRecorder;
  readonly #replay: RunReplay;
  readonly #place: RunPlace;
  readonly #latency = new LatencyCounter();
  /** The run just replayed, where a link to the next one is missing. */
  #linkedFrom: Run | null = null;
  /** The run being recorded: its key, the last of it the refresh that falls due; how much of it is without that, 0 where
   * such a run is known; how many requests the controller will have accepted at its end. */
  #recorded = new Int32Array(0);
  #dueLength = 0;
  #dueHash = 0;
  #plainLength = 0;
  #plainHash = 0;
  #recordEnd = 0;
  /** Cycle from which on something else may enter. */
  #recordUntil = 0;

  constructor(controller: Controller, pool: ReusePool) {
    this.#controller = controller;
    this.#memo = pool.memo;
    this.#key = new RunKey(pool.pattern, pool.hitCap);
    this.#recorder = new RunRecorder(controller, RUN_BURSTS, pool.store);
    this.#place = new RunPlace(pool.pattern);
    this.#replay = new RunReplay(controller, RUN_BURSTS);
  }

  /** Whether a run may begin with `burst`, of `left` consecutive ones. */
  fits(burst: number, left: number): boolean {
    return (burst & (RUN_BURSTS - 1)) === 0 && left >= RUN_BURSTS;
  }

  /** Bursts from `burst` on until a run may begin; of one where it may, until the next. */
  untilFits(burst: number): number {
    return RUN_BURSTS - (burst & (RUN_BURSTS - 1));
  }

  /**
   * At the beginning of a run from `burst` on of a part that has `left` bursts left, whose first read may be accepted from cycle
   * `from` on: goes through as many runs as are known and end by `until`, and returns their bursts. `next` goes on right behind the
   * part. What the runs sent is in `ownSent` and `ownEnd`, of `next` in `nextSent` and `nextEnd`. Where the first is not
   * known, the one that the controller now simulates is recorded.
   */
  follow({ nextBurst: burst, left, tag }: Reads, next: Reads | null, from: number, until: number): number {
    const replay = this.#replay;
    if (!this.#resume(burst, tag, from, until)) {
      replay.settle();
      const first = this.#known(burst, from, until);
      if (first === null) return 0;
      replay.begin(first, burst, this.#key.row, tag);
    }
    const limit = Math.min(until, this.#controller.refresh.nextDue);
    const partEnd = burst + left;
    const lastBurst = Math.min(partEnd + (next === null ? 0 : next.left), this.#nextWrite(burst));
    let at = burst + RUN_BURSTS;
    while (at < partEnd && at + RUN_BURSTS <= lastBurst) {
      const link = this.#linkTo(at);
      if (link === null || replay.end + link.run.cycles > limit) break;
      replay.follow(link, this.#place.row);
      at += RUN_BURSTS;
    }
    if (at > partEnd) replay.split(partEnd);
    replay.pause(partEnd, next?.tag ?? tag);
    this.reusedBursts += at - burst;
    return at - burst;
  }

  /** Sets the controller's queue and timing, which `follow` leaves behind. */
  settle(): void {
    this.#replay.settle();
  }

  /** The controller has been set to another state. */
  forget(): void {
    this.#replay.forget();
    this.interrupt();
  }

  /** Goes on by a link, if there is one, from the run at whose end the controller has been left unsettled. */
  #resume(burst: number, tag: number, from: number, until: number): boolean {
    const replay = this.#replay;
    const { now, refresh } = this.#controller;
    if (!replay.unsettled || replay.end !== now || from > now) return false;
    if (this.#nextWrite(burst) < burst + RUN_BURSTS) return false;
    const link = this.#linkTo(burst);
    if (link === null || now + link.run.cycles > Math.min(until, refresh.nextDue)) return false;
    replay.resume(link, burst, this.#place.row, tag);
    return true;
  }

  get nextSent(): number {
    return this.#replay.nextSent;
  }

  get nextEnd(): number {
    return this.#replay.nextEnd;
  }

  get ownSent(): number {
    return this.#replay.ownSent;
  }

  get ownEnd(): number {
    return this.#replay.ownEnd;
  }

  /** Cycles that a run takes at least: one a burst, and as many reads have to be sent first as the queue has no room for. */
  #leastCycles(): number {
    const { reads, burstCycles } = this.#controller;
    return Math.max(RUN_BURSTS, (reads.size + RUN_BURSTS - reads.capacity - 1) * burstCycles);
  }

  /** The run from `burst` on, if it is known and ends by `until`. */
  #known(burst: number, from: number, until: number): Run | null {
    const controller = this.#controller;
    const { now, refresh } = controller;
    const linked = this.#linkedFrom;
    this.#linkedFrom = null;
    if (now + this.#leastCycles() > until || !controller.readsGoOn) return null;
    if (this.#nextWrite(burst) < burst + RUN_BURSTS) return null;
    const key = this.#key;
    key.build(controller, burst, Math.max(0, from - now));
    const plain = this.#memo.find(key);
    if (plain !== null && now + plain.cycles <= refresh.nextDue) {
      if (linked !== null && this.#replay.end === now) this.#link(linked, plain);
      return now + plain.cycles <= until ? plain : null;
    }
    const [plainLength, plainHash] = [plain === null ? key.length : 0, key.hash];
    key.addDue(controller);
    const due = this.#memo.find(key);
    if (due !== null) return now + due.cycles <= until ? due : null;
    // A state that is met once may never be met again; the second time it is worth the memory.
    const again = this.#memo.metAgain(key.hash);
    if (!this.#memo.metAgain(plainHash) && !again) {
      this.#recorder.stop();
      return null;
    }
    if (this.#recorded.length < key.length) this.#recorded = new Int32Array(key.values.length);
    this.#recorded.set(key.values.subarray(0, key.length));
    this.#dueLength = key.length;
    this.#dueHash = key.hash;
    this.#plainLength = plainLength;
    this.#plainHash = plainHash;
    this.#recordEnd = controller.accepted + RUN_BURSTS;
    this.#recordUntil = until;
    this.#recorder.start(burst, key.row);
    return null;
  }

  /** The link from the run just replayed to the one from `burst` on; null where there is none, which then may be made. */
  #linkTo(burst: number): RunLink | null {
    const { links } = this.#replay.run!;
    if (links === null || !this.#place.usable) return null;
    const place = this.#place;
    place.find(this.#controller, burst);
    const row = place.row ^ this.#replay.row;
    for (let i = 0; i < links.length; i++) {
      const link = links[i]!;
      if (link.bank === place.bank && link.row === row && link.open === place.open) return link;
    }
    this.#linkedFrom = this.#replay.run;
    return null;
  }

  /** Notes that `run`, looked up in full, comes right after `before`, at the place that `#linkTo` did not find. */
  #link(before: Run, run: Run): void {
    if (before.links!.length === LINKS || run.links === null || run.refresh !== null) return;
    const counter = this.#latency;
    counter.sum = 0;
    for (let i = 0; i < run.waiting; i++) {
      const arrival = before.numbers[before.leftAt + before.left + i]!;
      counter.add(before.cycles + run.numbers[run.waitingAt + i]! - arrival);
    }
    const latencies = new Int32Array(2 * run.waiting);
    before.links!.push({
      bank: this.#place.bank,
      row: this.#place.row ^ this.#replay.row,
      open: this.#place.open,
      run,
      latencySum: counter.sum,
      latencies: latencies.slice(0, counter.take(latencies, 0)),
    });
  }

  /** A burst has been accepted, and the controller stands right behind that: perhaps the last one of a run being recorded. */
  accepted(): void {
    if (this.#controller.log === null || this.#controller.accepted !== this.#recordEnd) return;
    const { refreshed } = this.#recorder;
    const length = refreshed ? this.#dueLength : this.#plainLength;
    const alone = this.#controller.now <= this.#recordUntil;
    const run = length === 0 || !alone ? null : this.#recorder.finish(this.#recorded, length);
    if (run !== null) this.#memo.add(refreshed ? this.#dueHash : this.#plainHash, run);
    this.#recorder.stop();
  }

  /** Something else may happen now: gives up a recording. */
  interrupt(): void {
    this.#recorder.stop();
  }

  /** The first burst from `burst` on that waits to be written. */
  #nextWrite(burst: number): number {
    const { writes } = this.#controller;
    let next = Infinity;
    for (let entry = writes.first; entry >= 0; entry = writes.nextOf(entry)) {
      const at = writes.burstOf(entry);
      if (at >= burst && at < next) next = at;
    }
    return next;
  }
}
