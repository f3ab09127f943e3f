/**
 * A worker of studies that other hosts explore: looks for an announced study that it may serve, takes batches from its queue,
 * evaluates them in worker threads and returns the records, until it is stopped. It works for one study at a time, the first by
 * name. A study of another program or of a trace that it does not have it leaves to other workers, and says so.
 *
 * BullMQ lends a batch to a worker for `LOCK_MS` and the worker prolongs that while it lives; the threads leave this one free to.
 * Of a worker that was killed others take the batch over, within twice that time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Batch, BatchResult } from '../batch.ts';
import { KeyTable } from '../key-table.ts';
import { connectQueue, PREFIX, type Say } from './bullmq-connection.node.ts';
import { QueueDirectory } from './bullmq-directory.node.ts';
import { TraceFolders } from './bullmq-traces.node.ts';
import { refusalOf, type QueuedStudy } from './queue-study.ts';
import type { RedisPlace } from './queue-url.ts';
import { threadEngine, type ThreadEngine, type WorkerStart } from './threads.node.ts';

export interface QueueWorkerOptions {
  readonly place: RedisPlace;
  /** Hash of this program. */
  readonly program: string;
  /** Folders with traces. */
  readonly traces: readonly string[];
  /** Threads, each with a batch. */
  readonly concurrency: number;
  /** What studies call it. */
  readonly name: string;
  readonly say: Say;
  /** Whether to stop, when the batches under way are returned. */
  readonly stopped: () => boolean;
  /** For tests of workers that are killed. */
  readonly lockMs?: number;
}

/** Longer than a busy host keeps a process from running, short enough that a killed worker's batch does not hold up the end. */
const LOCK_MS = 10_000;
/** Workers that may die over one batch, of which it may be the cause, before its study is told. */
const MOST_DEATHS = 10;
const POLL_MS = 500;

interface Service {
  readonly queue: string;
  close(): Promise<void>;
}

/** @throws QUEUE_CONNECTION, QUEUE_TRACES */
export async function serveQueue(options: QueueWorkerOptions): Promise<void> {
  const { name, say, concurrency, program } = options;
  const folders = new TraceFolders(options.traces);
  const found = await folders.find();
  const redis = await connectQueue(options.place, say);
  const directory = new QueueDirectory(redis);
  say(`${name}: waiting for studies on ${options.place.shown}; program ${program}, traces: ${found.size}`);
  const refuses: Record<string, string> = {};
  let service: Service | undefined;
  try {
    while (!options.stopped()) {
      const queues = await directory.queues();
      if (service !== undefined && !queues.includes(service.queue)) {
        await service.close();
        say(`${name}: ${service.queue} has ended`);
        service = undefined;
      }
      for (const queue of Object.keys(refuses)) if (!queues.includes(queue)) delete refuses[queue];
      for (const queue of service === undefined ? queues : []) {
        const queued = await directory.study(queue);
        if (queued === undefined) continue;
        const traces = await folders.find();
        const refusal = refusalOf(queued, { program, traces, folders: folders.folders });
        if (refusal === undefined) {
          delete refuses[queue];
          service = serve(redis, queue, queued, traces, options);
          say(`${name}: works for ${queue}`);
          break;
        }
        if (refuses[queue] !== refusal) say(`${name}: refuses ${queue}: ${refusal}`);
        refuses[queue] = refusal;
      }
      await directory.report({ name, concurrency, serves: service?.queue ?? null, refuses });
      await sleep(POLL_MS);
    }
    await service?.close();
    await directory.leave(name);
  } finally {
    redis.disconnect();
  }
}

function serve(
  redis: Redis,
  queue: string,
  { study, resources }: QueuedStudy,
  traces: ReadonlyMap<string, string>,
  { concurrency, name, say, lockMs = LOCK_MS }: QueueWorkerOptions,
): Service {
  const paths = study.traces.map(({ hash }) => traces.get(hash)!);
  const threads = new Threads({ study, traces: paths, resources });
  const worker = new Worker<Batch, BatchResult>(queue, ({ data }) => threads.evaluate(data), {
    connection: redis,
    prefix: PREFIX,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: MOST_DEATHS,
  });
  // Two connections say the same, again and again, of a server that is away.
  let said = '';
  worker.on('error', ({ message }) => {
    if (message !== said) say(`${name}: ${queue}: ${message}`);
    said = message;
  });
  worker.on('failed', (job, { message }) => say(`${name}: ${queue}: ${job?.id ?? 'a batch'}: ${message}`));
  return {
    queue,
    close: async () => {
      await worker.close();
      await threads.close();
    },
  };
}

/** What the run knows already it does not send, so that a thread needs no table of it. */
const NO_KEYS = KeyTable.of(1).words;

/** Worker threads, as many as there are batches at a time; one that died is not asked again. */
class Threads {
  readonly #start: WorkerStart;
  readonly #idle: ThreadEngine[] = [];

  constructor(start: WorkerStart) {
    this.#start = start;
  }

  async evaluate(batch: Batch): Promise<BatchResult> {
    const thread = this.#idle.pop() ?? threadEngine(this.#start, 1, () => NO_KEYS);
    const batches = [batch];
    const results: BatchResult[] = [];
    try {
      await thread.run(
        () => batches.pop(),
        (_, result) => results.push(result),
      );
    } catch (error) {
      await thread.close();
      throw error;
    }
    this.#idle.push(thread);
    return results[0]!;
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.map((thread) => thread.close()));
  }
}
