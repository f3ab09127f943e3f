/**
 * The course of an exploration, whatever evaluates the points: batches out in the order of the space, records in as they come, for
 * a successive study a second round near the front. What is recorded already is not evaluated again, and nothing is kept of a point
 * but its key and, where it is near the front, its costs.
 */
import type { Fidelity } from '../sim/result.ts';
import type { Batch, BatchResult } from './batch.ts';
import { ParetoFront } from './front/pareto.ts';
import { fidelitiesOf, judge, nearPositions, positionsOf } from './results.ts';
import { rowOfLine, type Row } from './row.ts';
import { shareOf, shareSize, type Shard } from './shard.ts';
import type { OpenStudy } from './study.ts';

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
  /** Of all rounds: evaluated by this run, found recorded, failed (of either), left out by constraints on the machine. */
  readonly evaluated: number;
  readonly reused: number;
  readonly failed: number;
  readonly excluded: number;
  /** Points on the front of this round. */
  readonly front: number;
}

export interface ExploreOptions {
  /** Only the first points of the space. */
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

/** Analytic points take a millisecond, cycle-level ones from a tenth of a second to minutes. */
const BATCH: Readonly<Record<Fidelity, number>> = { analytic: 128, cycle: 1 };

/** Runs a study to its end, or until it is stopped. @returns how it went; `done` < `total` where it was stopped */
export async function explore(
  study: OpenStudy,
  engine: Engine,
  records: Records,
  options: ExploreOptions = {},
): Promise<Course> {
  const { fidelity } = study.space;
  const limit = Math.min(study.sequence.length, options.limit ?? Infinity);
  const sums = { evaluated: 0, reused: 0, failed: 0, excluded: 0 };
  let course: Course | undefined;
  for (const [trace, { name }] of study.study.traces.entries()) {
    for (const level of fidelitiesOf(study)) {
      if (options.stopped?.() === true && course !== undefined) return course;
      const again = fidelity.kind === 'successive' && level === 'cycle';
      const near = again
        ? await nearPositions(
            study,
            trace,
            fidelity.margin,
            (key) => records.find(key),
            positionsOf(study, limit),
          )
        : undefined;
      const all = { positions: near ?? positionsOf(study, limit), total: near?.length ?? limit };
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
  sums: { evaluated: number; reused: number; failed: number; excluded: number },
): Promise<Course> {
  const front = new ParetoFront();
  const size = (options.batchSize ?? BATCH)[level];
  const queue = positions[Symbol.iterator]();
  let done = 0;
  const course = (): Course => ({ trace: name, fidelity: level, total, done, ...sums, front: front.size });
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
    sums.evaluated += lines.length;
    sums.reused += points.length - lines.length;
    sums.excluded += batch.positions.length - points.length;
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
