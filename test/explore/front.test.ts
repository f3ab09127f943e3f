/** Are front, near front, knee, hypervolume and sensitivity what their definitions say, on points few enough to count by hand? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hypervolume } from '../../src/explore/front/hypervolume.ts';
import { kneeOf } from '../../src/explore/front/knee.ts';
import { dominates, NearFront, ParetoFront } from '../../src/explore/front/pareto.ts';
import { Sensitivity } from '../../src/explore/front/sensitivity.ts';

const points = (dimensions: number, most: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: most }), { minLength: dimensions, maxLength: dimensions }), {
    minLength: 1,
    maxLength: 40,
  });
/** From the line between the ends of a front from (0, 10) to (10, 0). */
const distance = ([x, y]: readonly number[]): number => (10 - x! - y!) / Math.SQRT2;
const anyDimension = fc.integer({ min: 1, max: 6 }).chain((dimensions) => points(dimensions, 9));

describe('the front', () => {
  test('is every point that no other dominates, in any order of arrival', () => {
    fc.assert(
      fc.property(anyDimension, fc.infiniteStream(fc.nat()), (all, draws) => {
        const front = new ParetoFront();
        const order = all.map((_, id) => id).toSorted((a, b) => a - b || draws.next().value - 1);
        for (const id of order.toReversed()) front.add({ id, costs: all[id]! });
        const expected = all.flatMap((costs, id) =>
          all.some((other) => dominates(other, costs)) ? [] : [id],
        );
        expect(front.points().map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  test('has near it what a margin on every cost would put on it', () => {
    fc.assert(
      fc.property(anyDimension, fc.constantFrom(0, 0.1, 0.5), (all, margin) => {
        const near = new NearFront(all[0]!.map(() => margin));
        all.forEach((costs, id) => near.add({ id, costs }));
        const better = (costs: number[]): number[] => costs.map((cost) => cost * (1 - margin));
        const expected = all.flatMap((costs, id) =>
          all.some((other) => dominates(other, better(costs))) ? [] : [id],
        );
        expect(near.near().map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  test('has near it, by estimates, all of the exact front where the margin is 1 − lo ÷ hi of the error', () => {
    const [lo, hi] = [0.93, 1.04];
    const point = fc.record({
      exact: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 3 }),
      ratios: fc.array(fc.double({ min: lo, max: hi, noNaN: true }), { minLength: 2, maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (all) => {
        const front = new ParetoFront();
        const near = new NearFront([1 - lo / hi + 1e-12, 1 - lo / hi + 1e-12, 0]);
        all.forEach(({ exact, ratios }, id) => {
          front.add({ id, costs: exact });
          // The last cost is known exactly, as an area is.
          near.add({ id, costs: exact.map((cost, i) => cost * (ratios[i] ?? 1)) });
        });
        const found = near.near().map(({ id }) => id);
        expect(found).toEqual(expect.arrayContaining(front.points().map(({ id }) => id)));
      }),
      { numRuns: 300 },
    );
  });

  test('lets a cost that is a negated gain improve upwards', () => {
    const near = new NearFront([0.1]);
    near.add({ id: 0, costs: [-100] });
    near.add({ id: 1, costs: [-95] });
    near.add({ id: 2, costs: [-80] });
    expect(near.near().map(({ id }) => id)).toEqual([0, 1]);
  });
});

describe('the hypervolume', () => {
  test('of points on a grid is the number of cells that they dominate', () => {
    const anyGrid = fc.integer({ min: 1, max: 4 }).chain((dimensions) => points(dimensions, 5));
    fc.assert(
      fc.property(anyGrid, (all) => {
        const dimensions = all[0]!.length;
        let cells = 0;
        for (let cell = 0; cell < 5 ** dimensions; cell++) {
          const corner = Array.from({ length: dimensions }, (_, i) => Math.floor(cell / 5 ** i) % 5);
          if (all.some((costs) => costs.every((cost, i) => cost <= corner[i]!))) cells++;
        }
        expect(
          hypervolume(
            all,
            Array.from({ length: dimensions }, () => 5),
          ),
        ).toBe(cells);
      }),
    );
  });

  test('of five objectives is refused', () => {
    expect(() => hypervolume([], [1, 1, 1, 1, 1])).toThrow('up to 4');
  });
});

describe('the knee', () => {
  test('of two objectives is farthest from the line between the ends', () => {
    const front = [
      [0, 10],
      [1, 6],
      [3, 2],
      [7, 1],
      [10, 0],
    ].map((costs, id) => ({ id, costs }));
    const farthest = front.reduce((best, point) =>
      distance(point.costs) > distance(best.costs) ? point : best,
    );
    expect(kneeOf(front)).toBe(farthest);
  });

  test('does not depend on the units', () => {
    const front = [
      [0, 10],
      [3, 2],
      [10, 0],
    ];
    const scaled = front.map(([x, y], id) => ({ id, costs: [x! * 1e-9, y! * 1e6] }));
    expect(kneeOf(scaled)!.id).toBe(1);
  });

  test('of no points is none', () => {
    expect(kneeOf([])).toBeUndefined();
  });
});

describe('the sensitivity', () => {
  test('of a sum of two axes splits the variance between them', () => {
    const axes = [
      { name: 'a', levels: [0, 1, 2] },
      { name: 'b', levels: [0, 1] },
      { name: 'c', levels: [0, 1] },
    ];
    const sensitivity = new Sensitivity(axes);
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 2; b++) for (let c = 0; c < 2; c++) sensitivity.add([a, b, c], 10 + 3 * a + 5 * b);
    const [a, b, c] = sensitivity.effects();
    // Variances: 9 · 2/3 and 25 · 1/4.
    expect(a!.share).toBeCloseTo(6 / 12.25, 12);
    expect(b!.share).toBeCloseTo(6.25 / 12.25, 12);
    expect(c!.share).toBeCloseTo(0, 12);
    expect(a!.means).toEqual([12.5, 15.5, 18.5]);
    expect(a!.spread).toBeCloseTo(18.5 / 12.5 - 1, 12);
  });

  test('leaves out points that an axis does not apply to', () => {
    const sensitivity = new Sensitivity([{ name: 'a', levels: ['x', 'y'] }]);
    sensitivity.add([-1], 100);
    sensitivity.add([0], 1);
    expect(sensitivity.effects()[0]!.means).toEqual([1, null]);
  });
});
