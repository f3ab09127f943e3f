/**
 * The edges of one clock, one after the other: edge n lies at floor(n·p/q) ps (contract, Time), computed from n.
 *
 * Units: picoseconds. Exact while n·p is below 2^53.
 */
export class Edges {
  /** Index of the next edge: how many there have been. */
  count = 0;
  /** Time of the next edge, ps. */
  next = 0;
  readonly #p: number;
  readonly #q: number;

  /** Period p/q ps. */
  constructor([p, q]: readonly [p: number, q: number]) {
    this.#p = p;
    this.#q = q;
  }

  /** On to the next edge. */
  pass(): void {
    this.count++;
    this.next = this.at(this.count);
  }

  /** Time of edge n, ps. */
  at(n: number): number {
    const product = n * this.#p;
    return (product - (product % this.#q)) / this.#q;
  }
}
