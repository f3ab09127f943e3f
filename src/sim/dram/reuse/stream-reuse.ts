/**
 * Exact reuse of what a channel does in a run of consecutive reads of one stream with nothing else to serve. Such a run is
 * simulated once from each state it starts from (`RunKey`); from the same state it is not simulated but looked up.
 *
 * A run is `bursts` long and aligned to that, so that the mapping, an XOR of bits, places its bursts alike from any start.
 * Writes may wait as long as they cannot be served or answer a read of the run. A refresh may fall due in a run; it then
 * stands for itself only, with the time at which it falls due. Nothing else may enter: the caller gives the cycle up to which this is so.
 *
 * Units: cycles, burst indices within the channel.
 */
import type { AddressMap } from '../address.ts';
import type { Controller } from '../controller.ts';
import { RunRecorder } from './record.ts';
import { RunReplay } from './replay-run.ts';
import { RunKey, RunPattern } from './run-key.ts';
import { RunMemo } from './run-memo.ts';
import type { Run } from './run.ts';

/** Bursts of a run: a power of two. Short enough that parts hold several, long enough to pay for the look-up. */
const RUN_BURSTS = 64;
/** Runs kept; some kilobytes each. */
const RUNS = 16_384;

/** What the channels of one system share: they are alike, so what one has done another may use. */
export class ReusePool {
  readonly memo = new RunMemo(RUNS);
  readonly pattern: RunPattern;
  readonly hitCap: number;

  constructor(map: AddressMap, hitCap: number) {
    this.pattern = new RunPattern(map, RUN_BURSTS);
    this.hitCap = hitCap;
  }
}

export class StreamReuse {
  /** Bursts that were not simulated one by one. */
  reusedBursts = 0;
  readonly bursts = RUN_BURSTS;
  readonly #controller: Controller;
  readonly #memo: RunMemo;
  readonly #key: RunKey;
  readonly #recorder: RunRecorder;
  readonly #replay: RunReplay;
  /** The run being recorded: its key without and with the refresh that falls due; how many requests
   * the controller will have accepted at its end. */
  #plain: Int32Array | null = null;
  #plainHash = 0;
  #due: Int32Array | null = null;
  #dueHash = 0;
  #recordEnd = 0;
  /** Cycle from which on something else may enter. */
  #recordUntil = 0;

  constructor(controller: Controller, pool: ReusePool) {
    this.#controller = controller;
    this.#memo = pool.memo;
    this.#key = new RunKey(pool.pattern, pool.hitCap);
    this.#recorder = new RunRecorder(controller, RUN_BURSTS);
    this.#replay = new RunReplay(controller);
  }

  /** Whether a run may begin with `burst` of a part that has `left` bursts left. */
  fits(burst: number, left: number): boolean {
    return (burst & (RUN_BURSTS - 1)) === 0 && left >= RUN_BURSTS;
  }

  /**
   * At the beginning of a run from `burst` on, whose first read may be accepted from cycle `from` on: returns it when it is known
   * and ends by `until`. Otherwise the run that the controller now simulates is recorded.
   */
  begin(burst: number, from: number, until: number): Run | null {
    const controller = this.#controller;
    const { now, refresh } = controller;
    if (until - now < RUN_BURSTS || !controller.readsGoOn || this.#meetsWrite(burst)) return null;
    const key = this.#key;
    key.build(controller, burst, Math.max(0, from - now));
    const plain = this.#memo.find(key);
    if (plain !== null && now + plain.cycles <= refresh.nextDue)
      return now + plain.cycles <= until ? plain : null;
    this.#plain = plain === null ? key.values.slice(0, key.length) : null;
    this.#plainHash = key.hash;
    key.addDue(controller);
    const due = this.#memo.find(key);
    if (due !== null) return now + due.cycles <= until ? due : null;
    this.#due = key.values.slice(0, key.length);
    this.#dueHash = key.hash;
    this.#recordEnd = controller.accepted + RUN_BURSTS;
    this.#recordUntil = until;
    this.#recorder.start(burst, key.row);
    return null;
  }

  /** Applies a run that `begin` has returned; its reads carry `tag`. */
  apply(run: Run, burst: number, tag: number): void {
    this.#replay.apply(run, burst, this.#key.row, tag, RUN_BURSTS);
    this.reusedBursts += RUN_BURSTS;
  }

  /** A burst has been accepted, and the controller stands right behind that: perhaps the last one of a run being recorded. */
  accepted(): void {
    if (this.#controller.log === null || this.#controller.accepted !== this.#recordEnd) return;
    const { refreshed } = this.#recorder;
    const key = refreshed ? this.#due : this.#plain;
    const alone = this.#controller.now <= this.#recordUntil;
    const run = key === null || !alone ? null : this.#recorder.finish(key);
    if (run !== null) this.#memo.add(refreshed ? this.#dueHash : this.#plainHash, run);
    this.#recorder.stop();
  }

  /** Something else may happen now: gives up a recording. */
  interrupt(): void {
    this.#recorder.stop();
  }

  #meetsWrite(burst: number): boolean {
    const { writes } = this.#controller;
    for (let entry = writes.first; entry >= 0; entry = writes.after[entry]!) {
      const at = writes.burst[entry]! - burst;
      if (at >= 0 && at < RUN_BURSTS) return true;
    }
    return false;
  }
}
