/** What an exploration amounts to, for each of its traces: how far it is, the front with its knee and volume, what each axis moves. */
import { hypervolume, MOST_OBJECTIVES } from './front/hypervolume.ts';
import { kneeOf } from './front/knee.ts';
import { ParetoFront, type FrontPoint } from './front/pareto.ts';
import { Sensitivity, type AxisEffect } from './front/sensitivity.ts';
import { costOf, type MetricName, type MetricValues } from './metrics.ts';
import { fidelitiesOf, joined, nearPositions, resultsOf, type FindRow, type Result } from './results.ts';
import type { Row } from './row.ts';
import type { OpenStudy } from './study.ts';

/** Levels of a point by axis, as the space file writes them; null for an axis that does not apply. */
export type Labels = Readonly<Record<string, string | number | boolean | null>>;

export interface Finding {
  /** Position in the space. */
  readonly point: number;
  readonly machine: string | null;
  readonly axes: Labels;
  readonly metrics: MetricValues;
}

export interface TraceSummary {
  readonly trace: string;
  /** The fidelity that decides. */
  readonly fidelity: Row['fidelity'];
  /** Points that keep all constraints, that do not, and that failed, by error code. */
  readonly feasible: number;
  readonly infeasible: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly front: readonly Finding[];
  readonly knee: Finding | null;
  /** Part of the box between the best and the worst cost of the feasible points that the front dominates; null for many objectives. */
  readonly hypervolume: number | null;
  /** By objective. */
  readonly sensitivity: Readonly<Partial<Record<MetricName, readonly AxisEffect[]>>>;
  /** The feasible point with the best value of each objective; of equals the first. */
  readonly best: Readonly<Partial<Record<MetricName, Finding>>>;
}

/** One entry a trace. Memory grows with the front. */
export async function summarise(study: OpenStudy, find: FindRow): Promise<TraceSummary[]> {
  const fidelity = fidelitiesOf(study).at(-1)!;
  const gatherers = study.study.traces.map(() => new Gatherer(study));
  for await (const result of resultsOf(study, find))
    if (result.row.fidelity === fidelity) gatherers[result.trace]!.add(result);
  return gatherers.map((gatherer, i) => ({
    trace: study.study.traces[i]!.name,
    fidelity,
    ...gatherer.summary(),
  }));
}

/** Levels of a point by axis. */
export function labelsOf({ space }: OpenStudy, levels: ArrayLike<number>): Labels {
  return Object.fromEntries(
    space.axes.map(({ name, levels: all }, i) => [name, all[levels[i]!]?.label ?? null]),
  );
}

class Gatherer {
  readonly #study: OpenStudy;
  readonly #front = new ParetoFront();
  readonly #findings = new Map<number, Finding>();
  readonly #best: (FrontPoint & { finding: Finding })[] = [];
  readonly #sensitivity: readonly Sensitivity[];
  readonly #worst: number[];
  readonly #failed = new Map<string, number>();
  #feasible = 0;
  #infeasible = 0;

  constructor(study: OpenStudy) {
    this.#study = study;
    const { objectives, axes } = study.space;
    this.#sensitivity = objectives.map(() => new Sensitivity(axes));
    this.#worst = objectives.map(() => -Infinity);
  }

  add({ point, row, metrics, costs }: Result): void {
    if (row.error !== undefined)
      this.#failed.set(row.error.code, (this.#failed.get(row.error.code) ?? 0) + 1);
    else if (costs === undefined) this.#infeasible++;
    if (costs === undefined) return;
    this.#feasible++;
    const id = point.position;
    const finding = (): Finding => {
      return { point: id, machine: row.machine, axes: labelsOf(this.#study, point.levels), metrics };
    };
    costs.forEach((cost, i) => {
      this.#worst[i] = Math.max(this.#worst[i]!, cost);
      this.#sensitivity[i]!.add(point.levels, metrics[this.#study.space.objectives[i]!]!);
      if (cost < (this.#best[i]?.costs[i] ?? Infinity)) this.#best[i] = { id, costs, finding: finding() };
    });
    if (!this.#front.add({ id, costs })) return;
    this.#findings.set(id, finding());
    if (this.#findings.size > 2 * this.#front.size + 64) this.#forget();
  }

  summary(): Omit<TraceSummary, 'trace' | 'fidelity'> {
    const { objectives } = this.#study.space;
    const front = this.#front.points();
    const knee = kneeOf(front);
    const ideal = this.#best.map(({ costs }, i) => costs[i]!);
    return {
      feasible: this.#feasible,
      infeasible: this.#infeasible,
      failed: Object.fromEntries([...this.#failed].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      front: front.map(({ id }) => this.#findings.get(id)!),
      knee: knee === undefined ? null : this.#findings.get(knee.id)!,
      hypervolume:
        objectives.length > MOST_OBJECTIVES || knee === undefined
          ? null
          : volumeShare(front, ideal, this.#worst),
      sensitivity: Object.fromEntries(objectives.map((name, i) => [name, this.#sensitivity[i]!.effects()])),
      best: Object.fromEntries(this.#best.map(({ finding }, i) => [objectives[i]!, finding])),
    };
  }

  #forget(): void {
    const kept = new Set(this.#front.points().map(({ id }) => id));
    for (const id of this.#findings.keys()) if (!kept.has(id)) this.#findings.delete(id);
  }
}

/** In an objective that all points share the box is flat; it is left out. */
function volumeShare(
  front: readonly FrontPoint[],
  ideal: readonly number[],
  worst: readonly number[],
): number {
  const wide = ideal.flatMap((least, i) => (worst[i]! > least ? [i] : []));
  const scaled = front.map(({ costs }) => wide.map((i) => (costs[i]! - ideal[i]!) / (worst[i]! - ideal[i]!)));
  return wide.length === 0
    ? 1
    : hypervolume(
        scaled,
        wide.map(() => 1),
      );
}

export interface Status {
  readonly trace: string;
  readonly fidelity: Row['fidelity'];
  /** Points that constraints on the machine leave in, of how many the space has. */
  readonly points: number;
  readonly positions: number;
  readonly recorded: number;
  readonly failed: number;
}

/** How far each round is. A successive study's cycle-level points are those near the front of what is recorded. */
export async function statusOf(study: OpenStudy, find: FindRow): Promise<Status[]> {
  const { fidelity } = study.space;
  const rounds: Status[] = [];
  for (const [trace, { name }] of study.study.traces.entries()) {
    for (const level of fidelitiesOf(study)) {
      const again = fidelity.kind === 'successive' && level === 'cycle';
      const positions = again ? await nearPositions(study, trace, fidelity.margin, find) : undefined;
      let [points, recorded, failed] = [0, 0, 0];
      for await (const { row } of joined(study, trace, level, find, positions)) {
        points++;
        if (row !== undefined) recorded++;
        if (row?.error !== undefined) failed++;
      }
      rounds.push({
        trace: name,
        fidelity: level,
        points,
        positions: positions?.length ?? study.sequence.length,
        recorded,
        failed,
      });
    }
  }
  return rounds;
}

/** A metric as one writes it, best first. */
export function compareBy(name: MetricName): (a: Finding, b: Finding) => number {
  return (a, b) => costOf(name, a.metrics[name]!) - costOf(name, b.metrics[name]!) || a.point - b.point;
}
