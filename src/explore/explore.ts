/**
 * The course of an exploration, whatever evaluates the points: batches out in the order of the space, records in as they come, for
 * a successive study a second round near the front. What is recorded already is not evaluated again, and nothing is kept of a point
 * but its key and, where it is near the front, its costs.
 */
import type { Fidelity } from '../sim/result.ts';
import type { Batch, BatchPoint, BatchResult } from './batch.ts';
import { ParetoFront } from './front/pareto.ts';
import { fidelitiesOf, firstPoints, judge, nearPositions, positionsOf } from './results.ts';
import { rowOfLine, type Row } from './row.ts';
import { shareOf, shareSize, type Shard } from './shard.ts';
import type { Absence, OpenStudy } from './study.ts';

/** What evaluates batches: threads, a queue of hosts. */
export interface Engine {
  /**
   * Evaluates every batch that `next` gives until it gives none, and hands each result on, in any order.
   * @throws what an evaluator throws beyond the errors of points, what `onResult` throws
   */
  run(next: () => Batch | undefined, onResult: (batch: Batch, result: BatchResult) => void): Promise<void>;
}

/** Where records are kept. */
export interface Records {
  find(key: string): Row | undefined;
  /** Notes what other processes have recorded since. */
  refresh(): void;
  append(records: readonly { readonly key: string; readonly line: string }[]): number;
}

export interface Course {
  /** What is evaluated now. */
  readonly trace: string;
  readonly fidelity: Fidelity;
  /** Points of this round: all, and those that are through, whatever became of them. */
  readonly total: number;
  readonly done: number;
  /** Of all rounds: evaluated by this run, found recorded, failed (of either); a successive study's point may be in two rounds. */
  readonly evaluated: number;
  readonly reused: number;
  readonly failed: number;
  /** The first two by the fidelity of the round. */
  readonly tallies: Readonly<Record<Fidelity, Readonly<Tally>>>;
  /** Positions without a point: left out by constraints on the machine, and those whose machine is another position's. */
  readonly excluded: number;
  readonly repeated: number;
  /** Points on the front of this round. */
  readonly front: number;
}

export interface Tally {
  evaluated: number;
  reused: number;
}

export interface ExploreOptions {
  /** Only so many points, the first ones; positions without a point are passed over and not counted. */
  readonly limit?: number | undefined;
  /**
   * Only a share of the points; of a successive study a share of those near the front: each shard estimates all points for itself,
   * since which ones are near is known only where all are.
   */
  readonly shard?: Shard | undefined;
  /** Whether to stop: asked before each batch. */
  readonly stopped?: () => boolean;
  readonly onProgress?: (course: Course) => void;
  /** Points of a batch, by fidelity. */
  readonly batchSize?: Readonly<Record<Fidelity, number>>;
}

/** Analytic points take less than a millisecond, cycle-level ones from a tenth of a second to minutes. */
const BATCH: Readonly<Record<Fidelity, number>> = { analytic: 128, cycle: 1 };

/** Runs a study to its end, or until it is stopped. @returns how it went; `done` < `total` where it was stopped */
export async function explore(
  study: OpenStudy,
  engine: Engine,
  records: Records,
  options: ExploreOptions = {},
): Promise<Course> {
  const { fidelity } = study.space;
  const limit = options.limit ?? Infinity;
  const first = limit < study.sequence.length ? firstPoints(study, limit) : undefined;
  const whole = (): Iterable<number> => first ?? positionsOf(study);
  const sums = new Sums();
  let course: Course | undefined;
  for (const [trace, { name }] of study.study.traces.entries()) {
    for (const level of fidelitiesOf(study)) {
      if (options.stopped?.() === true && course !== undefined) return course;
      const again = fidelity.kind === 'successive' && level === 'cycle';
      const near = again
        ? await nearPositions(study, trace, fidelity.margin, (key) => records.find(key), whole())
        : undefined;
      const total = (near ?? first)?.length ?? study.sequence.length;
      const all = { positions: near ?? whole(), total };
      const shard = level === fidelitiesOf(study).at(-1) ? options.shard : undefined;
      const share = shard && {
        positions: shareOf(all.positions, shard),
        total: shareSize(all.total, shard),
      };
      const round = { trace, name, level, ...(share ?? all) };
      course = await runRound(study, engine, records, options, round, sums);
      if (course.done < course.total) return course;
    }
  }
  return course!;
}

/** What is counted over all rounds. */
class Sums {
  readonly tallies: Record<Fidelity, Tally> = {
    analytic: { evaluated: 0, reused: 0 },
    cycle: { evaluated: 0, reused: 0 },
  };
  failed = 0;
  readonly #absent: Record<Absence, number> = { excluded: 0, repeated: 0 };

  /** Counts positions of a batch that gave no point. They are the same for each trace. */
  countAbsent(study: OpenStudy, { positions }: Batch, points: readonly BatchPoint[]): void {
    if (points.length === positions.length) return;
    const there = new Set(points.map(({ position }) => position));
    for (const position of positions) {
      const found = there.has(position) ? undefined : study.find(position);
      if (typeof found === 'string') this.#absent[found]++;
    }
  }

  soFar(): Omit<Course, 'trace' | 'fidelity' | 'total' | 'done' | 'front'> {
    const { analytic, cycle } = this.tallies;
    return {
      evaluated: analytic.evaluated + cycle.evaluated,
      reused: analytic.reused + cycle.reused,
      tallies: { analytic: { ...analytic }, cycle: { ...cycle } },
      failed: this.failed,
      ...this.#absent,
    };
  }
}

interface Round {
  readonly trace: number;
  readonly name: string;
  readonly level: Fidelity;
  readonly positions: Iterable<number>;
  readonly total: number;
}

async function runRound(
  study: OpenStudy,
  engine: Engine,
  records: Records,
  options: ExploreOptions,
  { trace, name, level, positions, total }: Round,
  sums: Sums,
): Promise<Course> {
  const front = new ParetoFront();
  const size = (options.batchSize ?? BATCH)[level];
  const queue = positions[Symbol.iterator]();
  let done = 0;
  const course = (): Course => ({
    trace: name,
    fidelity: level,
    total,
    done,
    ...sums.soFar(),
    front: front.size,
  });
  options.onProgress?.(course());
  const next = (): Batch | undefined => {
    if (options.stopped?.() === true) return undefined;
    records.refresh();
    const batch: number[] = [];
    while (batch.length < size) {
      const { value, done: ended } = queue.next();
      if (ended === true) break;
      batch.push(value);
    }
    return batch.length === 0 ? undefined : { fidelity: level, trace, positions: batch };
  };
  const onResult = (batch: Batch, { points }: BatchResult): void => {
    const lines = points.flatMap(({ key, line }) => (line === undefined ? [] : [{ key, line }]));
    records.append(lines);
    done += batch.positions.length;
    sums.tallies[level].evaluated += lines.length;
    sums.tallies[level].reused += points.length - lines.length;
    if (trace === 0) sums.countAbsent(study, batch, points);
    for (const { position, key, line } of points) {
      const row = line === undefined ? records.find(key) : rowOfLine(line.trimEnd());
      if (row === undefined) continue;
      if (row.error !== undefined) sums.failed++;
      const { costs } = judge(study, study.at(position)!, trace, row);
      if (costs !== undefined) front.add({ id: position, costs });
    }
    options.onProgress?.(course());
  };
  await engine.run(next, onResult);
  return course();
}
