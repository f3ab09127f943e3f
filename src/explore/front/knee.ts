/**
 * The knee of a front: the point farthest on the good side of the plane through the ends of the front, each cost brought to 0 … 1
 * between its best and its worst on the front: that is the least sum of costs. Source: I. Das, "On characterizing the 'knee' of the
 * Pareto curve based on Normal-Boundary Intersection", Structural Optimization 18, 1999. It depends on the scales: on costs that
 * span decades the small ones look alike.
 */
import type { FrontPoint } from './pareto.ts';

/** Of equals the first; undefined for no points. */
export function kneeOf(points: readonly FrontPoint[]): FrontPoint | undefined {
  const first = points[0];
  if (first === undefined) return undefined;
  const ranges = first.costs.map((_, i) => {
    const all = points.map(({ costs }) => costs[i]!);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return { least, width: most - least };
  });
  const sumOf = ({ costs }: FrontPoint): number =>
    costs.reduce(
      (sum, cost, i) => sum + (ranges[i]!.width === 0 ? 0 : (cost - ranges[i]!.least) / ranges[i]!.width),
      0,
    );
  return points.reduce((best, point) => (sumOf(point) < sumOf(best) ? point : best));
}
