/**
 * The hypervolume: what part of the space between a reference point and the origin of the costs a front dominates; exact, by slicing
 * along one objective after the other (HSO: L. While, P. Hingston, L. Barone, S. Huband, "A Faster Algorithm for Calculating
 * Hypervolume", IEEE Transactions on Evolutionary Computation 10, 2006, section III). Up to four objectives: slicing grows with the
 * front's size to the power of objectives − 1.
 */
import { TritsimError } from '../../errors/error.ts';

export const MOST_OBJECTIVES = 4;

/**
 * Volume that `points` dominate up to `reference`, in the product of the costs' units. Points that are beyond the reference in
 * some cost count for nothing.
 * @throws FRONT_OBJECTIVES for more than four objectives
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  if (reference.length > MOST_OBJECTIVES) {
    throw new TritsimError('FRONT_OBJECTIVES', 'the hypervolume is exact for a few objectives only', {
      found: String(reference.length),
      allowed: [`up to ${MOST_OBJECTIVES}`],
    });
  }
  const inside = points.filter((costs) => costs.every((cost, i) => cost < reference[i]!));
  return slice(inside, reference, reference.length);
}

/** Over the first `dimensions` costs. */
function slice(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  dimensions: number,
): number {
  if (points.length === 0) return 0;
  const last = dimensions - 1;
  if (last === 0) return reference[0]! - points.reduce((least, [cost]) => Math.min(least, cost!), Infinity);
  const ordered = points.toSorted((a, b) => a[last]! - b[last]!);
  let volume = 0;
  ordered.forEach((point, i) => {
    const until = i + 1 < ordered.length ? ordered[i + 1]![last]! : reference[last]!;
    const thickness = until - point[last]!;
    if (thickness > 0) volume += thickness * slice(ordered.slice(0, i + 1), reference, last);
  });
  return volume;
}
