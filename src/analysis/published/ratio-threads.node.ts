/**
 * The rows of `wholeMachineRatios` for shipped machines, made in worker threads: a task is a model against a baseline, and no row
 * depends on what it is made beside. The order of the rows is that of one thread.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { TritsimError } from '../../errors/error.ts';
import { loadWholeMachine } from './load.node.ts';
import { wholeMachineRatios, type WholeMachineOptions, type WholeMachineRow } from './whole-machine.ts';

/** What a worker begins with. */
export interface RatioWork {
  readonly models: readonly string[];
  readonly options: Omit<WholeMachineOptions, 'onProgress'>;
}

/** Names of shipped files. */
export interface RatioTask {
  readonly model: string;
  readonly baseline: string;
}

export type RatioReply =
  | { readonly rows: readonly WholeMachineRow[] }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Lists of millions of commands live for one estimate: room for them spares the collector copies. */
const LIMITS = { maxYoungGenerationSizeMb: 256 };
/** The same from sources and from the build. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const WORKER = new URL(`./ratio-worker.node${EXTENSION}`, import.meta.url);
/** From sources a thread needs a loader of TypeScript of its own. */
const BOOTSTRAP = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(WORKER.href)}); })`;

/**
 * A row for every shipped model of `models` (`hw-configs/models`), phase, batch, baseline and match, in that order.
 * @param jobs threads at most; one model is worked out in this one
 * @throws what `wholeMachineRatios` throws; RATIO_WORKER
 */
export async function shippedRatios(
  models: readonly string[],
  { onProgress, ...options }: WholeMachineOptions,
  jobs: number,
): Promise<WholeMachineRow[]> {
  const setup = await loadWholeMachine(models);
  if (jobs === 1 || models.length < 2) {
    return wholeMachineRatios(setup, { ...options, ...(onProgress && { onProgress }) });
  }
  const baselines = setup.baselines.map(({ name }) => name);
  // The largest models come last in the sweep and take longest, so they begin.
  const waiting = models.flatMap((model) => baselines.map((baseline): RatioTask => ({ model, baseline })));
  const total = waiting.length;
  const start: RatioWork = { models, options };
  const workers = Array.from({ length: Math.min(jobs, total) }, () =>
    EXTENSION === '.ts'
      ? new Worker(BOOTSTRAP, { eval: true, workerData: start, resourceLimits: LIMITS })
      : new Worker(WORKER, { workerData: start, resourceLimits: LIMITS }),
  );
  const rows: WholeMachineRow[] = [];
  try {
    const serve = async (worker: Worker): Promise<void> => {
      const end = ended(worker);
      for (let task = waiting.pop(); task !== undefined; task = waiting.pop()) {
        rows.push(...(await ask(worker, task, end)));
        onProgress?.(total - waiting.length, total);
      }
    };
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  const place = ({ model, phase, batch, baseline }: WholeMachineRow): number[] => [
    models.indexOf(model),
    options.phases.indexOf(phase),
    options.batches.indexOf(batch),
    baselines.indexOf(baseline),
  ];
  return rows.toSorted((a, b) => compareNumbers(place(a), place(b)));
}

/** Rejects when the worker ends. */
async function ended(worker: Worker): Promise<never> {
  const [status] = (await once(worker, 'exit')) as [number];
  throw new TritsimError('RATIO_WORKER', 'a worker ended by itself', { found: `status ${status}` });
}

async function ask(
  worker: Worker,
  task: RatioTask,
  end: Promise<never>,
): Promise<readonly WholeMachineRow[]> {
  const answer = once(worker, 'message') as Promise<[RatioReply]>;
  worker.postMessage(task, []);
  const [reply] = await Promise.race([answer, end]);
  if ('error' in reply) throw new TritsimError(reply.error.code, reply.error.message);
  return reply.rows;
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}
