/**
 * Batches handed to workers on any number of hosts through a BullMQ queue in Redis (docs/decisions/0007-queue.md). This side keeps
 * a window of batches in the queue and takes results out of it; what is in Redis is never more than the window. A result leaves the
 * queue after its records are written, so whatever ends this process, the next run finds what it did not write: a finished batch is
 * recorded, one that is still queued has the name that the next run gives the same batch and is not queued twice.
 *
 * NOT MODELLED: a Redis cluster; one server, or one address in front of several.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { loadPrices } from '../../energy/load.node.ts';
import { TritsimError } from '../../errors/error.ts';
import { hashOf } from '../../hardware/hash.ts';
import { loadDevice } from '../../sim/dram/device-file.node.ts';
import type { Batch, BatchPoint, BatchResult } from '../batch.ts';
import type { Engine } from '../explore.ts';
import { keyOfLine } from '../row.ts';
import type { EngineStart, MakeEngine } from '../run.node.ts';
import type { OpenStudy } from '../study.ts';
import { connectQueue, PREFIX, type Say } from './bullmq-connection.node.ts';
import { QueueDirectory } from './bullmq-directory.node.ts';
import { queueNameOf, resourceNames, type CarriedResources, type QueuedStudy } from './queue-study.ts';
import type { RedisPlace } from './queue-url.ts';
import { whyWaiting } from './queue-waiting.ts';

export interface QueueOptions {
  readonly place: RedisPlace;
  readonly say: Say;
  /** Whether to stop: what no worker has begun is taken back. */
  readonly stopped: () => boolean;
}

/** Batches in the queue at most: enough for hundreds of threads, few enough that Redis holds megabytes. */
const WINDOW = 256;
const POLL_MS = 100;
/** Polls between two looks at who is there and whether anything was lost. */
const CHECK_POLLS = 20;
/** Polls in which workers are to leave a study that has ended; those that were killed never do. */
const LEAVING_POLLS = 20;
/** Evaluations of a batch that fails as a whole (a trace that cannot be read, a thread that died), and the wait between them. */
const ATTEMPTS = 3;
const BACKOFF_MS = 1000;
/** Events that BullMQ keeps for listeners, of which there are none here. */
const MOST_EVENTS = 100;

/** A batch in the queue. */
interface Sent {
  readonly batch: Batch;
  /** Its points that had records. */
  readonly known: readonly BatchPoint[];
  /** Keys of the others, by position. */
  readonly keys: ReadonlyMap<number, string>;
}

/** An engine whose workers are elsewhere. @throws (the engine's making) QUEUE_CONNECTION, what the resources are refused for */
export function queueEngine(options: QueueOptions): MakeEngine {
  return async (start) => {
    const queued = { study: start.study.study, resources: await resourcesOf(start.study) };
    const redis = await connectQueue(options.place, options.say);
    return new QueueEngine(start, options, redis, queued);
  };
}

async function resourcesOf(study: OpenStudy): Promise<CarriedResources> {
  const names = resourceNames(study);
  const devices = [...names.devices].map((name) => [name, loadDevice(name)] as const);
  const prices = [...names.prices].map(async (name) => [name, await loadPrices(name)] as const);
  return { devices: Object.fromEntries(devices), prices: Object.fromEntries(await Promise.all(prices)) };
}

type OnResult = (batch: Batch, result: BatchResult) => void;

class QueueEngine implements Engine {
  readonly #start: EngineStart;
  readonly #options: QueueOptions;
  readonly #redis: Redis;
  readonly #directory: QueueDirectory;
  readonly #queued: QueuedStudy;
  readonly #queue: Queue<Batch, BatchResult>;
  readonly #sent = new Map<string, Sent>();
  #failure: TritsimError | undefined;
  /** Whether nothing of this run is in the queue. */
  #isEmpty = true;
  #said: string | undefined;

  constructor(start: EngineStart, options: QueueOptions, redis: Redis, queued: QueuedStudy) {
    this.#start = start;
    this.#options = options;
    this.#redis = redis;
    this.#directory = new QueueDirectory(redis);
    this.#queued = queued;
    this.#queue = new Queue(queueNameOf(queued, resolve(start.folder)), {
      connection: redis,
      prefix: PREFIX,
      streams: { events: { maxLen: MOST_EVENTS } },
    });
    // The connection itself says what happens to it.
    this.#queue.on('error', () => {});
  }

  /** @throws EXPLORE_QUEUE_BATCH, EXPLORE_QUEUE_RESULT, what `next` and `onResult` throw */
  async run(next: () => Batch | undefined, onResult: OnResult): Promise<void> {
    this.#isEmpty = false;
    await this.#directory.announce(this.#queue.name, this.#queued);
    // What an earlier run left: nothing is awaited yet, so that results are recorded and failures forgotten.
    await this.#collect(onResult);
    let ended = false;
    for (let poll = 1; ; poll++) {
      while (!ended && this.#failure === undefined && this.#sent.size < WINDOW) {
        const batch = next();
        if (batch === undefined) ended = true;
        else await this.#send(batch, onResult);
      }
      const stops = this.#options.stopped() || this.#failure !== undefined;
      if (this.#sent.size === 0 && (ended || stops)) break;
      await sleep(POLL_MS);
      await this.#collect(onResult);
      if (stops) await this.#takeBack();
      else if (poll % CHECK_POLLS === 0) await this.#check(onResult);
    }
    this.#isEmpty = true;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Leaves the queue to a later run where this one was not ended properly. */
  async close(): Promise<void> {
    if (this.#isEmpty) {
      const { name } = this.#queue;
      await this.#directory.withdraw(name);
      // A worker that still looks after the queue would write to it again.
      for (let poll = 0; poll < LEAVING_POLLS; poll++) {
        if (!(await this.#directory.workers()).some(({ serves }) => serves === name)) break;
        await sleep(POLL_MS);
      }
      await this.#queue.obliterate({ force: true });
    }
    await this.#queue.close();
    await this.#redis.quit();
  }

  async #send(batch: Batch, onResult: OnResult): Promise<void> {
    const { study, records } = this.#start;
    const known: BatchPoint[] = [];
    const keys = new Map<number, string>();
    for (const position of batch.positions) {
      const point = study.at(position);
      if (point === undefined) continue;
      const { key } = await study.identify(point, batch.trace, batch.fidelity);
      if (records.keys.has(key)) known.push({ position, key });
      else keys.set(position, key);
    }
    if (keys.size === 0) return onResult(batch, { points: known });
    const data: Batch = { ...batch, positions: [...keys.keys()] };
    const jobId = `batch-${hashOf(data)}`;
    this.#sent.set(jobId, { batch, known, keys });
    await this.#queue.add('batch', data, {
      jobId,
      attempts: ATTEMPTS,
      backoff: { type: 'fixed', delay: BACKOFF_MS },
    });
  }

  /** Takes what is finished out of the queue. A result that nobody waits for is an earlier run's; its records are good. */
  async #collect(onResult: OnResult): Promise<void> {
    for (const { id, returnvalue } of await this.#queue.getJobs('completed', 0, WINDOW - 1, true)) {
      const sent = this.#sent.get(id!);
      const points = checked(returnvalue.points, sent?.keys, this.#queue.name);
      if (sent === undefined) this.#start.records.append(points);
      else onResult(sent.batch, { points: [...sent.known, ...points] });
      this.#sent.delete(id!);
      await this.#queue.remove(id!);
    }
    for (const { id, data, failedReason } of await this.#queue.getJobs('failed', 0, WINDOW - 1, true)) {
      if (this.#sent.delete(id!)) {
        this.#failure ??= new TritsimError('EXPLORE_QUEUE_BATCH', 'no worker could evaluate these points', {
          place: `points ${data.positions.join(', ')}`,
          found: failedReason,
          hint: 'What the others evaluated is recorded; the same command goes on with the rest.',
        });
      }
      await this.#queue.remove(id!);
    }
  }

  /** Keeps the study announced, sends again what Redis or another run has lost, and says why nothing happens. */
  async #check(onResult: OnResult): Promise<void> {
    const { name } = this.#queue;
    await this.#directory.announce(name, this.#queued);
    for (const id of await this.#missing()) {
      const { batch } = this.#sent.get(id)!;
      this.#sent.delete(id);
      this.#start.records.refresh();
      await this.#send(batch, onResult);
    }
    const why = whyWaiting(name, await this.#directory.workers());
    const { place, say } = this.#options;
    if (why !== undefined && why !== this.#said) say(`${place.shown}: waiting: ${why}`);
    if (why === undefined && this.#said !== undefined) say(`${place.shown}: a worker is there`);
    this.#said = why;
  }

  /** Takes out of the queue what no worker has begun; what workers have begun is still waited for. */
  async #takeBack(): Promise<void> {
    await this.#queue.drain(true);
    for (const id of await this.#missing()) this.#sent.delete(id);
  }

  async #missing(): Promise<string[]> {
    const ids = [...this.#sent.keys()];
    const states = await Promise.all(ids.map((id) => this.#queue.getJobState(id)));
    return ids.filter((_, i) => states[i] === 'unknown');
  }
}

/** The points of a result, each with the record of its key, and where it is known what was asked for, those and no others. */
function checked(
  points: readonly BatchPoint[],
  keys: ReadonlyMap<number, string> | undefined,
  queue: string,
): (BatchPoint & { line: string })[] {
  const good = points.flatMap(({ position, key, line }) =>
    line !== undefined && keyOfLine(line.trimEnd()) === key && (keys?.get(position) ?? key) === key
      ? [{ position, key, line }]
      : [],
  );
  if (good.length === points.length && (keys === undefined || keys.size === points.length)) return good;
  throw new TritsimError('EXPLORE_QUEUE_RESULT', 'a worker evaluated other points than it was sent', {
    place: `queue ${queue}`,
    found: `points ${points.map(({ position }) => position).join(', ')}`,
    hint: 'Its files differ from those that its hash of the program stands for.',
  });
}
