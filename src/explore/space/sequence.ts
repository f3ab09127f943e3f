/**
 * The points of a space in their one order, by position: which level of each axis. Any position can be asked for without those
 * before it, so that workers, shards and reruns agree without sharing a list.
 *
 * - exhaustive: the cross product, the first axis turning slowest.
 * - random: distinct points of the cross product in a seeded order.
 * - Latin hypercube: N points that cut each axis into N equal strata, each taken once (McKay, Beckman, Conover, Technometrics 21,
 *   1979); a level that several strata fall on comes that often. Where levels are few, points coincide: the first of them counts,
 *   the positions of the others have no point, so that there are fewer than N.
 *
 * Constraints are asked afterwards: a position whose point breaks one is left out.
 */
import { TritsimError } from '../../errors/error.ts';
import { Permutation } from './permutation.ts';
import { crossSize, type Axis, type Sampling, type Space } from './space.ts';

/** Indices beyond this are not exact. */
const LARGEST_SPACE = 2 ** 52;
/** The points of a Latin hypercube are compared with each other, in memory. */
const LARGEST_HYPERCUBE = 2 ** 22;

type Drawn = Exclude<Sampling, { kind: 'exhaustive' }>;

export interface Sequence {
  readonly length: number;
  /** Level of each axis at a position; the array is the caller's. @throws SPACE_POSITION beyond the last one */
  at(position: number): Int32Array;
  /** Whether a position before this one has the same levels. */
  repeats(position: number): boolean;
}

const never = (): boolean => false;

/** @throws SPACE_SIZE where the cross product is beyond 2^52, or a Latin hypercube beyond 2^22 points */
export function sequenceOf(space: Pick<Space, 'axes' | 'sampling'>): Sequence {
  const { axes, sampling } = space;
  const size = crossSize(space);
  if (size > LARGEST_SPACE) {
    throw new TritsimError('SPACE_SIZE', 'the space has more points than can be numbered', {
      found: String(size),
      hint: 'Use fewer levels.',
    });
  }
  const sequence = drawn(axes, sampling, size);
  return {
    ...sequence,
    at: (position) => {
      if (position >= 0 && position < sequence.length) return sequence.at(position);
      throw new TritsimError('SPACE_POSITION', 'the space has no such position', {
        found: String(position),
        allowed: [`0 to ${sequence.length - 1}`],
      });
    },
  };
}

/** @param size of the cross product */
function drawn(axes: readonly Axis[], sampling: Sampling, size: number): Sequence {
  switch (sampling.kind) {
    case 'exhaustive':
      return { length: size, at: (position) => digits(axes, position), repeats: never };
    case 'random': {
      const order = new Permutation(size, sampling.seed);
      return {
        length: Math.min(size, sampling.points),
        at: (position) => digits(axes, order.at(position)),
        repeats: never,
      };
    }
    case 'latin-hypercube':
      return latinHypercube(axes, sampling);
  }
}

function latinHypercube(axes: readonly Axis[], { points, seed }: Drawn): Sequence {
  if (points > LARGEST_HYPERCUBE) {
    throw new TritsimError('SPACE_SIZE', 'the Latin hypercube has too many points', {
      found: String(points),
      allowed: [`at most ${LARGEST_HYPERCUBE}`],
      hint: "A sample that is 'random' may have more.",
    });
  }
  const strata = axes.map((_, axis) => new Permutation(points, seed, axis));
  const at = (position: number): Int32Array =>
    Int32Array.from(axes, ({ levels }, axis) =>
      Math.floor((strata[axis]!.at(position) * levels.length) / points),
    );
  let repeated: Uint8Array | undefined;
  return {
    length: points,
    at,
    repeats: (position) => (repeated ??= repeatsIn(axes, points, at))[position] === 1,
  };
}

/** By position, 1 where one before it has the same levels. */
function repeatsIn(axes: readonly Axis[], points: number, at: (position: number) => Int32Array): Uint8Array {
  const repeated = new Uint8Array(points);
  const seen = new Set<number>();
  for (let position = 0; position < points; position++) {
    const levels = at(position);
    const index = axes.reduce((sum, axis, i) => sum * axis.levels.length + levels[i]!, 0);
    if (seen.has(index)) repeated[position] = 1;
    seen.add(index);
  }
  return repeated;
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
