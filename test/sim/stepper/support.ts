/** Checks a property with fast-check; a failure prints the seed and the path to replay. */
import * as fc from 'fast-check';

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
