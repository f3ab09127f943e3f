/** What a worker says of itself, and what that tells a study that waits for one. Pure. */

export interface WorkerReport {
  readonly name: string;
  /** Batches that it evaluates at a time. */
  readonly concurrency: number;
  /** Queue of the study that it works for. */
  readonly serves: string | null;
  /** Why it leaves studies to others, by queue. */
  readonly refuses: Readonly<Record<string, string>>;
}

/** Workers told of by name. */
const MOST_NAMED = 5;

/** Why nobody works for a study; undefined where somebody does. */
export function whyWaiting(queue: string, workers: readonly WorkerReport[]): string | undefined {
  if (workers.some(({ serves }) => serves === queue)) return undefined;
  if (workers.length === 0) return 'no worker is there; start some with tritsim worker';
  const reasons = workers
    .slice(0, MOST_NAMED)
    .map(({ name, serves, refuses }) => `\n  ${name}: ${refuses[queue] ?? busyWith(serves)}`);
  const more = workers.length > MOST_NAMED ? `\n  and ${workers.length - MOST_NAMED} more` : '';
  return `none of the workers serves this study (${workers.length} are there)${reasons.join('')}${more}`;
}

function busyWith(serves: string | null): string {
  return serves === null ? 'has only just come' : `works for ${serves} first`;
}
