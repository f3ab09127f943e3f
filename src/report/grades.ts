/** How well founded an energy figure is: the grades of the prices that carry it. */
import type { EnergyLine } from '../analysis/run.ts';

export type Grade = EnergyLine['grade'];

/** From the best founded to the least; a user's own row comes last because its source is not ours to vouch for. */
const FROM_STRONGEST: readonly Grade[] = ['measured', 'published', 'scaled', 'assumed', 'user'];

/** A grade matters where its prices make at least this part of the energy. */
export const SHARE_THAT_MATTERS = 0.05;

export interface WeakestGrade {
  readonly grade: Grade;
  /** Part of the energy that prices of this grade make. */
  readonly share: number;
  /** The action of that grade with the largest energy. */
  readonly action: string;
}

/**
 * The weakest grade among the prices that make at least 5 % of the energy together, or undefined where nothing was
 * spent.
 *
 * @param lines the lines that add up to the figure in question.
 */
export function weakestGrade(lines: readonly EnergyLine[]): WeakestGrade | undefined {
  const total = lines.reduce((sum, line) => sum + line.energy_J, 0);
  for (const grade of FROM_STRONGEST.toReversed()) {
    const own = lines.filter((line) => line.grade === grade);
    const share = own.reduce((sum, line) => sum + line.energy_J, 0) / total;
    if (share >= SHARE_THAT_MATTERS) {
      const largest = own.reduce((a, b) => (b.energy_J > a.energy_J ? b : a));
      return { grade, share, action: largest.action };
    }
  }
  return undefined;
}
