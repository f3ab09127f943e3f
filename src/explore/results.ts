/**
 * The points of a study beside their records: what each amounts to in the space's metrics, whether it keeps the constraints, and
 * which points a successive study evaluates again. Nothing here depends on the order in which records were written.
 */
import type { Fidelity } from '../sim/result.ts';
import { NearFront } from './front/pareto.ts';
import { costOf, marginOf, metricsOf, type MetricValues } from './metrics.ts';
import type { Row } from './row.ts';
import type { OpenStudy, Point } from './study.ts';

/** A point with its record. */
export interface Result {
  readonly point: Point;
  /** Index of the study's trace. */
  readonly trace: number;
  readonly row: Row;
  readonly metrics: MetricValues;
  /** Whether it was evaluated, has all objectives and keeps all constraints. */
  readonly feasible: boolean;
  /** Objectives of a feasible point, less being better. */
  readonly costs?: readonly number[];
}

/** Records by key. */
export type FindRow = (key: string) => Row | undefined;

/** What a record amounts to for the space of a study. */
export function judge(study: OpenStudy, point: Point, trace: number, row: Row): Result {
  const { workloads, objectives } = study.space;
  if (row.workloads === undefined) return { point, trace, row, metrics: {}, feasible: false };
  const weights = workloads.map(({ weight }) => weight);
  const metrics = metricsOf(row.workloads, weights, row.area_mm2);
  const costs = objectives.map((name) => {
    const value = metrics[name];
    return value === undefined ? NaN : costOf(name, value);
  });
  const known = !costs.some(Number.isNaN) && study.needs.every((name) => metrics[name] !== undefined);
  const feasible = known && study.isFeasible(point, metrics);
  return { point, trace, row, metrics, feasible, ...(feasible && { costs }) };
}

/** Every point of a study at one fidelity, in order; `row` is absent where it has no record. */
export async function* joined(
  study: OpenStudy,
  trace: number,
  fidelity: Fidelity,
  find: FindRow,
  positions: Iterable<number> = positionsOf(study),
): AsyncGenerator<{ readonly point: Point; readonly row: Row | undefined }> {
  for (const position of positions) {
    const point = study.at(position);
    if (point === undefined) continue;
    const { key } = await study.identify(point, trace, fidelity);
    yield { point, row: find(key) };
  }
}

/** Positions of a successive study that are worth a cycle-level evaluation, by what its analytic records say. */
export async function nearPositions(
  study: OpenStudy,
  trace: number,
  margin: number,
  find: FindRow,
  positions?: Iterable<number>,
): Promise<number[]> {
  const near = new NearFront(study.space.objectives.map((name) => marginOf(name, margin)));
  for await (const { point, row } of joined(study, trace, 'analytic', find, positions)) {
    if (row === undefined) continue;
    const { costs } = judge(study, point, trace, row);
    if (costs !== undefined) near.add({ id: point.position, costs });
  }
  return near.near().map(({ id }) => id);
}

/** 0, 1, … of the sequence. */
export function* positionsOf({ sequence }: OpenStudy): Generator<number> {
  for (let position = 0; position < sequence.length; position++) yield position;
}

/** The first positions of the sequence that have a point, `limit` of them where there are so many. */
export function firstPoints(study: OpenStudy, limit: number): number[] {
  const positions: number[] = [];
  for (const position of positionsOf(study)) {
    if (positions.length === limit) break;
    if (study.at(position) !== undefined) positions.push(position);
  }
  return positions;
}

/** The fidelities that a study's points have records of; the last one decides. */
export function fidelitiesOf({ space: { fidelity } }: OpenStudy): readonly Fidelity[] {
  return fidelity.kind === 'successive' ? ['analytic', 'cycle'] : [fidelity.kind];
}

/**
 * All results of a study in one order: by trace, then fidelity, then position. A successive study's cycle-level results are those of
 * the points near the analytic front, whatever else has a record.
 */
export async function* resultsOf(study: OpenStudy, find: FindRow): AsyncGenerator<Result> {
  const { fidelity } = study.space;
  for (let trace = 0; trace < study.study.traces.length; trace++) {
    for (const level of fidelitiesOf(study)) {
      const again = fidelity.kind === 'successive' && level === 'cycle';
      const positions = again ? await nearPositions(study, trace, fidelity.margin, find) : undefined;
      for await (const { point, row } of joined(study, trace, level, find, positions))
        if (row !== undefined) yield judge(study, point, trace, row);
    }
  }
}
