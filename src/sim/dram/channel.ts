/**
 * One channel as the DMA streams see it: every stream has a queue of transfers here, whose bursts are made one by one as
 * the controller has room, in order within the stream; streams with a burst ready and room for it take turns, one request
 * a cycle. A write to a burst that a queued read has still to fetch waits until that read has been sent.
 *
 * Units: cycles, burst indices within the channel. The order of things within a cycle: controller.ts.
 */
import type { Controller, ReadObserver, RefreshObserver } from './controller.ts';
import { accountFor, goesOn, readsOf, tagOf, type Part, type PartObserver } from './part.ts';
import { earliestEnd } from './part-end.ts';
import { Reports } from './reports.ts';
import { Ahead } from './reuse/ahead.ts';
import { StreamReuse, type ReusePool } from './reuse/stream-reuse.ts';
import { StreamQueues } from './stream-queues.ts';
import { StreamWrites } from './stream-writes.ts';

/** Sees every accepted request. */
export type AcceptObserver = (cycle: number, write: boolean, burst: number) => void;

export class Channel {
  readonly controller: Controller;
  readonly #queues: StreamQueues;
  readonly #reports: Reports;
  readonly #onAccept: AcceptObserver | undefined;
  readonly #writes: StreamWrites;
  /** Null: every burst is simulated. */
  readonly #reuse: StreamReuse | null;
  readonly #ahead: Ahead;
  #nextAccept = 0;
  #turn = 0;
  /** The stream of which a burst was accepted last. */
  #last = -1;

  constructor(
    makeController: (onRead: ReadObserver, onRefresh: RefreshObserver) => Controller,
    streams: number,
    onDone: PartObserver,
    onAccept?: AcceptObserver,
    pool?: ReusePool,
    onRefresh?: RefreshObserver,
  ) {
    const reports = new Reports(onDone, onRefresh);
    this.controller = makeController(
      (tag, end, reads) => reports.readSent(tag, end, reads),
      (cycle, command, bank) => reports.refreshSent(cycle, command, bank),
    );
    reports.readCycles = this.controller.readCycles;
    this.#reports = reports;
    this.#ahead = new Ahead(this.controller);
    this.#queues = new StreamQueues(streams);
    this.#writes = new StreamWrites(this.controller, streams);
    this.#onAccept = onAccept;
    this.#reuse =
      pool === undefined || onAccept !== undefined ? null : new StreamReuse(this.controller, pool);
  }

  /** Bursts that were looked up instead of simulated. */
  get reusedBursts(): number {
    return this.#reuse?.reusedBursts ?? 0;
  }

  /** Queues a part behind those of the same stream. `start` is not before the cycles already simulated. */
  add(stream: number, part: Part): void {
    if (stream !== this.#ahead.stream) {
      if (part.start < this.controller.now) this.settle();
      this.#reuse?.interrupt();
    } else this.#ahead.add(part);
    if (part.write) this.#writes.add(part, this.#queues.lists, this.#queues.writeParts === 0);
    this.#queues.push(stream, part);
    this.#reports.add(part);
  }

  /** A cycle before which `transfer` cannot be done in this channel, given what is queued now; 0 when it is or has no part here. */
  earliestEnd(transfer: number): number {
    const part = this.#reports.partOf(transfer);
    if (part === undefined) return 0;
    const writers = this.#writes.mayMeet(part) ? this.#queues.writers : null;
    return earliestEnd(part, this.controller, this.#writes.distinct(part), writers);
  }

  /** Simulates all cycles before `until`. The controller may then be further, see `settle`. */
  run(until: number): void {
    this.#reports.until = until;
    this.#reports.tellHeld();
    if (this.controller.now <= until) {
      this.#ahead.active = false;
      this.#goOn(until, true);
    }
    this.#reports.ran = until;
  }

  /** Takes the controller to where `run` was told to go, and no further. */
  settle(): void {
    const { ran } = this.#reports;
    if (!this.#ahead.active || this.controller.now <= ran) {
      this.#reuse?.settle();
      return;
    }
    const { queue, waiting, nextAccept, turn } = this.#ahead.rewind();
    this.#reuse!.forget();
    this.#reports.forgetHeld();
    for (const part of [...waiting, ...queue]) if (!part.told) this.#reports.add(part);
    this.#queues.replace(this.#ahead.stream, queue);
    this.#nextAccept = nextAccept;
    this.#turn = turn;
    this.#reports.until = ran;
    this.#goOn(ran, false);
    this.#reuse!.settle();
  }

  /** Simulates up to `until`, first by runs that are known if the stream last followed goes on. */
  #goOn(until: number, ahead: boolean): void {
    if (this.#followRuns(this.#ahead.stream, until, ahead)) this.#simulate(until, ahead);
  }

  /** Follows the runs of a stream, if there is one, that are known; returns whether something is left to be simulated. */
  #followRuns(stream: number, until: number, ahead: boolean): boolean {
    if (this.#reuse === null) return true;
    if (stream >= 0) this.#reuseRuns(this.#reuse, stream, until, ahead);
    if (this.controller.now > until) return false;
    this.#reuse.settle();
    return true;
  }

  #simulate(until: number, ahead: boolean): void {
    const controller = this.controller;
    if (this.#queues.parts === 0) {
      controller.pipe.drain(until);
      controller.run(until, false);
      return;
    }
    const queues = this.#queues.lists;
    const { reads, writes } = controller;
    let stream = this.#last;
    for (;;) {
      if (stream >= 0 && !this.#pourRuns(stream, until, ahead)) return;
      let best = until;
      let blocked = false;
      stream = -1;
      let s = this.#turn;
      for (let i = 0; i < queues.length; i++, s = this.#queues.after(s)) {
        const queued = queues[s]!;
        if (queued.length === 0) continue;
        const part = queued[0]!;
        const queue = part.write ? writes : reads;
        if (queue.size === queue.capacity || this.#writes.waits(s)) {
          blocked = true;
          continue;
        }
        const at = this.#acceptFrom(s, part);
        if (at < best) {
          best = at;
          stream = s;
        }
      }
      if (!blocked) controller.pipe.drain(best);
      if (controller.run(stream < 0 ? until : best + 1, blocked)) {
        stream = -1;
        continue;
      }
      if (stream < 0) return;
      this.#last = stream;
      const { write } = queues[stream]![0]!;
      this.#accept(stream, best);
      if (!write && !this.#followRuns(stream, until, ahead)) return;
    }
  }

  /** `#pour`, and the runs of reads that begin in between; returns whether something is left to be simulated. */
  #pourRuns(stream: number, until: number, ahead: boolean): boolean {
    for (;;) {
      if (!this.#pour(stream, until)) return true;
      if (!this.#followRuns(stream, until, ahead)) return false;
    }
  }

  /**
   * The same as `#simulate` as long as the part at the head of `stream` is the only one whose bursts can be accepted: no turn to give
   * then. Others have not begun before `until`, or are of the other kind and wait for room, until one of that kind is sent.
   * Returns true where a run of reads may begin.
   */
  #pour(stream: number, until: number): boolean {
    const controller = this.controller;
    const part = this.#queues.head(stream);
    if (part === undefined || this.#writes.isBlocked(stream)) return false;
    const { write } = part;
    const own = write ? controller.writes : controller.reads;
    const other = write ? controller.reads : controller.writes;
    // Those of the other kind wait for room: until one of that kind is sent.
    const blocked = other.size === other.capacity;
    const limit = Math.min(until, this.#queues.othersFrom(stream, blocked ? write : undefined));
    if (limit <= controller.now) return false;
    for (;;) {
      if (own.size === own.capacity) {
        if (this.#followHits(stream, part, limit)) {
          if (part.left === 0) return !write;
          if (!write && this.#reuse?.fits(part.nextBurst, part.left)) return true;
        }
        if (!controller.step(limit)) return false;
        if (blocked && other.size < other.capacity) return false;
        if (own.size === own.capacity) continue;
      }
      const at = this.#acceptFrom(stream, part);
      if (at >= limit) return false;
      if (controller.run(at + 1, blocked) && other.size < other.capacity) return false;
      if (controller.now <= at) continue;
      this.#accept(stream, at);
      if (part.left === 0) return !write;
      if (write && this.#writes.isBlocked(stream)) return false;
      if (!write && this.#reuse?.fits(part.nextBurst, part.left)) return true;
    }
  }

  /** First cycle at which the next burst of the part at the head of a stream may be accepted, whose queue has room. */
  #acceptFrom(stream: number, part: Part): number {
    let at = part.write ? this.controller.writeRoomFrom : this.controller.readRoomFrom;
    const clear = this.#writes.clearFrom[stream]!;
    if (this.#nextAccept > at) at = this.#nextAccept;
    if (part.start > at) at = part.start;
    return clear > at ? clear : at;
  }

  /** The steady state of a full queue, see `hit-pipe.ts`. Returns whether bursts of the part have been accepted. */
  #followHits(stream: number, part: Part, limit: number): boolean {
    const { write, nextBurst, left } = part;
    if (this.#onAccept !== undefined || this.#acceptFrom(stream, part) > this.controller.now + 1)
      return false;
    const most = write || this.#reuse === null ? left : Math.min(left, this.#reuse.untilFits(nextBurst));
    const bursts = this.controller.pipe.follow(write, nextBurst, most, tagOf(part), limit);
    if (bursts === 0) return false;
    accountFor(part, bursts, write ? bursts : 0, write ? this.controller.now : 0);
    this.#accepted(stream, part, bursts);
    return true;
  }

  /** Sends all waiting writes; nothing else is queued. */
  drain(): void {
    this.settle();
    this.#ahead.drop();
    while (this.controller.writes.size > 0) this.controller.run(Infinity, true);
  }

  /** If a run of reads of `stream` begins here, follows the runs that are known, with `ahead` beyond `until`. */
  #reuseRuns(reuse: StreamReuse, stream: number, until: number, ahead: boolean): void {
    const queue = this.#queues.lists[stream]!;
    this.#ahead.active = false;
    for (;;) {
      const part = queue[0];
      if (part === undefined || part.write || this.#writes.isBlocked(stream)) return;
      const from = Math.max(this.#nextAccept, part.start, this.#writes.clearFrom[stream]!);
      const next = goesOn(part, queue[1], from) ? queue[1]! : null;
      if (!reuse.fits(part.nextBurst, part.left + (next === null ? 0 : next.left))) return;
      let limit = ahead ? Infinity : until;
      if (queue.length < this.#queues.parts) limit = Math.min(limit, this.#queues.othersFrom(stream));
      if (limit > until && !this.#ahead.active && !this.#ahead.goesOn(stream)) {
        reuse.settle();
        this.#ahead.begin(stream, queue, this.#nextAccept, this.#turn, (tag) => this.#reports.partOf(tag)!);
      }
      const bursts = reuse.follow(readsOf(part), next === null ? null : readsOf(next), from, limit);
      if (bursts === 0) return;
      const own = Math.min(bursts, part.left);
      if (next !== null && bursts > own) accountFor(next, bursts - own, reuse.nextSent, reuse.nextEnd);
      accountFor(part, own, reuse.ownSent, reuse.ownEnd);
      this.#nextAccept = this.controller.now;
      this.#turn = this.#queues.after(stream);
      if (part.left === 0) this.#sentAll(stream, part);
      if (next !== null && next.left === 0) this.#sentAll(stream, next);
    }
  }

  #accept(stream: number, cycle: number): void {
    const part = this.#queues.head(stream)!;
    const burst = part.nextBurst;
    if (part.write && this.controller.mustFollowRead(burst)) {
      this.#writes.block(stream);
      return;
    }
    const waits = this.controller.accept(cycle, part.write, burst, tagOf(part)) && !part.write;
    this.#onAccept?.(cycle, part.write, burst);
    accountFor(part, 1, waits ? 0 : 1, waits ? 0 : cycle + 1);
    this.#accepted(stream, part, 1);
  }

  /** Bursts of the part at the head of a stream have been accepted, the last in the cycle before now. */
  #accepted(stream: number, part: Part, bursts: number): void {
    this.#nextAccept = this.controller.now;
    this.#turn = this.#queues.after(stream);
    if (part.write || stream !== this.#ahead.stream) this.#ahead.drop();
    if (part.write) this.#writes.accepted(stream, bursts);
    if (part.left === 0) this.#sentAll(stream, part);
    this.#reuse?.accepted();
  }

  /** All bursts of the part at the head of a stream have been accepted. */
  #sentAll(stream: number, part: Part): void {
    this.#queues.shift(stream);
    if (part.waiting === 0) this.#reports.done(part);
  }
}
