/**
 * A clock of rational period: edge n lies at floor(n·p/q) picoseconds, computed from n and never accumulated, so that
 * two clocks of one simulation cannot drift (contract: Time). Exact for n up to 10^12 and periods p/q with p up to 10^6
 * and q up to 1000: the quotient and the remainder by q are kept apart, so no intermediate value leaves 2^53.
 *
 * Units: picoseconds. NOT MODELLED: jitter, frequency changes.
 */
import { TritsimError } from '../errors/error.ts';

export class Clock {
  readonly #p: number;
  readonly #q: number;

  /** Period p/q ps in positive integers. Throws `CLOCK_PERIOD` otherwise. */
  constructor(p: number, q: number) {
    if (!Number.isSafeInteger(p) || !Number.isSafeInteger(q) || p < 1 || q < 1 || p > 1e6 || q > 1000) {
      throw new TritsimError('CLOCK_PERIOD', 'a clock period is p/q ps with 1 ≤ p ≤ 10^6 and 1 ≤ q ≤ 1000', {
        found: `${p}/${q}`,
      });
    }
    this.#p = p;
    this.#q = q;
  }

  /** Time of edge `n`, ps: floor(n·p/q). */
  timeOf(n: number): number {
    const rest = n % this.#q;
    return ((n - rest) / this.#q) * this.#p + Math.floor((rest * this.#p) / this.#q);
  }

  /** The smallest n with timeOf(n) ≥ `ps`: ceil(ps·q/p). */
  edgeAtOrAfter(ps: number): number {
    const rest = ps % this.#p;
    return ((ps - rest) / this.#p) * this.#q + Math.ceil((rest * this.#q) / this.#p);
  }
}
