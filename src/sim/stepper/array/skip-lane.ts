/**
 * A lane of a zero-skip array: of the beat that it has come to it adds the first term that is left, one a cycle; a beat
 * without any takes it one cycle. It takes up no beat of the next pass before that has begun; then its sum starts
 * anew.
 *
 * Actions: trit-select, int-add and register for each addition.
 */
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import type { BeatTaker, SkipBeat, SkipQueue } from './skip-queue.ts';
import type { SkipPasses } from './skip-passes.ts';

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

export class SkipLane implements Component, BeatTaker {
  /** Visible: what has been added in this pass. */
  sum = 0;
  /** Additions so far. */
  additions = 0;

  readonly #queue: SkipQueue;
  readonly #passes: SkipPasses;
  readonly #termsOf: (beat: SkipBeat) => readonly number[];
  readonly #bits: number;
  readonly #tally: Tally;
  /** The beat that it has come to, and what is left of it once it has begun. */
  #beat = 0;
  #left: readonly number[] | null = null;
  #next: { readonly beat: number; readonly left: readonly number[] | null; readonly sum: number } | null =
    null;

  /** `termsOf` what this lane must add of a beat, in order; `bits` the width of its sum. */
  constructor(
    queue: SkipQueue,
    passes: SkipPasses,
    termsOf: (beat: SkipBeat) => readonly number[],
    bits: number,
    tally: Tally,
  ) {
    this.#queue = queue;
    this.#passes = passes;
    this.#termsOf = termsOf;
    this.#bits = bits;
    this.#tally = tally;
  }

  getsThrough(number: number): boolean {
    if (this.#beat !== number) return this.#beat > number;
    const terms = this.#terms();
    return terms !== null && terms.length <= 1;
  }

  evaluate(): void {
    const before = this.#passes.hasJustBegun ? 0 : this.sum;
    const terms = this.#terms();
    if (terms === null) {
      this.#next = { beat: this.#beat, left: this.#left, sum: before };
      return;
    }
    const [term, ...left] = terms;
    if (term !== undefined) this.#count();
    const isThrough = left.length === 0;
    this.#next = {
      beat: isThrough ? this.#beat + 1 : this.#beat,
      left: isThrough ? null : left,
      sum: before + (term ?? 0),
    };
  }

  commit(): void {
    this.#beat = this.#next!.beat;
    this.#left = this.#next!.left;
    this.sum = this.#next!.sum;
  }

  /** What is left of the beat that it can work on in this cycle; null where there is none. */
  #terms(): readonly number[] | null {
    const beat = this.#queue.standing(this.#beat);
    if (beat === null || beat.pass > this.#passes.running) return null;
    return this.#left ?? this.#termsOf(beat);
  }

  #count(): void {
    this.additions++;
    this.#tally.add(`array.trit-select.b${ACTIVATION_BITS}`, 1);
    this.#tally.add(`array.int-add.b${this.#bits}`, 1);
    this.#tally.add('array.register.b1', this.#bits);
  }
}
