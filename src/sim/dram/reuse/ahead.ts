/**
 * What a channel needs in order to be ahead of its caller: when all that it serves is one stream of reads, runs are followed
 * beyond the cycle up to which the caller wants to know. What happened beyond it is told only when the caller gets there; when
 * something enters in between, the channel goes back: to a state that was noted some parts ago, from where the runs are followed once
 * more. What the caller has been told of stays told.
 */
import { tagOf, type Part } from '../part.ts';
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

/** Parts after which the state is noted anew: noting costs more than following a part again, going back is rare. */
const PARTS_A_CHECKPOINT = 16;

export class Ahead {
  /** Whether what has been simulated may be more than the caller knows of. */
  active = false;
  /** The stream whose runs are followed. */
  stream = -1;
  readonly #controller: Controller;
  readonly #checkpoint: Checkpoint;
  #saved: SavedPart[] = [];
  #nextAccept = 0;
  #turn = 0;
  /** Whether nothing but reads of the stream has been accepted since the state was noted, with no write waiting. */
  #holds = false;

  constructor(controller: Controller) {
    this.#controller = controller;
    this.#checkpoint = new Checkpoint(controller);
  }

  /** Whether the state that was noted last still serves to follow runs of `stream`; they are then ahead. */
  goesOn(stream: number): boolean {
    if (!this.#holds || stream !== this.stream || this.#saved.length >= PARTS_A_CHECKPOINT) return false;
    this.active = true;
    return true;
  }

  /** Notes the state before runs of `stream` are followed; `partOf` tells whose a waiting read is. */
  begin(
    stream: number,
    queue: readonly Part[],
    nextAccept: number,
    turn: number,
    partOf: (tag: number) => Part,
  ): void {
    this.active = true;
    this.#holds = this.#controller.writes.size === 0;
    this.stream = stream;
    this.#nextAccept = nextAccept;
    this.#turn = turn;
    this.#checkpoint.take();
    this.#saved = [];
    for (const part of queue) this.#save(part, true);
    const { reads } = this.#controller;
    let last = -1;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      const tag = reads.tagOf(entry);
      if (tag === last || tag < 0) continue;
      last = tag;
      const part = partOf(tag);
      if (!this.#saved.some((saved) => saved.part === part)) this.#save(part, false);
    }
  }

  /** A part has been queued behind the others of the stream. */
  add(part: Part): void {
    if (this.active || this.#holds) this.#save(part, true);
  }

  /** Something else than a read of the stream has been accepted or sent. */
  drop(): void {
    this.#holds = false;
    this.active = false;
  }

  /** Goes back to `begin`; returns the parts that are queued again, when the next burst may be accepted, whose turn it is. */
  rewind(): {
    readonly queue: Part[];
    readonly waiting: Part[];
    readonly nextAccept: number;
    readonly turn: number;
  } {
    this.active = false;
    for (const { part, nextBurst, left, waiting, end } of this.#saved) {
      part.nextBurst = nextBurst;
      part.left = left;
      part.waiting = waiting;
      part.end = end;
    }
    this.#checkpoint.restore((tag) => tagOf(this.#saved.find(({ part }) => part.transfer === tag)!.part));
    const parts = (queued: boolean): Part[] =>
      this.#saved.filter((saved) => saved.queued === queued).map(({ part }) => part);
    return { queue: parts(true), waiting: parts(false), nextAccept: this.#nextAccept, turn: this.#turn };
  }

  #save(part: Part, queued: boolean): void {
    const { nextBurst, left, waiting, end } = part;
    this.#saved.push({ part, queued, nextBurst, left, waiting, end });
  }
}
