/** Which points a page of limited size shows. */
import { Pcg32 } from '../../random/pcg32.ts';
import type { ExploredPoint } from './explored.ts';

const SEED = 1;

/**
 * Those that must be shown, and of the others as many as `most` leaves room for, in the order of the space. They are drawn, not taken at
 * a stride: in a grid every n-th point may have the same level of an axis. The same points give the same choice.
 */
export function thinned(
  points: readonly ExploredPoint[],
  most: number,
  isKept: (point: ExploredPoint) => boolean,
): readonly ExploredPoint[] {
  if (points.length <= most) return points;
  const kept = points.filter(isKept);
  const others = points.filter((point) => !isKept(point));
  const random = new Pcg32(SEED);
  const count = Math.max(0, most - kept.length);
  for (let i = 0; i < Math.min(count, others.length); i++) {
    const other = i + Math.floor(random.uniform() * (others.length - i));
    [others[i], others[other]] = [others[other]!, others[i]!];
  }
  return [...kept, ...others.slice(0, count)].toSorted((a, b) => a.position - b.position);
}
