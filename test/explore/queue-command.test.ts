/** What does the command line say to people who use a queue, and what not? */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { PASSWORD, redisFound, startRedis, type TestRedis } from './redis.ts';
import { started } from './started.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';

let redis: TestRedis;

describe.skipIf(!redisFound())('the command', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('says what it waits for, stops at once where nothing is under way, and never shows the password', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tritsim-queue-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const words = [
      'src/cli/main.ts',
      'explore',
      TINY,
      '--trace',
      TRACE,
      '--out',
      join(folder, 'queue'),
      '--engine',
      'bullmq',
    ];
    const explore = started(words, { TRITSIM_REDIS: redis.url });
    await vi.waitUntil(() => explore.said().includes('waiting: no worker is there'), { timeout: 30_000 });
    explore.process.kill('SIGINT');
    const [status] = (await once(explore.process, 'exit')) as [number];
    expect(status).toBe(130);
    expect(explore.said()).toContain('stopped with 36 to go: the same command goes on');
    const idle = started(['src/cli/main.ts', 'worker', '--redis', redis.url, '--name', 'idle']);
    await vi.waitUntil(() => idle.said().includes('idle: waiting for studies'), { timeout: 30_000 });
    idle.process.kill('SIGINT');
    expect(await once(idle.process, 'exit')).toEqual([0, null]);
    const refused = started(['src/cli/main.ts', 'worker', '--redis', 'redis://:se/cret@127.0.0.1']);
    expect(await once(refused.process, 'exit')).toEqual([1, null]);
    for (const { said: text } of [explore, idle, refused]) {
      expect(text()).not.toContain(PASSWORD);
      expect(text()).not.toContain(encodeURIComponent(PASSWORD));
      expect(text()).not.toContain('cret');
    }
  });
});
