/**
 * What holds up the writes of each stream of a channel: a write to a burst that a queued read has still to fetch waits until that
 * read has been sent; and how many of them are still to take a place of the write queue.
 *
 * Units: cycles, bursts.
 */
import { RD } from './commands.ts';
import type { Controller } from './controller.ts';
import type { Part } from './part.ts';
import { mayMerge } from './part-end.ts';

export class StreamWrites {
  /** By stream: first cycle after it last waited for a read. */
  readonly clearFrom: Float64Array;
  readonly #controller: Controller;
  /** By stream: RDs sent when its write was last found to wait for a read, else −1. */
  readonly #blockedAt: Float64Array;
  /** By stream: writes queued and accepted so far. */
  readonly #queued: Float64Array;
  readonly #accepted: Float64Array;
  /** Whether writes that are still to be accepted may be merged with others. */
  #mayMerge = false;
  /** Every write that is queued in a part, or waits, is of a burst from `#lowest` on before `#end`. */
  #lowest = Infinity;
  #end = 0;

  constructor(controller: Controller, streams: number) {
    this.#controller = controller;
    this.clearFrom = new Float64Array(streams);
    this.#blockedAt = new Float64Array(streams).fill(-1);
    this.#queued = new Float64Array(streams);
    this.#accepted = new Float64Array(streams);
  }

  /** A write part is queued behind those of `queues`; `first`: it is the only one. */
  add(part: Part, queues: readonly (readonly Part[])[], first: boolean): void {
    part.through = this.#queued[part.stream]! += part.left;
    const { writes } = this.#controller;
    if (first) {
      this.#mayMerge = false;
      if (writes.size === 0) {
        this.#lowest = Infinity;
        this.#end = 0;
      }
    }
    this.#mayMerge ||= this.mayMeet(part) && mayMerge(part, queues, writes);
    this.#lowest = Math.min(this.#lowest, part.nextBurst);
    this.#end = Math.max(this.#end, part.nextBurst + part.left);
  }

  /** Whether a part may have a burst in common with a write that waits or is still to be accepted: false is certain. */
  mayMeet({ nextBurst, left }: Part): boolean {
    return nextBurst < this.#end && nextBurst + left > this.#lowest;
  }

  accepted(stream: number, bursts: number): void {
    this.#accepted[stream]! += bursts;
  }

  /** Of the writes of a part and those before it in its stream, those that are sure to take a place of their own. */
  distinct({ through, stream }: Part): number {
    return this.#mayMerge ? 0 : through - this.#accepted[stream]!;
  }

  /** The stream's next write waits for a queued read. */
  block(stream: number): void {
    this.#blockedAt[stream] = this.#controller.sent[RD]!;
  }

  isBlocked(stream: number): boolean {
    return this.#blockedAt[stream]! >= 0;
  }

  /** Whether the stream waits until another read has been sent. */
  waits(stream: number): boolean {
    const at = this.#blockedAt[stream]!;
    if (at < 0) return false;
    if (at === this.#controller.sent[RD]) return true;
    this.#blockedAt[stream] = -1;
    this.clearFrom[stream] = this.#controller.now;
    return false;
  }
}
