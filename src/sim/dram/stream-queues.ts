/** The parts that the streams of a channel have queued, each stream's in its order. Units: cycles. */
import type { Part } from './part.ts';

const NONE: readonly Part[][] = [];

export class StreamQueues {
  readonly lists: Part[][];
  /** Parts of all streams, and those of them that are written. */
  parts = 0;
  writeParts = 0;

  constructor(streams: number) {
    this.lists = Array.from({ length: streams }, () => []);
  }

  /** The lists, where one of them has a part that is written; else none. */
  get writers(): readonly (readonly Part[])[] {
    return this.writeParts > 0 ? this.lists : NONE;
  }

  /** The stream after another, in turns. */
  after(stream: number): number {
    return stream + 1 === this.lists.length ? 0 : stream + 1;
  }

  head(stream: number): Part | undefined {
    return this.lists[stream]![0];
  }

  push(stream: number, part: Part): void {
    this.lists[stream]!.push(part);
    this.parts++;
    if (part.write) this.writeParts++;
  }

  shift(stream: number): void {
    const part = this.lists[stream]!.shift()!;
    this.parts--;
    if (part.write) this.writeParts--;
  }

  /** Puts `reads` in place of what a stream of reads has queued. */
  replace(stream: number, reads: Part[]): void {
    this.parts += reads.length - this.lists[stream]!.length;
    this.lists[stream] = reads;
  }

  /** First cycle at which another stream may have a request; of the kind `write` only, where that is given. */
  othersFrom(stream: number, write?: boolean): number {
    let from = Infinity;
    for (let s = 0; s < this.lists.length; s++) {
      const part = this.lists[s]![0];
      if (s === stream || part === undefined || part.start >= from) continue;
      if (write === undefined || part.write === write) from = part.start;
    }
    return from;
  }
}
