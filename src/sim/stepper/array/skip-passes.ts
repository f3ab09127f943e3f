/** Which pass of its tile a zero-skip array is in: the next one begins in the cycle after the last lane got through. */
import type { Component } from '../component.ts';
import type { BeatTaker } from './skip-queue.ts';

export class SkipPasses implements Component {
  /** Visible: the pass that runs; as many as there are when all are over. */
  running = 0;
  /** Visible: whether the lanes' sums are those of the pass before, which ended with the last cycle. */
  hasJustBegun = false;

  readonly #lastBeats: readonly number[];
  #lanes: readonly BeatTaker[] = [];
  #ends = false;

  /** `lastBeats`: by pass, the number of its last beat. */
  constructor(lastBeats: readonly number[]) {
    this.#lastBeats = lastBeats;
  }

  connect(lanes: readonly BeatTaker[]): void {
    this.#lanes = lanes;
  }

  evaluate(): void {
    const last = this.#lastBeats[this.running];
    this.#ends = last !== undefined && this.#lanes.every((lane) => lane.getsThrough(last));
  }

  commit(): void {
    this.hasJustBegun = this.#ends;
    if (this.#ends) this.running++;
  }
}
