/**
 * The queue of a zero-skip array: Q slots that hold the beats the lanes work on, shared by all columns. Beat number g goes
 * into slot g mod Q, one a cycle at most, at the end of a cycle in which the slot is empty or the last lane gets
 * through with the beat that stands there.
 *
 * Actions: register (activations and trits that are written), decoding of trits.
 */
import type { Machine } from '../../../hardware/machine.ts';
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import { takeTrits, type Beat } from './beats.ts';

/** A beat of the tile, numbered through all its passes. */
export interface SkipBeat extends Beat {
  readonly number: number;
  readonly pass: number;
}

/** What the queue must know of the lanes. */
export interface BeatTaker {
  /** Whether it is through with a beat when the cycle that runs ends. */
  getsThrough(number: number): boolean;
}

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

export class SkipQueue implements Component {
  readonly #machine: Machine;
  readonly #tally: Tally;
  readonly #beats: readonly SkipBeat[];
  readonly #slots: (SkipBeat | null)[];
  #lanes: readonly BeatTaker[] = [];
  #written = 0;
  #arriving: SkipBeat | null = null;

  constructor(machine: Machine, slots: number, beats: readonly SkipBeat[], tally: Tally) {
    this.#machine = machine;
    this.#tally = tally;
    this.#beats = beats;
    this.#slots = Array.from({ length: slots }, () => null);
  }

  connect(lanes: readonly BeatTaker[]): void {
    this.#lanes = lanes;
  }

  /** Visible: the beat of a number, if it stands in its slot. */
  standing(number: number): SkipBeat | null {
    const beat = this.#slots[number % this.#slots.length]!;
    return beat?.number === number ? beat : null;
  }

  evaluate(): void {
    const beat = this.#beats[this.#written];
    if (beat === undefined) return;
    const old = this.#slots[beat.number % this.#slots.length]!;
    if (old !== null && !this.#lanes.every((lane) => lane.getsThrough(old.number))) return;
    this.#arriving = beat;
    this.#tally.add('array.register.b1', ACTIVATION_BITS * beat.k.size);
    takeTrits(this.#machine, beat.k, beat.n.size, this.#tally);
  }

  commit(): void {
    if (this.#arriving === null) return;
    this.#slots[this.#arriving.number % this.#slots.length] = this.#arriving;
    this.#written++;
    this.#arriving = null;
  }
}
