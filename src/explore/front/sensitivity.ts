/**
 * How much each axis moves each metric: the mean of the metric at every level of the axis over all points with that level, the
 * spread of these means, and the part of the metric's variance that lies between them (the first-order index of a full factorial
 * design; Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008, section 1.2.4). Where constraints or sampling leave
 * combinations out, axes are confounded and the parts may add up to more than one. Points come one at a time.
 */
export interface AxisEffect {
  readonly axis: string;
  /** Mean of the metric by level; null where no point has it. */
  readonly means: readonly (number | null)[];
  /** Largest mean ÷ smallest − 1. */
  readonly spread: number;
  /** Variance between levels ÷ variance of all points. */
  readonly share: number;
}

export class Sensitivity {
  readonly #axes: readonly { readonly name: string; readonly levels: readonly unknown[] }[];
  readonly #sums: Float64Array[];
  readonly #counts: Float64Array[];
  #count = 0;
  #mean = 0;
  /** Sum of squared deviations, by Welford's recurrence. */
  #squares = 0;

  constructor(axes: readonly { readonly name: string; readonly levels: readonly unknown[] }[]) {
    this.#axes = axes;
    this.#sums = axes.map(({ levels }) => new Float64Array(levels.length));
    this.#counts = axes.map(({ levels }) => new Float64Array(levels.length));
  }

  /** @param levels by axis; negative for an axis that does not apply */
  add(levels: ArrayLike<number>, value: number): void {
    this.#count++;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
    for (let axis = 0; axis < this.#sums.length; axis++) {
      if (levels[axis]! < 0) continue;
      this.#sums[axis]![levels[axis]!]! += value;
      this.#counts[axis]![levels[axis]!]!++;
    }
  }

  /** One entry an axis, in the order of the space. */
  effects(): AxisEffect[] {
    return this.#axes.map(({ name }, axis) => {
      const counts = this.#counts[axis]!;
      const means = Array.from(this.#sums[axis]!, (sum, level) =>
        counts[level] === 0 ? null : sum / counts[level]!,
      );
      const found = means.filter((mean) => mean !== null);
      const between = means.reduce<number>(
        (sum, mean, level) => (mean === null ? sum : sum + counts[level]! * (mean - this.#mean) ** 2),
        0,
      );
      return {
        axis: name,
        means,
        spread: found.length === 0 ? 0 : Math.max(...found) / Math.min(...found) - 1,
        share: this.#squares === 0 ? 0 : between / this.#squares,
      };
    });
  }
}
