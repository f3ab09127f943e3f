/** Do the figures of an exploration show what was explored: each point, the front that the summary has, names as text? */
import { csvParse } from 'd3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FindRow } from '../../../src/explore/results.ts';
import type { OpenStudy } from '../../../src/explore/study.ts';
import { summarise } from '../../../src/explore/summary.ts';
import { designsOf } from '../../../src/report/explorer/designs.ts';
import { type Explored, exploredOf, levelsText, seriesAxis } from '../../../src/report/explorer/explored.ts';
import { pareto } from '../../../src/report/figures/pareto.ts';
import { scatterMatrix } from '../../../src/report/figures/scatter-matrix.ts';
import { NASTY } from '../figures/data.ts';
import { Picture } from '../figures/picture.ts';
import { tinyStudy } from './fixture.ts';

let study: OpenStudy;
let find: FindRow;
let explored: Explored;

beforeAll(async () => {
  ({ study, find } = await tinyStudy());
  explored = await exploredOf(study, find, 0);
});

test('every point that did not fail is there once, and the front is that of the summary', async () => {
  const [summary] = await summarise(study, find);
  expect(explored.points).toHaveLength(summary!.feasible);
  expect(explored.failed).toBe(summary!.failed['MAPPING_DRAM_FULL']);
  expect(explored.points.filter(({ front }) => front).map(({ position }) => position)).toEqual(
    summary!.front.map(({ point }) => point),
  );
});

/** No two points in one place where `count` is a prime; two named series. */
function madeUp(count: number, objectives: number): Explored {
  const names = ['energy_per_token', 'tpot', 'ttft', 'area'] as const;
  return {
    space: 'made-up',
    trace: 'some trace',
    program: 'p',
    fidelity: 'analytic',
    axes: ['kind', 'size'],
    workloads: ['decode'],
    objectives: names.slice(0, objectives).map((name, i) => {
      return { name, title: `Objective ${i}`, unit: i < 3 ? 's' : 'mm²', better: 'less' } as const;
    }),
    points: Array.from({ length: count }, (_, position) => ({
      position,
      axes: { kind: position % 2 === 0 ? NASTY : 'other', size: position },
      values: Array.from({ length: objectives }, (_unused, i) => 1e-3 * (1 + ((position * (i + 3)) % count))),
      fidelity: 'analytic' as const,
      front: position < 3,
      machine: 'm',
      workloads: [],
    })),
    infeasible: 0,
    failed: 0,
  };
}

describe.each([1, 2] as const)('in %i columns', (columns) => {
  test.each([2, 3, 4])('the matrix of %i objectives can be printed', (objectives) => {
    const { svg, csv, caption } = scatterMatrix(madeUp(23, objectives), columns);
    const picture = new Picture(svg);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|currentColor/);
    expect(picture.outside()).toEqual([]);
    expect(picture.overlaps()).toEqual([]);
    expect(picture.texts().map(({ text }) => text)).toContain(NASTY);
    expect(csvParse(csv)).toHaveLength(23);
    expect(caption).toMatch(/\.$/);
    const pairs = (objectives * (objectives - 1)) / 2;
    expect([...svg.matchAll(/<path [^>]*class="point"/g)]).toHaveLength(23 * pairs);
  });
});

test('ten thousand points on few places make a picture of few marks', () => {
  const { points, ...rest } = madeUp(100, 3);
  const many = { ...rest, points: Array.from({ length: 10_000 }, (_, i) => points[i % 100]!) };
  expect(scatterMatrix(many).svg).toBe(
    scatterMatrix({ ...rest, points }).svg.replace('3 of 100', '300 of 10000'),
  );
});

test('names of the front are whole, without what all of the front have in common, which the caption says', () => {
  const some = madeUp(3, 2);
  const points = some.points.map(({ position, ...point }) => ({
    ...point,
    position,
    axes: { kind: 'k', size: 'a level with a long name', banks: position, ranks: 1 },
    values: [1 + position, 1 / (1 + position)],
  }));
  const { svg, caption } = pareto(designsOf({ ...some, points }, 'energy_per_token', 'tpot'));
  const texts = new Picture(svg).texts().map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['banks 0', 'banks 1', 'banks 2']));
  expect(texts.filter((text) => text.includes('…'))).toEqual([]);
  expect(caption).toContain(
    'no other one beats (all of them: kind k, size a level with a long name, ranks 1). ',
  );
});

test('the first axis with named levels gives the series, and is left out of the levels', () => {
  const two = madeUp(4, 2);
  expect(seriesAxis(two)).toBe('kind');
  expect(levelsText(two.points[1]!, 'kind')).toBe('size 1');
  expect(csvParse(pareto(designsOf(two, 'energy_per_token', 'tpot')).csv)).toHaveLength(4);
  expect(() => designsOf(two, 'energy_per_token', 'area')).toThrow('no such objective');
});
