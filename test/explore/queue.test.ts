/** Does a study end with the same table when workers elsewhere evaluate it, whatever becomes of them, of Redis' queue or of the run? */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import type { Batch, BatchResult } from '../../src/explore/batch.ts';
import { queueEngine } from '../../src/explore/engine/bullmq.node.ts';
import { QueueDirectory } from '../../src/explore/engine/bullmq-directory.node.ts';
import { parseRedisUrl } from '../../src/explore/engine/queue-url.ts';
import type { Course, ExploreOptions } from '../../src/explore/explore.ts';
import { csvOf } from '../../src/explore/export-text.ts';
import { resultTable } from '../../src/explore/export-table.ts';
import { openExploration, runExploration } from '../../src/explore/run.node.ts';
import type { Write } from '../../src/explore/store/store.node.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import { redisFound, startRedis, type TestRedis } from './redis.ts';
import { started, type Running } from './started.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';
const PROGRAM = 'a'.repeat(64);

let redis: TestRedis;
let client: Redis;
let folder = '';
const at = (name: string): string => join(folder, name);

const worker = (name: string, program = PROGRAM, traces = 'traces'): Running =>
  started(['test/explore/queue-worker.ts', redis.url, program, name, traces]);

/** What a run through the queue says. */
let said: string[] = [];

async function run(out: string, options: ExploreOptions = {}, write?: Write, space = TINY): Promise<Course> {
  const engine = queueEngine({
    place: parseRedisUrl(redis.url),
    say: (sentence) => said.push(sentence),
    stopped: options.stopped ?? ((): boolean => false),
  });
  const files = { space, traces: [TRACE], out, program: PROGRAM, jobs: engine, ...(write && { write }) };
  return (await runExploration(files, { batchSize: { analytic: 2, cycle: 1 }, ...options })).course;
}

/** The table of a run in one thread. */
async function quietTable(space = TINY): Promise<string> {
  const out = at('quiet');
  await runExploration({ space, traces: [TRACE], out, program: PROGRAM, jobs: 1 });
  return exported(out);
}

async function exported(out: string): Promise<string> {
  const { study, find, close } = openExploration(out);
  let text = '';
  for await (const block of csvOf(resultTable(study, find))) text += block;
  close();
  return text;
}

const lines = (out: string): string[] =>
  readdirSync(join(out, 'records')).flatMap((name) =>
    readFileSync(join(out, 'records', name), 'utf8')
      .split('\n')
      .slice(0, -1),
  );

const directory = (): QueueDirectory => new QueueDirectory(client);
const keysLeft = async (): Promise<string[]> =>
  (await client.keys('*')).filter((key) => !key.startsWith('tritsim:worker'));
const queueOf = <T>(name: string): Queue<Batch, T> =>
  new Queue(name, { connection: client, prefix: 'tritsim' });

/** Does the work of the only study as the test wants it. */
async function standIn(evaluate: (batch: Batch) => BatchResult): Promise<void> {
  const [name] = await vi.waitUntil(
    async () => {
      const queues = await directory().queues();
      return queues.length > 0 && queues;
    },
    { timeout: 60_000 },
  );
  const options = { connection: client.duplicate({ maxRetriesPerRequest: null }), prefix: 'tritsim' };
  const stand = new Worker<Batch, BatchResult>(name!, ({ data }) => Promise.resolve(evaluate(data)), options);
  stand.on('error', () => {});
  onTestFinished(() => stand.close(true));
}

describe.skipIf(!redisFound())('a queue of workers', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url, { maxRetriesPerRequest: null });
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tritsim-queue-'));
    said = [];
    await client.flushall();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('ends with the table of one machine when a worker is killed in the middle of a point', async () => {
    const space = at('slow.yaml');
    const cycle = readFileSync(TINY, 'utf8')
      .replace('machine: test-tiny', 'machine: edge-ternary')
      .replace(
        /axes:[^]*constraints:[^]*?\n\n/,
        'axes:\n  queue: { path: dram.controller.readQueue, from: 4, to: 9, step: 1 }\nconstraints: []\n\n',
      )
      .replace('fidelity: analytic', 'fidelity: cycle');
    writeFileSync(space, cycle);
    const quiet = await quietTable(space);
    const [victim] = [worker('victim'), worker('survivor')];
    let killed = false;
    const kill = async (): Promise<void> => {
      const [name] = await directory().queues();
      const queue = queueOf(name!);
      // Held still, so that what it has in hand stays in its hand.
      for (; !killed;) {
        victim!.process.kill('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 20));
        killed = (await queue.getActive()).some(({ processedBy }) => processedBy === 'victim');
        victim!.process.kill(killed ? 'SIGKILL' : 'SIGCONT');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await queue.close();
    };
    let killing: Promise<void> | undefined;
    const course = await run(
      at('queue'),
      { onProgress: ({ done }) => done > 0 && (killing ??= kill()) },
      undefined,
      space,
    );
    await killing;
    expect(killed).toBe(true);
    expect(course).toMatchObject({ done: 6, evaluated: 6 });
    expect(lines(at('queue'))).toHaveLength(6);
    expect(await exported(at('queue'))).toBe(quiet);
    expect(await keysLeft()).toEqual([]);
  });

  test('is left to others by a worker of another program or without the trace, which say so with both hashes', async () => {
    mkdirSync(at('traces'));
    const strangers = [worker('older', 'b'.repeat(64)), worker('poorer', PROGRAM, at('traces'))];
    const running = run(at('queue'));
    const { hash, close } = await openTraceFile(TRACE);
    await close();
    await vi.waitUntil(() => said.some((text) => text.includes('older:') && text.includes('poorer:')), {
      timeout: 60_000,
    });
    const waiting = said.at(-1)!;
    expect(waiting).toContain('none of the workers serves this study (2 are there)');
    expect(waiting).toContain(
      `the study is of program ${PROGRAM}, this worker is of program ${'b'.repeat(64)}`,
    );
    expect(waiting).toContain(`no trace of hash ${hash} (tritsim-25m.p64d16.safetensors)`);
    expect(lines(at('queue'))).toEqual([]);
    const able = worker('able');
    expect(await running).toMatchObject({ done: 36, evaluated: 36 });
    expect(strangers.map((stranger) => stranger.said()).join('')).not.toContain('works for');
    expect(able.said()).toContain('works for tiny-');
  });

  test('goes on where a run was stopped, and where one broke down', async () => {
    const quiet = await quietTable();
    worker('worker');
    let [enough, room] = [false, 4000];
    const stopped = await run(at('stopped'), {
      stopped: () => enough,
      onProgress: ({ done }) => (enough = done >= 6),
    });
    expect(stopped.done).toBeGreaterThanOrEqual(6);
    expect(await keysLeft()).toEqual([]);
    const rest = await run(at('stopped'));
    expect(rest.evaluated).toBe(36 - stopped.evaluated);
    expect(await exported(at('stopped'))).toBe(quiet);

    const write: Write = (file, bytes, offset) => {
      if ((room -= bytes.length) < 0) throw new Error('ENOSPC: no space left on device, write');
      writeFileSync(file, bytes.subarray(offset));
      return bytes.length - offset;
    };
    await expect(run(at('full'), {}, write)).rejects.toMatchObject({ code: 'EXPLORE_STORE_WRITE' });
    const [name] = await directory().queues();
    const queue = queueOf(name!);
    // The worker goes on without the run.
    await vi.waitUntil(async () => (await queue.getCompletedCount()) >= 5, { timeout: 60_000 });
    await queue.close();
    const recorded = lines(at('full')).length;
    expect(recorded).toBeLessThan(36);
    const again = await run(at('full'));
    // What the worker returned meanwhile is found, not evaluated.
    expect(again.reused).toBeGreaterThan(recorded);
    expect(lines(at('full'))).toHaveLength(36);
    expect(await exported(at('full'))).toBe(quiet);
  });

  test('sends again what was lost with the server', async () => {
    const running = run(at('queue'));
    await vi.waitUntil(async () => (await keysLeft()).length > 3, { timeout: 60_000 });
    await client.flushall();
    worker('late');
    expect(await running).toMatchObject({ done: 36, evaluated: 36 });
  });

  test('ends the run where no worker can evaluate a batch, and takes no record that was not asked for', async () => {
    const failing = expect(run(at('failing'))).rejects.toMatchObject({
      code: 'EXPLORE_QUEUE_BATCH',
      message: expect.stringMatching(/points 0, 1: .* \(found the disk is gone\)/),
    });
    await standIn(() => {
      throw new Error('the disk is gone');
    });
    await failing;
    await client.flushall();
    const lying = expect(run(at('lying'))).rejects.toMatchObject({ code: 'EXPLORE_QUEUE_RESULT' });
    const key = '0'.repeat(64);
    await standIn(({ positions }) => ({
      points: positions.map((position) => ({ position, key, line: `{"key":"${key}"}\n` })),
    }));
    await lying;
    expect(lines(at('lying'))).toEqual([]);
  });

  test('refuses a wrong password with the host in the error and without the password', async () => {
    const files = { space: TINY, traces: [TRACE], out: at('queue'), program: PROGRAM };
    const place = parseRedisUrl(`redis://:not-the-secret@127.0.0.1:${redis.port}`);
    const jobs = queueEngine({ place, say: () => {}, stopped: () => false });
    const error: unknown = await runExploration({ ...files, jobs }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'QUEUE_CONNECTION',
      message: expect.stringContaining(
        `redis://127.0.0.1:${redis.port}: no connection to the queue (found WRONGPASS`,
      ),
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('not-the-secret');
  });
});
