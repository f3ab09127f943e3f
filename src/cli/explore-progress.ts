/**
 * How an exploration goes, on standard error. On a terminal one line that is drawn again and again; elsewhere a line now and then,
 * so that a log says how far it is:
 *
 *     analytic ━━━━━━────────  31 %  3,100 of 10,000 points  1,912 points/s  0:04 left  3 failed  front 17
 */
import type { Course } from '../explore/explore.ts';
import { formatCount } from '../units/format.ts';
import type { OutputStream } from './output.ts';
import { formatDuration, formatRate, monotonicSeconds, progressBar } from './progress.ts';

export interface ExploreProgress {
  update(course: Course): void;
  /** Removes the bar. */
  finish(): void;
}

/** Least seconds between two drawings on a terminal, and between two lines elsewhere. */
const REDRAW = 0.1;
const LOG_INTERVAL = 10;

export function createExploreProgress(
  stream: OutputStream = process.stderr,
  clock: () => number = monotonicSeconds,
): ExploreProgress {
  const terminal = stream.isTTY === true;
  let round = '';
  let start = { seconds: 0, evaluated: 0, done: 0 };
  let drawn = 0;
  let visible = false;
  return {
    update(course) {
      const now = clock();
      const name = `${course.trace} ${course.fidelity}`;
      if (name !== round) {
        round = name;
        start = { seconds: now, evaluated: course.evaluated, done: course.done };
        drawn = now;
      }
      if (now - drawn < (terminal ? REDRAW : LOG_INTERVAL)) return;
      drawn = now;
      const text = line(
        course,
        now - start.seconds,
        course.evaluated - start.evaluated,
        course.done - start.done,
      );
      stream.write(terminal ? `\r\u001B[K${text}` : `${text}\n`);
      visible = terminal;
    },
    finish() {
      if (visible) stream.write('\r\u001B[K');
      visible = false;
    },
  };
}

function line(course: Course, seconds: number, evaluated: number, through: number): string {
  const { fidelity, done, total, failed, front } = course;
  const share = total === 0 ? 1 : done / total;
  const parts = [
    `${fidelity} ${progressBar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${formatCount(done)} of ${formatCount(total)} points`,
  ];
  if (evaluated > 0) parts.push(`${formatRate(evaluated / seconds)} points/s`);
  if (through > 0) parts.push(`${formatDuration((seconds * (total - done)) / through)} left`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  return [...parts, `front ${formatCount(front)}`].join('  ');
}
