/** Properties with fast-check, whose failures print the seed and the path to replay; seeded permutations. */
import * as fc from 'fast-check';
import type { Pcg32 } from '../../../src/random/pcg32.ts';

export function check<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  holds: (value: T) => void | Promise<void>,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      await holds(value);
    }),
    { numRuns: runs },
  );
}

/** A permutation of a list. */
export function shuffled<T>(list: readonly T[], random: Pcg32): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
