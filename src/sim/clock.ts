/**
 * A clock of rational period: edge n lies at floor(n·p/q) picoseconds, computed from n and never accumulated, so that
 * two clocks of one simulation cannot drift (contract: Time). Exact as long as the time itself is below 2^53 ps (150 minutes):
 * the quotient and the remainder by q (p) are kept apart, so no intermediate value is larger, and of whole numbers below 2^53 the
 * floor of the rounded quotient is that of the quotient. (The remainder operator would take several times as long.)
 *
 * Units: picoseconds. NOT MODELLED: jitter, frequency changes.
 */
import { TritsimError } from '../errors/error.ts';

export class Clock {
  readonly #p: number;
  readonly #q: number;

  /** Period p/q ps in integers, at least 1 ps. Throws `CLOCK_PERIOD` otherwise. */
  constructor(p: number, q: number) {
    if (!Number.isSafeInteger(p) || !Number.isSafeInteger(q) || q < 1 || p < q || p > 1e6 || q > 1000) {
      throw new TritsimError(
        'CLOCK_PERIOD',
        'a clock period is p/q ps of at least 1 ps with p ≤ 10^6 and q ≤ 1000',
        {
          found: `${p}/${q}`,
        },
      );
    }
    this.#p = p;
    this.#q = q;
  }

  /** Time of edge `n`, ps: floor(n·p/q). */
  timeOf(n: number): number {
    const whole = Math.floor(n / this.#q);
    return whole * this.#p + Math.floor(((n - whole * this.#q) * this.#p) / this.#q);
  }

  /** The smallest n with timeOf(n) ≥ `ps`: ceil(ps·q/p). */
  edgeAtOrAfter(ps: number): number {
    const whole = Math.floor(ps / this.#p);
    return whole * this.#q + Math.ceil(((ps - whole * this.#p) * this.#q) / this.#p);
  }
}
