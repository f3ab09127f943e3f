/**
 * Who is there, in Redis beside the queues: studies that want workers, and workers with what they serve and refuse. Each entry is a
 * key that expires unless its owner keeps it, so that what was killed is gone after a while; a set names the keys.
 */
import type { Redis } from 'ioredis';
import { PREFIX } from './bullmq-connection.node.ts';
import type { QueuedStudy } from './queue-study.ts';
import type { WorkerReport } from './queue-waiting.ts';

/** Seconds after which an entry that nobody keeps is gone; a study's run waits longer on a disk than a worker does. */
const STUDY_SECONDS = 60;
const WORKER_SECONDS = 15;
const STUDIES = `${PREFIX}:studies`;
const WORKERS = `${PREFIX}:workers`;
const studyKey = (queue: string): string => `${PREFIX}:study:${queue}`;
const workerKey = (name: string): string => `${PREFIX}:worker:${name}`;

export class QueueDirectory {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Announces a study, or keeps it announced. */
  async announce(queue: string, queued: QueuedStudy): Promise<void> {
    if ((await this.#redis.expire(studyKey(queue), STUDY_SECONDS)) === 1) return;
    await this.#redis.set(studyKey(queue), JSON.stringify(queued), 'EX', STUDY_SECONDS);
    await this.#redis.sadd(STUDIES, queue);
  }

  async withdraw(queue: string): Promise<void> {
    await this.#redis.del(studyKey(queue));
    await this.#redis.srem(STUDIES, queue);
  }

  /** Queues of the studies that are announced, sorted. */
  async queues(): Promise<string[]> {
    const names = (await this.#redis.smembers(STUDIES)).toSorted();
    const there = await Promise.all(names.map((name) => this.#redis.exists(studyKey(name))));
    const gone = names.filter((_, i) => there[i] === 0);
    if (gone.length > 0) await this.#redis.srem(STUDIES, ...gone);
    return names.filter((_, i) => there[i] === 1);
  }

  /** The study of a queue, or undefined where it is no longer announced. */
  async study(queue: string): Promise<QueuedStudy | undefined> {
    const text = await this.#redis.get(studyKey(queue));
    return text === null ? undefined : (JSON.parse(text) as QueuedStudy);
  }

  async report(worker: WorkerReport): Promise<void> {
    await this.#redis.set(workerKey(worker.name), JSON.stringify(worker), 'EX', WORKER_SECONDS);
    await this.#redis.sadd(WORKERS, worker.name);
  }

  async leave(name: string): Promise<void> {
    await this.#redis.del(workerKey(name));
    await this.#redis.srem(WORKERS, name);
  }

  /** Workers that are there, by name. */
  async workers(): Promise<WorkerReport[]> {
    const names = (await this.#redis.smembers(WORKERS)).toSorted();
    if (names.length === 0) return [];
    const texts = await this.#redis.mget(names.map(workerKey));
    const gone = names.filter((_, i) => texts[i] === null);
    if (gone.length > 0) await this.#redis.srem(WORKERS, ...gone);
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as WorkerReport]));
  }
}
