/**
 * The time of one pass of the zero-skip array from the number of trits that each lane must add in each beat: the
 * recurrence in the head of `zero-skip.ts`, lane by lane, without stepping cycles.
 *
 * Units: cycles from the pass's start.
 */
import type { ZeroSkipConfig } from '../../hardware/machine.ts';

/** Passes of one array; keeps the memory that they need. */
export class PassTimer {
  readonly #lanes: number;
  readonly #queue: number;
  /** By lane: the cycle in which it finished its last beat. */
  readonly #finish: Int32Array;
  /** By beat modulo the queue: the cycle in which the last lane finished it. */
  readonly #free: Int32Array;

  constructor({ lanes, outputs, queue }: Pick<ZeroSkipConfig, 'lanes' | 'outputs' | 'queue'>) {
    this.#lanes = lanes;
    this.#queue = queue;
    this.#finish = new Int32Array(lanes * outputs);
    this.#free = new Int32Array(queue);
  }

  /**
   * Cycles of a pass of `columns` outputs; columns beyond them, without trits, are never the slowest.
   * @param counts `[columns, beats, lanes]`: trits that a lane must add in a beat
   */
  cycles(counts: Uint8Array, columns: number, beats: number): number {
    const lanes = this.#lanes;
    const finish = this.#finish;
    finish.fill(0);
    this.#free.fill(0);
    let slowest = 0;
    for (let beat = 0; beat < beats; beat++) {
      const slot = beat % this.#queue;
      const open = this.#free[slot]!;
      slowest = 0;
      for (let column = 0; column < columns; column++) {
        const from = (column * beats + beat) * lanes;
        const first = column * lanes;
        for (let lane = 0; lane < lanes; lane++) {
          const before = finish[first + lane]!;
          const count = counts[from + lane]!;
          const after = (before > open ? before : open) + (count > 1 ? count : 1);
          finish[first + lane] = after;
          if (after > slowest) slowest = after;
        }
      }
      this.#free[slot] = slowest;
    }
    return slowest;
  }
}
