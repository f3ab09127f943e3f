/**
 * What margin of a successive exploration loses no point of the front: `npx tsx bench/margin.ts FOLDER`, of an exploration whose own margin
 * was wider, or that simulated a sample of points all (docs/explore.md has what it gave).
 *
 * The margin of a point is the least with which it would have been simulated. Prints how far estimates are from the simulation, and by
 * margin how many points are simulated and how many of the front that all simulated points make are not among them. Points beyond the
 * exploration's own margin were not simulated: whether the front has some of them, this does not tell.
 */
import { ParetoFront } from '../src/explore/front/pareto.ts';
import { marginOf } from '../src/explore/metrics.ts';
import { joined, judge } from '../src/explore/results.ts';
import { openExploration } from '../src/explore/run.node.ts';
import type { Fidelity } from '../src/sim/result.ts';
import { renderTable } from '../src/report/table.ts';

const MARGINS = [0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1];
const TRACE = 0;

const folder = process.argv[2];
if (folder === undefined) throw new Error('of which folder?');
const exploration = openExploration(folder);
const { study, find } = exploration;
const { objectives } = study.space;

/** Costs of the feasible points by position. */
async function costsAt(fidelity: Fidelity): Promise<Map<number, readonly number[]>> {
  const all = new Map<number, readonly number[]>();
  for await (const { point, row } of joined(study, TRACE, fidelity, find)) {
    if (row === undefined) continue;
    const { costs } = judge(study, point, TRACE, row);
    if (costs !== undefined) all.set(point.position, costs);
  }
  return all;
}

function frontOf(points: ReadonlyMap<number, readonly number[]>): readonly number[] {
  const front = new ParetoFront();
  for (const [id, costs] of points) front.add({ id, costs });
  return front.points().map(({ id }) => id);
}

/** By position the margin above which the point would be simulated: 0 on the estimated front. */
function marginsOf(points: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, number> {
  const front = frontOf(points).map((id) => points.get(id)!);
  const exact = objectives.map((name) => marginOf(name, 1) === 0);
  const against = (costs: readonly number[], other: readonly number[]): number =>
    Math.min(
      ...costs.map((cost, i) => {
        const better = 1 - other[i]! / cost;
        // An exact objective that is worse in the other point keeps this one, whatever the margin.
        return exact[i]! ? (better < 0 ? 0 : Infinity) : Math.max(0, better);
      }),
    );
  return new Map(
    [...points].map(([id, costs]) => [id, Math.max(0, ...front.map((other) => against(costs, other)))]),
  );
}

const estimates = await costsAt('analytic');
const simulations = await costsAt('cycle');
exploration.close();

console.log(`${estimates.size} points estimated, ${simulations.size} of them simulated`);
for (const [i, name] of objectives.entries()) {
  const ratios = [...simulations].map(([id, costs]) => estimates.get(id)![i]! / costs[i]!);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  console.log(
    `${name}: estimate ÷ simulation ${low.toFixed(4)} to ${high.toFixed(4)}, 1 − low ÷ high = ${(1 - low / high).toFixed(4)}`,
  );
}

const margins = marginsOf(estimates);
const front = frontOf(simulations).map((id) => margins.get(id)!);
const reaches = (needed: number, margin: number): boolean => needed <= 0 || needed < margin;
console.log(
  `front of the simulated points: ${front.length}; the margin of its farthest: ${Math.max(...front).toFixed(4)}`,
);
console.log(
  renderTable([
    ['margin', 'points simulated', 'of the front lost'],
    ...MARGINS.map((margin) => [
      String(margin),
      String([...margins.values()].filter((needed) => reaches(needed, margin)).length),
      String(front.filter((needed) => !reaches(needed, margin)).length),
    ]),
  ]).join('\n'),
);
