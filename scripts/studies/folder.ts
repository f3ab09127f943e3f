/** The files of a study's folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { About, Study, StudyData } from './study.ts';
import { readTable } from './table.ts';

export function folderOf({ name }: Study): string {
  return path.join('reports', name);
}

export function readmeOf(study: Study): string {
  return path.join(folderOf(study), 'README.md');
}

export function writeReadme(study: Study, page: string): void {
  writeFileSync(readmeOf(study), page);
}

export function readData(study: Study): StudyData {
  const text = (file: string): string => readFileSync(path.join(folderOf(study), file), 'utf8');
  return {
    points: readTable(text('points.csv')),
    machines: readTable(text('machines.csv')),
    about: JSON.parse(text('study.json')) as About,
  };
}
