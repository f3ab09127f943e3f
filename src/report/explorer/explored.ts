/**
 * An exploration as figures and the page show it: each point of one trace once, with its levels and its objectives. Where a
 * successive study evaluated a point twice, the cycle-level values stand; the front is that of the fidelity that decides, as
 * `tritsim explore pareto` prints it. Points that failed, lack an objective or break a constraint are counted, not shown.
 */
import { ParetoFront } from '../../explore/front/pareto.ts';
import { METRICS, type MetricName } from '../../explore/metrics.ts';
import { fidelitiesOf, resultsOf, type FindRow } from '../../explore/results.ts';
import type { MeasuredWorkload } from '../../explore/row.ts';
import type { OpenStudy } from '../../explore/study.ts';
import { labelsOf, type Labels } from '../../explore/summary.ts';
import type { Fidelity } from '../../sim/result.ts';

export interface ExploredObjective {
  readonly name: MetricName;
  /** As a title of an axis: `Energy per token`. */
  readonly title: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
}

export interface ExploredPoint {
  /** Position in the space. */
  readonly position: number;
  readonly axes: Labels;
  /** In the order of the objectives, in their units. */
  readonly values: readonly number[];
  readonly fidelity: Fidelity;
  readonly front: boolean;
  /** Hash of the machine. */
  readonly machine: string;
  /** What was measured of each workload. */
  readonly workloads: readonly MeasuredWorkload[];
}

export interface Explored {
  readonly space: string;
  readonly trace: string;
  readonly program: string;
  /** The fidelity that decides. */
  readonly fidelity: Fidelity;
  /** Names, in the order of the space. */
  readonly axes: readonly string[];
  readonly workloads: readonly string[];
  readonly objectives: readonly ExploredObjective[];
  readonly points: readonly ExploredPoint[];
  readonly infeasible: number;
  readonly failed: number;
}

const TITLES: Readonly<Record<MetricName, string>> = {
  energy_per_token: 'Energy per token',
  tpot: 'Time per token',
  ttft: 'Time to first token',
  area: 'Area',
  edp: 'Energy × time per token',
  tokens_per_joule: 'Tokens per energy',
};

/** What a study found on one of its traces. @param trace index of the study's trace */
export async function exploredOf(study: OpenStudy, find: FindRow, trace: number): Promise<Explored> {
  const { space } = study;
  const fidelity = fidelitiesOf(study).at(-1)!;
  const front = new ParetoFront();
  const points = new Map<number, Omit<ExploredPoint, 'front'>>();
  const dropped = { infeasible: new Set<number>(), failed: new Set<number>() };
  for await (const { point, trace: of, row, metrics, costs } of resultsOf(study, find)) {
    if (of !== trace) continue;
    const { position } = point;
    if (costs === undefined) {
      dropped[row.error === undefined ? 'infeasible' : 'failed'].add(position);
      points.delete(position);
      continue;
    }
    if (row.fidelity === fidelity) front.add({ id: position, costs });
    points.set(position, {
      position,
      axes: labelsOf(study, point.levels),
      values: space.objectives.map((name) => metrics[name]!),
      fidelity: row.fidelity,
      machine: row.machine!,
      workloads: row.workloads!,
    });
  }
  const onFront = new Set(front.points().map(({ id }) => id));
  return {
    space: space.name,
    trace: study.study.traces[trace]!.name,
    program: study.study.program,
    fidelity,
    axes: space.axes.map(({ name }) => name),
    workloads: space.workloads.map(({ name }) => name),
    objectives: space.objectives.map((name): ExploredObjective => {
      const { unit, better } = METRICS[name];
      return { name, title: TITLES[name], unit: unit === 'mm2' ? 'mm²' : unit, better };
    }),
    points: [...points.values()]
      .toSorted((a, b) => a.position - b.position)
      .map((point) => ({ ...point, front: onFront.has(point.position) })),
    infeasible: dropped.infeasible.size,
    failed: dropped.failed.size,
  };
}

/** As many as figures have styles for. */
export const MOST_SERIES = 7;

/** The first axis whose levels are named and few enough to tell apart: what points are coloured by; undefined for none. */
export function seriesAxis({ axes, points }: Explored): string | undefined {
  return axes.find((axis) => {
    const levels = new Set(points.map(({ axes: own }) => own[axis]));
    return (
      levels.size > 1 &&
      levels.size <= MOST_SERIES &&
      [...levels].every((level) => typeof level === 'string' && !/^[\d.]/.test(level))
    );
  });
}

/** What a point's series is called; the space's name where there is one series. */
export function seriesOf({ space }: Explored, axis: string | undefined, { axes }: ExploredPoint): string {
  return axis === undefined ? space : String(axes[axis]);
}

/** The levels of a point as text: `outputs 64, banks 8`; axes that do not apply are left out. */
export function levelsText({ axes }: ExploredPoint, without?: string): string {
  return Object.entries(axes)
    .flatMap(([name, level]) => (level === null || name === without ? [] : [`${name} ${String(level)}`]))
    .join(', ');
}

/** How the values of the points were found: the end of a sentence. */
export function howEvaluated({ points, fidelity }: Explored): string {
  const cycle = points.filter((point) => point.fidelity === 'cycle').length;
  if (fidelity === 'analytic') return 'estimated in closed form';
  return cycle === points.length
    ? 'simulated cycle by cycle'
    : `${cycle} of them simulated cycle by cycle, the others estimated in closed form`;
}
