/**
 * A progress bar on standard error, for work that takes longer than a person likes to wait without a sign. It shows
 * on a terminal only, so pipes and logs stay quiet, and only once the work has lasted a while.
 *
 *     edge-ternary ━━━━━━━━━━──────────  48 %  1,204 tokens/s  0:03 left
 */
import type { OutputStream } from './output.ts';

export interface Progress {
  /**
   * Says how far the work is. A new label starts a new bar.
   *
   * @param done of `total`, in the unit that the progress was created with
   */
  update(label: string, done: number, total: number): void;
  /** Removes the bar. */
  finish(): void;
}

export interface ProgressOptions {
  /** What is counted, in the plural: `tokens`. The rate is shown in it; no rate where absent. */
  readonly unit?: string;
  readonly stream?: OutputStream;
  /** Seconds since some moment; never runs backwards. */
  readonly clock?: () => number;
}

/** The bar appears when the work has lasted so long, seconds. */
const PATIENCE = 2;
/** Least time between two drawings, seconds. */
const REDRAW = 0.1;
const BAR_WIDTH = 20;

export function createProgress(options: ProgressOptions = {}): Progress {
  const { unit, stream = process.stderr, clock = monotonicSeconds } = options;
  if (stream.isTTY !== true) return { update: () => {}, finish: () => {} };
  let label: string | undefined;
  let start = 0;
  let drawn = 0;
  let visible = false;
  return {
    update(newLabel, done, total) {
      const now = clock();
      if (newLabel !== label) [label, start, drawn] = [newLabel, now, now];
      if (now - start < PATIENCE || now - drawn < REDRAW) return;
      drawn = now;
      visible = true;
      stream.write(`\r\u001B[K${line(newLabel, done, total, now - start, unit)}`);
    },
    finish() {
      if (visible) stream.write('\r\u001B[K');
      visible = false;
    },
  };
}

/** Seconds of the process's own clock: only for showing how long things take, never for a result. */
export function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

function line(label: string, done: number, total: number, seconds: number, unit: string | undefined): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const parts = [`${label} ${progressBar(share)} ${String(Math.floor(share * 100)).padStart(3)} %`];
  if (unit !== undefined) parts.push(`${formatRate(done / seconds)} ${unit}/s`);
  if (share > 0) parts.push(`${formatDuration((seconds * (1 - share)) / share)} left`);
  return parts.join('  ');
}

/** A part of one as a bar. */
export function progressBar(share: number): string {
  const filled = Math.round(share * BAR_WIDTH);
  return '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
}

/** A rate with three digits that mean something: 0.52, 12.3, 1,204. */
export function formatRate(rate: number): string {
  const digits = rate < 10 ? 2 : rate < 100 ? 1 : 0;
  return rate.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Hours, minutes and seconds: `0:03`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = String(Math.floor(whole / 60) % 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${minutes.padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
