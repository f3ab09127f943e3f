/**
 * What a channel needs in order to be ahead of its caller: when all that it serves is one stream of reads, runs are followed
 * beyond the cycle up to which the caller wants to know. What happened beyond it is told only when the caller gets there; when
 * something enters in between, the channel goes back.
 */
import type { Part } from '../part.ts';
import type { Controller } from '../controller.ts';
import { Checkpoint } from './checkpoint.ts';

interface SavedPart {
  readonly part: Part;
  /** Whether it was queued and not only waited for its last reads. */
  readonly queued: boolean;
  readonly nextBurst: number;
  readonly left: number;
  readonly waiting: number;
  readonly end: number;
}

export class Ahead {
  /** Whether what has been simulated may be more than the caller knows of. */
  active = false;
  /** The stream whose runs are followed. */
  stream = -1;
  readonly #controller: Controller;
  readonly #checkpoint: Checkpoint;
  #saved: SavedPart[] = [];
  #nextAccept = 0;
  /** Parts that are done and refreshes sent, of which the caller has not been told. */
  readonly parts: Part[] = [];
  readonly refreshes: { readonly cycle: number; readonly command: number; readonly bank: number }[] = [];

  constructor(controller: Controller) {
    this.#controller = controller;
    this.#checkpoint = new Checkpoint(controller);
  }

  /** Notes the state before runs of `stream` are followed; `partOf` tells whose a waiting read is. */
  begin(stream: number, queue: readonly Part[], nextAccept: number, partOf: (tag: number) => Part): void {
    this.active = true;
    this.stream = stream;
    this.#nextAccept = nextAccept;
    this.#checkpoint.take();
    this.#saved = [];
    for (const part of queue) this.add(part);
    const { reads } = this.#controller;
    let last = -1;
    for (let entry = reads.first; entry >= 0; entry = reads.after[entry]!) {
      const tag = reads.tag[entry]!;
      if (tag === last || tag < 0) continue;
      last = tag;
      const part = partOf(tag);
      if (!this.#saved.some((saved) => saved.part === part)) this.#save(part, false);
    }
  }

  /** A part has been queued behind the others of the stream. */
  add(part: Part): void {
    this.#save(part, true);
  }

  /** Goes back to `begin`; returns the parts that are queued again and when the next burst may be accepted. */
  rewind(): { readonly queue: Part[]; readonly waiting: Part[]; readonly nextAccept: number } {
    this.active = false;
    this.parts.length = 0;
    this.refreshes.length = 0;
    for (const { part, nextBurst, left, waiting, end } of this.#saved) {
      part.nextBurst = nextBurst;
      part.left = left;
      part.waiting = waiting;
      part.end = end;
    }
    this.#checkpoint.restore((tag) => {
      const { part } = this.#saved.find((saved) => saved.part.transfer === tag)!;
      return part.told ? UNTRACKED : tag;
    });
    const parts = (queued: boolean): Part[] =>
      this.#saved.filter((saved) => saved.queued === queued).map(({ part }) => part);
    return { queue: parts(true), waiting: parts(false), nextAccept: this.#nextAccept };
  }

  #save(part: Part, queued: boolean): void {
    const { nextBurst, left, waiting, end } = part;
    this.#saved.push({ part, queued, nextBurst, left, waiting, end });
  }
}

/** The tag of reads of a part that the caller knows to be done. */
export const UNTRACKED = -1;
