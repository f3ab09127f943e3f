/** Does every figure of the set show each of its data once, to scale, in one column and in two, and can it be printed? */
import { readFile } from 'node:fs/promises';
import { csvParse } from 'd3';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrayTime, selectArrayTime } from '../../../src/report/figures/array-time.ts';
import { energyByModelSize } from '../../../src/report/figures/energy-by-model-size.ts';
import type { Figure } from '../../../src/report/figures/figure.ts';
import { spread } from '../../../src/report/figures/layout.ts';
import { hatchPath } from '../../../src/report/figures/marks.ts';
import { FIGURES } from '../../../src/report/figures/registry.ts';
import { roofline } from '../../../src/report/figures/roofline.ts';
import { selectSparsity } from '../../../src/report/figures/sparsity-by-layer.ts';
import { SHEET_WIDTHS } from '../../../src/report/figures/theme.ts';
import { exampleRun } from '../fixture.ts';
import { EXAMPLE_DATA, exampleSource, NASTY } from './data.ts';
import { Picture } from './picture.ts';

const COLUMNS = [1, 2] as const;

async function draw(name: string, columns: 1 | 2 = 2): Promise<Figure> {
  return FIGURES.find((figure) => figure.name === name)!.make(exampleSource, columns);
}

/** First coordinates of the paths of a class: those of a marker are at its left. */
function starts(svg: string, role: string): [number, number][] {
  return [...svg.matchAll(/<path [^>]*>/g)]
    .map(([path]) => path)
    .filter((path) => path.includes(`class="${role}"`))
    .map((path) => /M([\d.-]+) ([\d.-]+)/.exec(path)!.slice(1).map(Number) as [number, number]);
}

describe.each(COLUMNS)('in %i columns', (columns) => {
  test.each(FIGURES.map(({ name }) => name))('%s can be printed', async (name) => {
    const { svg, caption, title, csv } = await draw(name, columns);
    const picture = new Picture(svg);
    expect(picture.width).toBe(SHEET_WIDTHS[columns]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|currentColor/);
    expect(svg, 'nothing is fetched').not.toMatch(/href|url\(|<style|<image|<script/);
    expect(svg, 'names stay text').not.toContain('<b a=');
    expect(picture.ids().filter((id) => !id.startsWith(`${name}-`))).toEqual([]);
    expect(new Set(picture.ids()).size).toBe(picture.ids().length);
    expect(picture.outside()).toEqual([]);
    expect(picture.overlaps()).toEqual([]);
    expect(caption).toMatch(/\.$/);
    expect(title).not.toBe('');
    expect(csvParse(csv).length).toBeGreaterThan(0);
    expect((await draw(name, columns)).svg).toBe(svg);
  });
});

test('a name out of a file is escaped, and still readable', async () => {
  const { svg } = await draw('array-kinds');
  expect(new Picture(svg).texts().map(({ text }) => text)).toContain(NASTY);
});

test('docs/figures.md lists every figure and no other', async () => {
  const page = await readFile('docs/figures.md', 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(FIGURES.map(({ name }) => name));
});

describe('a point for each datum', () => {
  test.each([
    ['energy-by-model-size', EXAMPLE_DATA.modelSize.length],
    ['energy-by-context', EXAMPLE_DATA.context.length],
    ['roofline', EXAMPLE_DATA.roofline.length],
    ['pareto', EXAMPLE_DATA.designs.rows.length],
  ])('%s', async (name, expected) => {
    const { svg, csv } = await draw(name);
    expect(starts(svg, 'point')).toHaveLength(expected);
    expect(csvParse(csv)).toHaveLength(expected);
  });

  test('ratio-by-model-size: whole and arithmetic, and the published ones in both phases', async () => {
    const { rows, published } = EXAMPLE_DATA.ratios;
    const { svg, csv } = await draw('ratio-by-model-size');
    const batches = 2;
    expect(starts(svg, 'point')).toHaveLength(rows.length + rows.length / batches);
    expect(starts(svg, 'published')).toHaveLength(2 * published.length);
    const lines = csvParse(csv);
    expect(lines.filter(({ kind }) => kind === 'whole').map(({ ratio }) => Number(ratio))).toEqual(
      rows.map((row) => row.whole_ratio),
    );
    expect(lines.filter(({ kind }) => kind === 'published')).toHaveLength(published.length);
  });

  test('sparsity-by-layer: seven curves of weights, four of what projections read', async () => {
    const panels = selectSparsity(EXAMPLE_DATA.sparsity);
    expect(panels.map(({ id, curves }) => [id, curves.length])).toEqual([
      ['weights', 7],
      ['prefill', 4],
      ['decode', 4],
    ]);
    const points = panels.flatMap(({ curves }) => curves.flatMap((curve) => curve.points));
    expect(starts((await draw('sparsity-by-layer')).svg, 'point')).toHaveLength(points.length);
  });

  test('area-by-component and array-kinds: a bar for each part and each machine', async () => {
    expect(new Picture((await draw('area-by-component')).svg).rects('.bar')).toHaveLength(
      EXAMPLE_DATA.areas.length,
    );
    expect(new Picture((await draw('array-kinds')).svg).rects('.bar')).toHaveLength(
      2 * EXAMPLE_DATA.arrayKinds.length,
    );
  });
});

describe('scales', () => {
  test('more energy is higher and a longer context further right', async () => {
    const places = starts((await draw('energy-by-context')).svg, 'point');
    // Series by series, as the rows are selected.
    const series = [16, 8, 4].map((bits) => EXAMPLE_DATA.context.filter((row) => row.kv_bits === bits));
    const rows = series.flat();
    const tops = [16, 8, 4].map((_, i) => places.slice(i * 3, i * 3 + 3));
    for (const points of tops) {
      expect(points[0]![0]).toBeLessThan(points[1]![0]);
      expect(points[1]![0]).toBeLessThan(points[2]![0]);
      expect(points[2]![1]).toBeLessThan(points[0]![1]);
    }
    expect(rows).toHaveLength(places.length);
  });

  test('bars of the areas are as long as they are large, end to end', async () => {
    const bars = new Picture((await draw('area-by-component')).svg).rects('.bar');
    const perMm2 = bars[0]!.width / EXAMPLE_DATA.areas[0]!.area_mm2;
    for (const [i, bar] of bars.entries()) {
      expect(Math.abs(bar.width - EXAMPLE_DATA.areas[i]!.area_mm2 * perMm2)).toBeLessThan(0.03);
    }
  });

  test("the array's time is divided without rest", () => {
    for (const { shares } of selectArrayTime(EXAMPLE_DATA.runs)) {
      expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });
});

test.each(COLUMNS)('roofline: no point lies on the name of a roof, in %i columns', (columns) => {
  const [row] = EXAMPLE_DATA.roofline;
  const { peak_per_s: peak, bandwidth_B_per_s: bandwidth } = row!;
  const at = [1, 2, 20, 60, 100, 150, 220, 300];
  const rows = at.map((intensity) => ({
    ...row!,
    intensity_per_B: intensity,
    multiply_adds_per_s: 1.03 * Math.min(peak, intensity * bandwidth),
  }));
  const { svg, caption } = roofline(rows, columns);
  const names = new Picture(svg).texts().filter(({ text }) => /billion a|GB\/s/.test(text));
  expect(names).toHaveLength(2);
  for (const [left, top] of starts(svg, 'point')) {
    // A square's path starts at its top left corner.
    const [right, bottom] = [left + 4.4, top + 4.4];
    for (const name of names) {
      const apart = right < name.left || left > name.right || bottom < name.top || top > name.bottom;
      expect(apart, `${name.text} at ${left} ${top}`).toBe(true);
    }
  }
  expect(caption).toContain('the slope and the flat roof');
});

test('more series than there are styles are refused', () => {
  const [row] = EXAMPLE_DATA.modelSize;
  const rows = Array.from({ length: 9 }, (_, i) => ({ ...row!, machine: `machine ${i}` }));
  expect(() => energyByModelSize(rows)).toThrow(/so many series/);
});

test('runs without stalls have no picture of the time of the array', () => {
  expect(() => arrayTime([exampleRun()])).toThrow(/what the array waited for/);
});

describe('spread', () => {
  test('keeps order and gap, and moves nothing that has room', () => {
    const positions = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(positions, (given) => {
        const placed = spread(given, 7, -100, 200);
        const order = given.map((_, i) => i).toSorted((a, b) => given[a]! - given[b]! || a - b);
        for (let i = 1; i < order.length; i++) {
          expect(placed[order[i]!]! - placed[order[i - 1]!]!).toBeGreaterThanOrEqual(7 - 1e-9);
        }
        const apart = order.every((at, i) => i === 0 || given[at]! - given[order[i - 1]!]! >= 7);
        if (apart) placed.forEach((position, i) => expect(position).toBeCloseTo(given[i]!, 9));
      }),
    );
  });

  test('stays within its bounds where there is room', () => {
    expect(spread([0, 0, 0], 5, 2, 50)).toEqual([2, 7, 12]);
  });
});

test('a hatch stays within its box', () => {
  const length = fc.double({ min: 0.1, max: 80, noNaN: true });
  const hatch = fc.constantFrom('rising', 'falling', 'level', 'upright', 'crossed');
  fc.assert(
    fc.property(hatch, length, length, (kind, width, height) => {
      for (const [, x, y] of hatchPath(kind, 10, 20, width, height).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(9.99);
        expect(Number(x)).toBeLessThanOrEqual(10 + width + 0.01);
        expect(Number(y)).toBeGreaterThanOrEqual(19.99);
        expect(Number(y)).toBeLessThanOrEqual(20 + height + 0.01);
      }
    }),
  );
});
