/**
 * One channel as the DMA streams see it: every stream has a queue of transfers here, whose bursts are made one by one as
 * the controller has room, in order within the stream; streams with a burst ready and room for it take turns, one request
 * a cycle. A write to a burst that a queued read has still to fetch waits until that read has been sent.
 *
 * Units: cycles, burst indices within the channel. The order of things within a cycle: controller.ts.
 */
import { RD } from './commands.ts';
import type { Controller, ReadObserver } from './controller.ts';

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
  #parts = 0;
  #writeParts = 0;
  #nextAccept = 0;
  #turn = 0;

  constructor(
    makeController: (onRead: ReadObserver) => Controller,
    streams: number,
    onDone: PartObserver,
    onAccept?: AcceptObserver,
  ) {
    this.controller = makeController((transfer, end) => this.#readSent(transfer, end));
    this.#queues = Array.from({ length: streams }, () => []);
    this.#blockedAt = new Float64Array(streams).fill(-1);
    this.#clearFrom = new Float64Array(streams);
    this.#onDone = onDone;
    this.#onAccept = onAccept;
  }

  /** Queues a part behind those of the same stream. `start` is not before the cycles already simulated. */
  add(stream: number, part: Part): void {
    this.#queues[stream]!.push(part);
    this.#byTransfer[part.transfer] = part;
    this.#parts++;
    if (part.write) this.#writeParts++;
  }

  /** A cycle before which `transfer` cannot be done in this channel; 0 when it is or has no part here. */
  earliestEnd(transfer: number, now: number): number {
    const part = this.#byTransfer[transfer];
    if (part === undefined) return 0;
    const { burstCycles, readCycles } = this.controller;
    const from = Math.max(now, part.start);
    if (part.write) return from + part.left;
    const sent = part.waiting === 0 ? 0 : now + (part.waiting - 1) * burstCycles + readCycles;
    if (this.#writeParts > 0 || this.controller.writes.size > 0) {
      // A waiting write may answer reads at once, one a cycle.
      return part.left === 0 ? sent : Math.max(from + part.left, sent);
    }
    const all = part.left + part.waiting;
    return (part.waiting === 0 ? from : now) + (all - 1) * burstCycles + readCycles;
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
      if (stream < 0) return;
      this.#accept(stream, best);
    }
  }

  /** Sends all waiting writes; nothing else is queued. */
  drain(): void {
    while (this.controller.writes.size > 0) this.controller.run(Infinity, true);
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
    if (part.left > 0) return;
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
