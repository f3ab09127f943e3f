/** Is the grade beside a headline the weakest of the prices that carry it? */
import { describe, expect, test } from 'vitest';
import type { EnergyLine } from '../../src/analysis/run.ts';
import { weakestGrade } from '../../src/report/grades.ts';
import { exampleRun } from './fixture.ts';

function line(grade: EnergyLine['grade'], energy: number, action: string = grade): EnergyLine {
  return { ...exampleRun().energy[0]!, grade, energy_J: energy, action };
}

describe('weakestGrade', () => {
  test('passes over a weaker grade whose prices make less than five percent', () => {
    const lines = [line('measured', 0.57), line('scaled', 0.391), line('assumed', 0.039)];
    expect(weakestGrade(lines)).toEqual({
      grade: 'scaled',
      share: expect.closeTo(0.391, 12),
      action: 'scaled',
    });
  });

  test('adds up the prices of one grade and names the largest', () => {
    const lines = [line('measured', 0.93), line('assumed', 0.03, 'small'), line('assumed', 0.04, 'large')];
    expect(weakestGrade(lines)).toEqual({
      grade: 'assumed',
      share: expect.closeTo(0.07, 12),
      action: 'large',
    });
  });

  test("ranks a user's own row below an assumed one", () => {
    expect(weakestGrade([line('assumed', 1), line('user', 1)])?.grade).toBe('user');
  });

  test('is undefined where nothing was spent', () => {
    expect(weakestGrade([])).toBeUndefined();
    expect(weakestGrade([line('assumed', 0)])).toBeUndefined();
  });
});
