/**
 * One channel as the DMA streams see it: every stream has a queue of transfers here, whose bursts are made one by one as
 * the controller has room, in order within the stream; streams with a burst ready and room for it take turns, one request
 * a cycle. A write to a burst that a queued read has still to fetch waits until that read has been sent.
 *
 * Units: cycles, burst indices within the channel. The order of things within a cycle: controller.ts.
 */
import type { Controller, ReadObserver, RefreshObserver } from './controller.ts';
import { accountFor, goesOn, readsOf, tagOf, UNTRACKED, type Part, type PartObserver } from './part.ts';
import { earliestEnd } from './part-end.ts';
import { Ahead } from './reuse/ahead.ts';
import { StreamReuse, type ReusePool } from './reuse/stream-reuse.ts';
import { StreamWrites } from './stream-writes.ts';

/** Sees every accepted request. */
export type AcceptObserver = (cycle: number, write: boolean, burst: number) => void;

const NO_QUEUES: readonly Part[][] = [];

export class Channel {
  readonly controller: Controller;
  readonly #queues: Part[][];
  readonly #byTransfer: (Part | undefined)[] = [];
  readonly #onDone: PartObserver;
  readonly #onAccept: AcceptObserver | undefined;
  readonly #writes: StreamWrites;
  readonly #onRefresh: RefreshObserver | undefined;
  /** Null: every burst is simulated. */
  readonly #reuse: StreamReuse | null;
  readonly #ahead: Ahead;
  /** What happens before this cycle is told; what happened before `#ran` has been. */
  #until = 0;
  #ran = 0;
  #parts = 0;
  #writeParts = 0;
  #nextAccept = 0;
  #turn = 0;

  constructor(
    makeController: (onRead: ReadObserver, onRefresh: RefreshObserver) => Controller,
    streams: number,
    onDone: PartObserver,
    onAccept?: AcceptObserver,
    pool?: ReusePool,
    onRefresh?: RefreshObserver,
  ) {
    this.controller = makeController(
      (tag, end) => this.#readSent(tag, end),
      (cycle, command, bank) => this.#refreshSent(cycle, command, bank),
    );
    this.#ahead = new Ahead(this.controller);
    this.#onRefresh = onRefresh;
    this.#queues = Array.from({ length: streams }, () => []);
    this.#writes = new StreamWrites(this.controller, streams);
    this.#onDone = onDone;
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
    if (part.write) this.#writes.add(part, this.#queues, this.#writeParts === 0);
    this.#queues[stream]!.push(part);
    this.#byTransfer[part.transfer] = part;
    this.#parts++;
    if (part.write) this.#writeParts++;
  }

  /** A cycle before which `transfer` cannot be done in this channel, given what is queued now; 0 when it is or has no part here. */
  earliestEnd(transfer: number): number {
    const part = this.#byTransfer[transfer];
    if (part === undefined) return 0;
    const writers = this.#writeParts > 0 ? this.#queues : NO_QUEUES;
    return earliestEnd(part, this.controller, this.#writes.distinct(part), writers);
  }

  /** Simulates all cycles before `until`. The controller may then be further, see `settle`. */
  run(until: number): void {
    const { controller } = this;
    this.#until = until;
    this.#tellHeld();
    if (controller.now <= until) {
      this.#ahead.active = false;
      this.#goOn(until, true);
    }
    this.#ran = until;
  }

  /** Takes the controller to where `run` was told to go, and no further. */
  settle(): void {
    if (!this.#ahead.active || this.controller.now <= this.#ran) {
      this.#reuse?.settle();
      return;
    }
    const { queue, waiting, nextAccept, turn } = this.#ahead.rewind();
    this.#reuse!.forget();
    for (const part of [...waiting, ...queue]) if (!part.told) this.#byTransfer[part.transfer] = part;
    this.#queues[this.#ahead.stream] = queue;
    this.#parts = this.#queues.reduce((sum, parts) => sum + parts.length, 0);
    this.#nextAccept = nextAccept;
    this.#turn = turn;
    this.#until = this.#ran;
    this.#goOn(this.#ran, false);
    this.#reuse!.settle();
  }

  /** Simulates up to `until`, first by runs that are known if the stream last followed goes on. */
  #goOn(until: number, ahead: boolean): void {
    const reuse = this.#reuse;
    if (reuse !== null) {
      if (this.#ahead.stream >= 0) this.#reuseRuns(reuse, this.#ahead.stream, until, ahead);
      if (this.controller.now > until) return;
      reuse.settle();
    }
    this.#simulate(until, ahead);
  }

  #simulate(until: number, ahead: boolean): void {
    const controller = this.controller;
    if (this.#parts === 0) {
      controller.run(until, false);
      return;
    }
    const queues = this.#queues;
    const streams = queues.length;
    const { reads, writes } = controller;
    const { clearFrom } = this.#writes;
    for (;;) {
      let best = until;
      let stream = -1;
      let isWrite = false;
      let blocked = false;
      let s = this.#turn;
      for (let i = 0; i < streams; i++, s = s + 1 === streams ? 0 : s + 1) {
        const queued = queues[s]!;
        if (queued.length === 0) continue;
        const part = queued[0]!;
        const { write } = part;
        const queue = write ? writes : reads;
        if (queue.size === queue.capacity || this.#writes.waits(s)) {
          blocked = true;
          continue;
        }
        let at = write ? controller.writeRoomFrom : controller.readRoomFrom;
        if (this.#nextAccept > at) at = this.#nextAccept;
        if (part.start > at) at = part.start;
        if (clearFrom[s]! > at) at = clearFrom[s]!;
        if (at < best) {
          best = at;
          stream = s;
          isWrite = write;
        }
      }
      if (controller.run(stream < 0 ? until : best + 1, blocked)) continue;
      if (stream < 0) return;
      this.#accept(stream, best);
      if (this.#reuse === null) continue;
      this.#reuse.accepted();
      if (isWrite) continue;
      this.#reuseRuns(this.#reuse, stream, until, ahead);
      if (controller.now > until) return;
      this.#reuse.settle();
    }
  }

  /** Sends all waiting writes; nothing else is queued. */
  drain(): void {
    this.settle();
    this.#ahead.drop();
    while (this.controller.writes.size > 0) this.controller.run(Infinity, true);
  }

  /** If a run of reads of `stream` begins here, follows the runs that are known, with `ahead` beyond `until`. */
  #reuseRuns(reuse: StreamReuse, stream: number, until: number, ahead: boolean): void {
    const queue = this.#queues[stream]!;
    this.#ahead.active = false;
    for (;;) {
      const part = queue[0];
      if (part === undefined || part.write || this.#writes.isBlocked(stream)) return;
      const from = Math.max(this.#nextAccept, part.start, this.#writes.clearFrom[stream]!);
      const next = goesOn(part, queue[1], from) ? queue[1]! : null;
      if (!reuse.fits(part.nextBurst, part.left + (next === null ? 0 : next.left))) return;
      let limit = ahead ? Infinity : until;
      if (queue.length < this.#parts) limit = Math.min(limit, this.#othersFrom(stream));
      if (limit > until && !this.#ahead.active && !this.#ahead.goesOn(stream)) {
        reuse.settle();
        this.#ahead.begin(stream, queue, this.#nextAccept, this.#turn, (tag) => this.#byTransfer[tag]!);
      }
      const bursts = reuse.follow(readsOf(part), next === null ? null : readsOf(next), from, limit);
      if (bursts === 0) return;
      const own = Math.min(bursts, part.left);
      if (next !== null && bursts > own) accountFor(next, bursts - own, reuse.nextSent, reuse.nextEnd);
      accountFor(part, own, reuse.ownSent, reuse.ownEnd);
      this.#nextAccept = this.controller.now;
      this.#turn = this.#after(stream);
      if (part.left === 0) this.#sentAll(stream, part);
      if (next !== null && next.left === 0) this.#sentAll(stream, next);
    }
  }

  /** Whose turn it is when `stream` has had its. */
  #after(stream: number): number {
    return stream + 1 === this.#queues.length ? 0 : stream + 1;
  }

  /** First cycle at which another stream may have a request. */
  #othersFrom(stream: number): number {
    let from = Infinity;
    for (let s = 0; s < this.#queues.length; s++) {
      const part = this.#queues[s]![0];
      if (s !== stream && part !== undefined && part.start < from) from = part.start;
    }
    return from;
  }

  #accept(stream: number, cycle: number): void {
    const part = this.#queues[stream]![0]!;
    const burst = part.nextBurst;
    if (part.write && this.controller.mustFollowRead(burst)) {
      this.#writes.block(stream);
      return;
    }
    const tag = tagOf(part);
    const queued = this.controller.accept(cycle, part.write, burst, tag);
    this.#onAccept?.(cycle, part.write, burst);
    this.#nextAccept = cycle + 1;
    this.#turn = this.#after(stream);
    if (part.write || stream !== this.#ahead.stream) this.#ahead.drop();
    part.nextBurst++;
    part.left--;
    if (part.write) this.#writes.accepted(stream);
    if (queued && !part.write) part.waiting++;
    else if (part.end < cycle + 1) part.end = cycle + 1;
    if (part.left === 0) this.#sentAll(stream, part);
  }

  /** All bursts of the part at the head of a stream have been accepted. */
  #sentAll(stream: number, part: Part): void {
    this.#queues[stream]!.shift();
    this.#parts--;
    if (part.write) this.#writeParts--;
    if (part.waiting === 0) this.#done(part);
  }

  #readSent(tag: number, end: number): void {
    if (tag === UNTRACKED) return;
    const part = this.#byTransfer[tag]!;
    part.waiting--;
    if (end > part.end) part.end = end;
    if (part.left === 0 && part.waiting === 0) this.#done(part);
  }

  #refreshSent(cycle: number, command: number, bank: number): void {
    if (cycle < this.#ran) return;
    if (cycle < this.#until) this.#onRefresh?.(cycle, command, bank);
    else this.#ahead.refreshes.push({ cycle, command, bank });
  }

  #done(part: Part): void {
    if (part.told) return;
    if (this.#isAhead(part)) this.#ahead.parts.push(part);
    else this.#tell(part);
  }

  /** Whether the last read of a part that is done is sent after what may be told. */
  #isAhead(part: Part): boolean {
    return !part.write && part.end - this.controller.readCycles >= this.#until;
  }

  #tell(part: Part): void {
    part.told = true;
    this.#byTransfer[part.transfer] = undefined;
    this.#onDone(part.transfer, part.end);
  }

  /** Tells what was held back and may be told now. */
  #tellHeld(): void {
    const { parts, refreshes } = this.#ahead;
    while (refreshes.length > 0 && refreshes[0]!.cycle < this.#until) {
      const { cycle, command, bank } = refreshes.shift()!;
      this.#onRefresh?.(cycle, command, bank);
    }
    for (let i = 0; i < parts.length;) {
      if (this.#isAhead(parts[i]!)) i++;
      else this.#tell(parts.splice(i, 1)[0]!);
    }
  }
}
