/**
 * What the page's script draws from, as JSON in the page: points as rows of columns, levels and sections of machine files once each.
 */
import type { OpenStudy } from '../../explore/study.ts';
import { axisUnit } from '../figures/bar-scale.ts';
import { short, type TextIndex, Texts } from '../page/texts.ts';
import { type Explored, type ExploredPoint, seriesAxis } from './explored.ts';
import { headOf, sectionsOf } from './machine-file.ts';
import type { SectionTexts } from './machine-text.ts';

/** Digits of a machine's hash, as the command line shows them. */
const HASH_DIGITS = 12;

/** Seconds, joules, cycles, share of the array's lanes that were busy, component that was busy longest. */
export type WorkloadColumns = readonly [
  time_s: number,
  energy_J: number,
  cycles: number,
  utilisation: number,
  bottleneck: TextIndex,
];

export type PointColumns = readonly [
  position: number,
  /** Index of the level of each axis in the page's list; −1 where the axis does not apply. */
  levels: readonly number[],
  /** Objectives in the unit of the page. */
  values: readonly number[],
  fidelity: TextIndex,
  front: 0 | 1,
  machine: string,
  /** Values, then sources of each section of the machine file. */
  sections: readonly TextIndex[],
  workloads: readonly WorkloadColumns[],
];

export interface PageObjective {
  readonly title: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
}

export interface ExplorerData {
  readonly space: string;
  readonly trace: string;
  readonly texts: readonly string[];
  /** Levels as text, in the order of the space: those that a point of the page has. */
  readonly axes: readonly { readonly name: string; readonly levels: readonly string[] }[];
  readonly objectives: readonly PageObjective[];
  /** What time and energy of a workload are divided by for a token; 0 for a prefill. */
  readonly workloads: readonly {
    readonly name: string;
    readonly what: string;
    readonly steps: number;
    readonly tokens: number;
  }[];
  /** Axis that colours the points; −1 for none. */
  readonly series: number;
  readonly head: string;
  readonly points: readonly PointColumns[];
  readonly knee: number | null;
  /** Address of the report of a point, by position. */
  readonly reports: Readonly<Record<string, string>>;
  /** Folder of the reports, as commands name it. */
  readonly runs: string;
}

export interface Shown {
  readonly study: OpenStudy;
  readonly explored: Explored;
  /** The points of `explored` that the page shows. */
  readonly points: readonly ExploredPoint[];
  readonly knee: number | null;
  readonly reports: ReadonlyMap<number, string>;
  readonly runs: string;
}

export function explorerData({ study, explored, points, knee, reports, runs }: Shown): ExplorerData {
  const texts = new Texts();
  const { axes, objectives } = explored;
  const levels = axes.map((axis) => usedLevels(study, axis, points));
  const series = seriesAxis({ ...explored, points });
  const units = objectives.map((_, i) => unitOf(explored, i));
  const rows = points.map((point): PointColumns => {
    const sections = sectionsOf(study, study.at(point.position)!);
    return [
      point.position,
      axes.map((axis, i) => levels[i]!.indexOf(point.axes[axis] ?? null)),
      point.values.map((value, i) => short(value * units[i]!.factor)),
      texts.of(point.fidelity),
      point.front ? 1 : 0,
      point.machine.slice(0, HASH_DIGITS),
      sections.flatMap(({ values, sources }: SectionTexts) => [texts.of(values), texts.of(sources)]),
      point.workloads.map(({ time_s, energy_J, cycles, array_utilisation, bottleneck }) => [
        short(time_s),
        short(energy_J),
        short(cycles),
        short(array_utilisation),
        texts.of(bottleneck),
      ]),
    ];
  });
  return {
    space: explored.space,
    trace: explored.trace,
    texts: texts.all,
    axes: axes.map((name, i) => ({ name, levels: levels[i]!.map(String) })),
    objectives: objectives.map(({ title, better }, i) => ({ title, better, unit: units[i]!.unit })),
    workloads: workloadsOf(explored),
    series: series === undefined ? -1 : axes.indexOf(series),
    head: headOf(study),
    points: rows,
    knee,
    reports: Object.fromEntries(reports),
    runs,
  };
}

/** The unit in which the page shows an objective: over all points, so that it does not depend on which are shown. */
export function unitOf(
  { objectives, points }: Explored,
  index: number,
): { readonly unit: string; readonly factor: number } {
  const { unit } = objectives[index]!;
  // Other units take no prefixes.
  if (!['s', 'J', 'J·s'].includes(unit)) return { unit, factor: 1 };
  const largest = points.reduce((most, { values }) => Math.max(most, values[index]!), 0);
  return axisUnit(largest, unit);
}

type Label = string | number | boolean | null;

function usedLevels(study: OpenStudy, axis: string, points: readonly ExploredPoint[]): readonly Label[] {
  const used = new Set(points.map(({ axes }) => axes[axis]));
  const { levels } = study.space.axes.find(({ name }) => name === axis)!;
  return levels.map(({ label }) => label).filter((label) => used.has(label));
}

/** What the workloads of the points are, as the first point has them: they are the same for all. */
function workloadsOf({ workloads, points }: Explored): ExplorerData['workloads'] {
  return workloads.map((name, i) => {
    const { phase, steps, batch, context } = points[0]!.workloads[i]!;
    const tokens = phase === 'decode' ? `, ${steps} ${steps === 1 ? 'token' : 'tokens'}` : '';
    return {
      name,
      what: `${phase}${tokens}, context ${context}, batch ${batch}`,
      steps: phase === 'decode' ? steps : 0,
      tokens: phase === 'decode' ? steps * batch : 0,
    };
  });
}
