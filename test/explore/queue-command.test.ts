/** What does the command line say to people who use a queue, and what not? */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate, PASSWORD, redisFound, startRedis, type TestRedis } from './redis.ts';
import { started } from './started.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';

let redis: TestRedis;

describe.skipIf(!redisFound())('the command', { timeout: 300_000 }, () => {
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
    await vi.waitUntil(() => explore.said().includes('waiting: no worker is there'), { timeout: 60_000 });
    explore.process.kill('SIGINT');
    const [status] = (await once(explore.process, 'exit')) as [number];
    expect(status).toBe(130);
    expect(explore.said()).toContain('stopped with 36 to go: the same command goes on');
    const idle = started(['src/cli/main.ts', 'worker', '--redis', redis.url, '--name', 'idle']);
    await vi.waitUntil(() => idle.said().includes('idle: waiting for studies'), { timeout: 60_000 });
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

  test('explores through TLS as a user who may touch the keys of tritsim only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tritsim-queue-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const certificate = makeCertificate(folder);
    const { url, stop } = await startRedis(certificate);
    onTestFinished(stop);
    const environment = { TRITSIM_REDIS: url, NODE_EXTRA_CA_CERTS: certificate.cert };
    const worker = started(['src/cli/main.ts', 'worker', '--name', 'w', '--concurrency', '1'], environment);
    const words = ['src/cli/main.ts', 'explore', TINY, '--trace', TRACE, '--out', join(folder, 'queue')];
    const explore = started([...words, '--engine', 'bullmq'], environment);
    expect(await once(explore.process, 'exit')).toEqual([0, null]);
    expect(explore.said()).toContain('36 points evaluated');
    expect(worker.said()).toContain('w: works for tiny-');
    const stranger = started(['src/cli/main.ts', 'worker'], { TRITSIM_REDIS: url });
    expect(await once(stranger.process, 'exit')).toEqual([1, null]);
    expect(stranger.said()).toContain('no connection to the queue (found self-signed certificate)');
  });
});
