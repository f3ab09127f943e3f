/**
 * The points of a space in their one order, by position: which level of each axis. Any position can be asked for without those
 * before it, so that workers, shards and reruns agree without sharing a list.
 *
 * - exhaustive: the cross product, the first axis turning slowest.
 * - random: distinct points of the cross product in a seeded order.
 * - Latin hypercube: N points that cut each axis into N equal strata, each taken once (McKay, Beckman, Conover, Technometrics 21,
 *   1979); a level that several strata fall on comes that often. Points may coincide where levels are few; a point that was
 *   evaluated is not evaluated again.
 *
 * Constraints are asked afterwards: a position whose point breaks one is left out.
 */
import { TritsimError } from '../../errors/error.ts';
import { Permutation } from './permutation.ts';
import { crossSize, type Axis, type Space } from './space.ts';

/** Indices beyond this are not exact. */
const LARGEST_SPACE = 2 ** 52;

export interface Sequence {
  readonly length: number;
  /** Level of each axis at a position; the array is the caller's. */
  at(position: number): Int32Array;
}

/** @throws SPACE_SIZE where the cross product is beyond 2^52 */
export function sequenceOf(space: Pick<Space, 'axes' | 'sampling'>): Sequence {
  const { axes, sampling } = space;
  const size = crossSize(space);
  if (size > LARGEST_SPACE) {
    throw new TritsimError('SPACE_SIZE', 'the space has more points than can be numbered', {
      found: String(size),
      hint: 'Use fewer levels.',
    });
  }
  switch (sampling.kind) {
    case 'exhaustive':
      return { length: size, at: (position) => digits(axes, position) };
    case 'random': {
      const order = new Permutation(size, sampling.seed);
      return {
        length: Math.min(size, sampling.points),
        at: (position) => digits(axes, order.at(position)),
      };
    }
    case 'latin-hypercube': {
      const { points, seed } = sampling;
      const strata = axes.map((_, axis) => new Permutation(points, seed, axis));
      return {
        length: points,
        at: (position) =>
          Int32Array.from(axes, ({ levels }, axis) =>
            Math.floor((strata[axis]!.at(position) * levels.length) / points),
          ),
      };
    }
  }
}

/** `index` in the mixed base of the axes, the last one turning fastest. */
function digits(axes: readonly Axis[], index: number): Int32Array {
  const levels = new Int32Array(axes.length);
  let rest = index;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const count = axes[axis]!.levels.length;
    levels[axis] = rest % count;
    rest = Math.floor(rest / count);
  }
  return levels;
}
