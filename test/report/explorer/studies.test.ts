/** Do the pages of the studies say what their tables say? */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { studies } from '../../../scripts/studies/all.ts';
import { folderOf, readData, readmeOf } from '../../../scripts/studies/folder.ts';
import { leastOf, num, readTable } from '../../../scripts/studies/table.ts';
import { finding } from '../../../scripts/studies/study.ts';
import { listSpaces } from '../../../src/explore/load.node.ts';

const LARGEST_TABLE = 300 * 1024;

describe.each(studies.map((study) => [study.name, study] as const))('%s', (_, study) => {
  test('every number of the page follows from the tables, and every finding still does', () => {
    expect(study.page(readData(study))).toBe(readFileSync(readmeOf(study), 'utf8'));
  });

  test('is of a shipped space, small, and has its figures', () => {
    expect(listSpaces()).toContain(study.space);
    for (const file of ['points.csv', 'front.csv', 'machines.csv'])
      expect(statSync(path.join(folderOf(study), file)).size).toBeLessThan(LARGEST_TABLE);
    for (const figure of ['pareto', 'scatter-matrix'])
      expect(existsSync(path.join(folderOf(study), 'figures', `${figure}.svg`))).toBe(true);
  });
});

test('a finding that does not follow is refused, and so is a number that is not there', () => {
  expect(() => finding(false, 'Skipping doubles the speed.')).toThrow('no longer say so');
  const [line] = readTable('point,tpot_s\n3,\n');
  expect(() => num(line!, 'tpot_s')).toThrow("no number in tpot_s of point 3: ''");
  expect(() => leastOf([], 'tpot_s')).toThrow('no line');
});
