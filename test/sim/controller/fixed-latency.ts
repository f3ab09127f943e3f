/** A memory without surprises, to work out times by hand. */
import type { Memory } from '../../../src/sim/controller/memory.ts';

export const NS = 1000;
export const LATENCY_PS = 100 * NS;
/** Cycles. */
export const SETUP = 2;

/** Every transfer takes 100 ns, any number at a time. */
export class FixedLatency implements Memory {
  completedAtPs = 0;
  readonly #under: { id: number; at: number }[] = [];

  submit(_stream: number, id: number, _address: number, _bytes: number, _write: boolean, ps: number): void {
    this.#under.push({ id, at: ps + LATENCY_PS });
    this.#under.sort((a, b) => a.at - b.at || a.id - b.id);
  }

  advance(limitPs: number): number {
    const first = this.#under[0];
    if (first === undefined || first.at > limitPs) return -1;
    this.#under.shift();
    this.completedAtPs = first.at;
    return first.id;
  }
}
