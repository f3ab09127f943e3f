/**
 * The exact Pareto front, any number of objectives, kept as points come: a point is on it where no other is at least as good in
 * everything and better in something. Costs: less is better; what is to be large enters negated. Points of equal costs are all on it.
 *
 * `near` holds, beside the front, every point that would be on it if each of its costs were better by that cost's margin: those that
 * a more exact evaluation may still put there. Where costs are estimates whose ratio to the exact ones lies between lo and hi, a
 * margin of 1 − lo ÷ hi loses no point of the exact front: if q beats p by so much, then exact q ≤ estimated q ÷ lo ≤
 * (lo ÷ hi) · estimated p ÷ lo ≤ exact p. With an error of e both ways that is 2e ÷ (1 + e).
 */
export interface FrontPoint {
  readonly id: number;
  readonly costs: readonly number[];
}

/** Whether `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) better = true;
  }
  return better;
}

export class ParetoFront {
  #points: FrontPoint[] = [];

  get size(): number {
    return this.#points.length;
  }

  /** In the order of their ids. */
  points(): FrontPoint[] {
    return this.#points.toSorted((a, b) => a.id - b.id);
  }

  /** @returns whether the point is on the front, for now */
  add(point: FrontPoint): boolean {
    if (this.dominates(point.costs)) return false;
    this.#points = this.#points.filter(({ costs }) => !dominates(point.costs, costs));
    this.#points.push(point);
    return true;
  }

  /** Whether a point of the front dominates these costs. */
  dominates(costs: readonly number[]): boolean {
    return this.#points.some((point) => dominates(point.costs, costs));
  }
}

/** Points are thinned out when there are so many more than the last time. */
const GROWTH = 2;
const FEWEST = 256;

export class NearFront {
  readonly front = new ParetoFront();
  readonly #margins: readonly number[];
  #near: FrontPoint[] = [];
  #thinAt = FEWEST;

  /** @param margins by cost, the part by which it may still improve: 0.1 */
  constructor(margins: readonly number[]) {
    this.#margins = margins;
  }

  add(point: FrontPoint): void {
    this.front.add(point);
    if (!this.#isNear(point)) return;
    this.#near.push(point);
    if (this.#near.length < this.#thinAt) return;
    this.#thin();
    this.#thinAt = Math.max(FEWEST, GROWTH * this.#near.length);
  }

  /** All points that are near, in the order of their ids. */
  near(): FrontPoint[] {
    this.#thin();
    return this.#near.toSorted((a, b) => a.id - b.id);
  }

  #thin(): void {
    this.#near = this.#near.filter((point) => this.#isNear(point));
  }

  #isNear({ costs }: FrontPoint): boolean {
    return !this.front.dominates(
      costs.map((cost, i) => {
        const rest = 1 - this.#margins[i]!;
        return cost >= 0 ? cost * rest : cost / rest;
      }),
    );
  }
}
