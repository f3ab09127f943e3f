/** Are the files of published values and of the GPU read strictly, and rows found by id? */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadPublished } from '../../src/analysis/published/load.node.ts';
import { parsePublished } from '../../src/analysis/published/published-file.ts';
import { selectRows } from '../../src/analysis/published/reproduce.ts';
import { parseRoofline } from '../../src/analysis/published/roofline-file.ts';

const paper = await readFile('reports/published/bitnet-2310.11453.yaml', 'utf8');
const gpu = await readFile('hw-configs/gpus/a100-80gb.yaml', 'utf8');
const files = await loadPublished();
const ids = (wanted: string[]): string[] =>
  selectRows(files, wanted).flatMap(({ rows }) => rows.map(({ id }) => id));

describe('a file of published values', () => {
  it.each([
    ['a misspelt key', ['tolerance: printed-digit', 'tolerence: printed-digit'], /PUBLISHED_VALUE|rows\.0/],
    ['an unknown formula', ['kind: energy', 'kind: enregy'], /rows\.0\.what/],
    ['a printed number that is no text', ['printed: "4.41"', 'printed: 4.41'], /rows\.0\.printed/],
    ['a key twice', ['unit: "J"', 'unit: "J"\n    unit: "J"'], /twice/],
    ['an id twice', ['bitnet-table1-6.7b-w32-7nm-add', 'bitnet-table1-6.7b-w32-7nm-mul'], /same id/],
  ] as const)('is refused for %s', (_, [from, to], message) => {
    expect(() => parsePublished(paper.replace(from, to), 'paper.yaml')).toThrow(message);
  });

  it('names its file in a refusal', () => {
    expect(() => parsePublished(paper.replace('arxiv:', 'arxive:'), 'paper.yaml')).toThrow(/^paper\.yaml/);
  });

  it('has ids that no other file has', () => {
    const every = files.flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(new Set(every).size).toBe(every.length);
  });
});

describe('a roofline', () => {
  it('is refused without its overhead', () => {
    expect(() => parseRoofline(gpu.replace(/ {2}overhead_s.*\n/, ''), 'gpu.yaml')).toThrow(
      /gpu\.yaml: kernel\.overhead_s/,
    );
  });

  it('gives a source for every section', () => {
    const { sources, ...rest } = parseRoofline(gpu, 'gpu.yaml');
    const values = (['peak', 'memory', 'kernel'] as const).flatMap((section) =>
      Object.keys(rest[section]).map((key) => [section, `${section}.${key}`]),
    );
    for (const names of values)
      expect(
        names.some((name) => name in sources),
        names[1],
      ).toBe(true);
  });
});

describe('rows by id', () => {
  it('are all where none is asked for', () => {
    expect(ids([])).toHaveLength(files.reduce((sum, { rows }) => sum + rows.length, 0));
  });

  it('are one by its id, or those that begin with it', () => {
    expect(ids(['2b4t-table1-energy'])).toEqual(['2b4t-table1-energy']);
    expect(ids(['b158-figure3-3b'])).toEqual(['b158-figure3-3b', 'b158-figure3-3b-released']);
    expect(ids(['bitnet-table1'])).toHaveLength(36);
  });

  it('name the nearest where one is unknown', () => {
    expect(() => ids(['2b4t-table1-enrgy'])).toThrow(/Did you mean '2b4t-table1-energy'/);
    expect(() => ids(['b158-figure3-3'])).toThrow(/Did you mean/);
    expect(() => ids(['b158-figur3'])).toThrow(/Did you mean 'b158-figure3'/);
  });
});
