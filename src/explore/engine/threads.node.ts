/**
 * Worker threads that evaluate batches, one batch at a time each; a thread is given the next one when its result is there. Results
 * come in any order. Batches are asked for as they are needed, so that memory does not grow with their number.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { TritsimError } from '../../errors/error.ts';
import type { Batch, BatchResult } from '../batch.ts';
import type { Engine } from '../explore.ts';
import type { Study } from '../study.ts';
import type { CarriedResources } from './queue-study.ts';

/** What a worker thread begins with. */
export interface WorkerStart {
  readonly study: Study;
  /** What errors call the file of the space; absent: as the space is called. */
  readonly spaceFile?: string;
  /** Paths of the study's traces. */
  readonly traces: readonly string[];
  /** What the files that machines name hold, where the study came from another host. */
  readonly resources?: CarriedResources;
}

/** To a worker: a batch, and the words of the table of known keys; or that it is to end. */
export interface WorkerTask {
  readonly batch: Batch;
  readonly known: Uint32Array;
}

/** From a worker: a result, or what went wrong with all of it. */
export type WorkerReply =
  { readonly result: BatchResult } | { readonly error: { code: string; message: string } };

export interface ThreadEngine extends Engine {
  close(): Promise<void>;
}

/** The same from sources and from the build. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const WORKER = new URL(`./worker.node${EXTENSION}`, import.meta.url);
/** From sources a thread needs a loader of TypeScript of its own. */
const BOOTSTRAP = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(WORKER.href)}); })`;

/** @param known words of the table of known keys, asked for with each batch */
export function threadEngine(start: WorkerStart, jobs: number, known: () => Uint32Array): ThreadEngine {
  const workers = Array.from({ length: jobs }, () =>
    EXTENSION === '.ts'
      ? new Worker(BOOTSTRAP, { eval: true, workerData: start })
      : new Worker(WORKER, { workerData: start }),
  );
  return {
    run: async (next, onResult) => {
      const failures: unknown[] = [];
      const serve = async (worker: Worker): Promise<void> => {
        for (let batch = next(); batch !== undefined; batch = next()) {
          const reply = await ask(worker, { batch, known: known() });
          if ('error' in reply) throw new TritsimError(reply.error.code, reply.error.message);
          onResult(batch, reply.result);
          if (failures.length > 0) return;
        }
      };
      // All are waited for, so that no result is lost; the first failure is the run's.
      await Promise.all(
        workers.map((worker) => serve(worker).catch((error: unknown) => void failures.push(error))),
      );
      if (failures.length > 0) throw failures[0];
    },
    close: async () => {
      // A thread that ended by itself has no id any more.
      const ends = workers.filter(({ threadId }) => threadId >= 0).map((worker) => once(worker, 'exit'));
      for (const worker of workers) worker.postMessage('end', []);
      await Promise.all(ends);
    },
  };
}

function ask(worker: Worker, task: WorkerTask): Promise<WorkerReply> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      finish();
    };
    const onMessage = (reply: WorkerReply): void => end(() => resolve(reply));
    const onError = (error: unknown): void => end(() => reject(error));
    const onExit = (code: number): void =>
      end(() =>
        reject(new TritsimError('EXPLORE_WORKER', 'a worker ended by itself', { found: `status ${code}` })),
      );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    // The empty list: nothing is given away, the table of keys is shared.
    worker.postMessage(task, []);
  });
}
