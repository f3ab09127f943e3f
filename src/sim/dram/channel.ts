/**
 * One channel as the DMA streams see it: every stream has a queue of transfers here, whose bursts are made one by one as
 * the controller has room, in order within the stream; streams with a burst ready and room for it take turns, one request
 * a cycle. A write to a burst that a queued read has still to fetch waits until that read has been sent.
 *
 * Units: cycles, burst indices within the channel. The order of things within a cycle: controller.ts.
 */
import { RD } from './commands.ts';
import type { Controller, ReadObserver } from './controller.ts';
import { StreamReuse, type ReusePool } from './reuse/stream-reuse.ts';

/** The bursts of one transfer that lie in one channel: consecutive ones. */
export interface Part {
  /** Index of the transfer in the system's tables. */
  readonly transfer: number;
  readonly write: boolean;
  /** First cycle at which a burst may be accepted. */
  readonly start: number;
  nextBurst: number;
  /** Bursts not yet accepted. */
  left: number;
  /** Reads accepted whose RD has not been sent. */
  waiting: number;
  /** Latest end of a burst so far. */
  end: number;
}

/** Told when all bursts of a part are done: data of reads off the bus, writes accepted. */
export type PartObserver = (transfer: number, cycle: number) => void;
/** Sees every accepted request. */
export type AcceptObserver = (cycle: number, write: boolean, burst: number) => void;

export class Channel {
  readonly controller: Controller;
  readonly #queues: Part[][];
  readonly #byTransfer: (Part | undefined)[] = [];
  readonly #onDone: PartObserver;
  readonly #onAccept: AcceptObserver | undefined;
  /** By stream: RDs sent when its write was last found to wait for a read, else −1. */
  readonly #blockedAt: Float64Array;
  /** By stream: first cycle after that wait. */
  readonly #clearFrom: Float64Array;
  /** Null: every burst is simulated. */
  readonly #reuse: StreamReuse | null;
  #parts = 0;
  #writeParts = 0;
  #nextAccept = 0;
  #turn = 0;

  constructor(
    makeController: (onRead: ReadObserver) => Controller,
    streams: number,
    onDone: PartObserver,
    onAccept?: AcceptObserver,
    pool?: ReusePool,
  ) {
    this.controller = makeController((transfer, end) => this.#readSent(transfer, end));
    this.#queues = Array.from({ length: streams }, () => []);
    this.#blockedAt = new Float64Array(streams).fill(-1);
    this.#clearFrom = new Float64Array(streams);
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
    this.#queues[stream]!.push(part);
    this.#byTransfer[part.transfer] = part;
    this.#parts++;
    if (part.write) this.#writeParts++;
  }

  /** A cycle before which `transfer` cannot be done in this channel, given what is queued now; 0 when it is or has no part here. */
  earliestEnd(transfer: number): number {
    const part = this.#byTransfer[transfer];
    if (part === undefined) return 0;
    const { now, burstCycles, readCycles } = this.controller;
    const from = Math.max(now, part.start);
    if (part.write) return from + part.left;
    const answered = this.#answeredAtMost(part);
    const reads = part.left - answered + part.waiting;
    const all = reads === 0 ? 0 : (part.waiting === 0 ? from : now) + (reads - 1) * burstCycles + readCycles;
    return part.left === 0 ? all : Math.max(from + part.left, all);
  }

  /** How many reads of a part may be answered at once, one a cycle, by writes that wait or may yet come. */
  #answeredAtMost(part: Part): number {
    const { writes } = this.controller;
    const end = part.nextBurst + part.left;
    if (this.#writeParts > 0) {
      for (const queue of this.#queues) {
        for (const other of queue) {
          const overlaps = other.nextBurst < end && other.nextBurst + other.left > part.nextBurst;
          if (other.write && overlaps) return part.left;
        }
      }
    }
    let count = 0;
    for (let entry = writes.first; entry >= 0; entry = writes.after[entry]!) {
      const burst = writes.burst[entry]!;
      if (burst >= part.nextBurst && burst < end) count++;
    }
    return count;
  }

  /** Simulates all cycles before `until`. */
  run(until: number): void {
    const controller = this.controller;
    if (this.#parts === 0) {
      controller.run(until, false);
      return;
    }
    for (;;) {
      let best = until;
      let stream = -1;
      let blocked = false;
      const streams = this.#queues.length;
      for (let i = 0; i < streams; i++) {
        const s = this.#turn + i < streams ? this.#turn + i : this.#turn + i - streams;
        const part = this.#queues[s]![0];
        if (part === undefined) continue;
        const queue = part.write ? controller.writes : controller.reads;
        if (queue.size === queue.capacity || this.#waitsForRead(s)) {
          blocked = true;
          continue;
        }
        const room = part.write ? controller.writeRoomFrom : controller.readRoomFrom;
        const at = Math.max(this.#nextAccept, part.start, room, this.#clearFrom[s]!);
        if (at < best) {
          best = at;
          stream = s;
        }
      }
      if (controller.run(stream < 0 ? until : best + 1, blocked)) continue;
      if (stream < 0) {
        this.#reuse?.interrupt();
        return;
      }
      this.#accept(stream, best);
      if (this.#reuse !== null) this.#reuseRuns(this.#reuse, stream, until);
    }
  }

  /** Sends all waiting writes; nothing else is queued. */
  drain(): void {
    while (this.controller.writes.size > 0) this.controller.run(Infinity, true);
  }

  /** After an acceptance: if a run of reads begins here, follows the runs that are known. */
  #reuseRuns(reuse: StreamReuse, stream: number, until: number): void {
    const queue = this.#queues[stream]!;
    reuse.accepted();
    for (;;) {
      const part = queue[0];
      if (part === undefined || part.write || !reuse.fits(part.nextBurst, part.left)) return;
      if (this.#blockedAt[stream]! >= 0) return;
      const limit = queue.length === this.#parts ? until : Math.min(until, this.#othersFrom(stream));
      const from = Math.max(this.#nextAccept, part.start, this.#clearFrom[stream]!);
      const bursts = reuse.follow(part.nextBurst, part.left, part.transfer, from, limit);
      if (bursts === 0) return;
      part.nextBurst += bursts;
      part.left -= bursts;
      part.waiting += bursts - reuse.ownSent;
      if (reuse.ownEnd > part.end) part.end = reuse.ownEnd;
      this.#nextAccept = this.controller.now;
      if (part.left === 0) this.#sentAll(stream, part);
    }
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

  #waitsForRead(stream: number): boolean {
    const at = this.#blockedAt[stream]!;
    if (at < 0) return false;
    if (at === this.controller.sent[RD]) return true;
    this.#blockedAt[stream] = -1;
    this.#clearFrom[stream] = this.controller.now;
    return false;
  }

  #accept(stream: number, cycle: number): void {
    const part = this.#queues[stream]![0]!;
    const burst = part.nextBurst;
    if (part.write && this.controller.mustFollowRead(burst)) {
      this.#blockedAt[stream] = this.controller.sent[RD]!;
      return;
    }
    const queued = this.controller.accept(cycle, part.write, burst, part.transfer);
    this.#onAccept?.(cycle, part.write, burst);
    this.#nextAccept = cycle + 1;
    this.#turn = stream + 1 === this.#queues.length ? 0 : stream + 1;
    part.nextBurst++;
    part.left--;
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

  #readSent(transfer: number, end: number): void {
    const part = this.#byTransfer[transfer]!;
    part.waiting--;
    if (end > part.end) part.end = end;
    if (part.left === 0 && part.waiting === 0) this.#done(part);
  }

  #done(part: Part): void {
    this.#byTransfer[part.transfer] = undefined;
    this.#onDone(part.transfer, part.end);
  }
}
