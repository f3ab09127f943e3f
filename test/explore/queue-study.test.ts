/** Does a study reach another host whole, for those workers only that may serve it, and does no address give its password away? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPrices } from '../../src/energy/load.node.ts';
import {
  carriedResources,
  queueNameOf,
  refusalOf,
  resourceNames,
  type QueuedStudy,
} from '../../src/explore/engine/queue-study.ts';
import { fileResources } from '../../src/explore/engine/resources.node.ts';
import { parseRedisUrl } from '../../src/explore/engine/queue-url.ts';
import { whyWaiting } from '../../src/explore/engine/queue-waiting.ts';
import { listSpaces, studyOf } from '../../src/explore/load.node.ts';
import { positionsOf } from '../../src/explore/results.ts';
import { OpenStudy, type Study } from '../../src/explore/study.ts';
import { loadDevice } from '../../src/sim/dram/device-file.node.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';

async function openStudy(space: string): Promise<OpenStudy> {
  const trace = await openTraceFile(TRACE);
  const study = await studyOf(space, [trace], 'p').finally(() => trace.close());
  return new OpenStudy(study, fileResources());
}

async function queuedOf(study: OpenStudy): Promise<QueuedStudy> {
  const { devices, prices } = resourceNames(study);
  const tables = await Promise.all([...prices].map(async (name) => [name, await loadPrices(name)] as const));
  const resources = {
    devices: Object.fromEntries([...devices].map((name) => [name, loadDevice(name)])),
    prices: Object.fromEntries(tables),
  };
  return JSON.parse(JSON.stringify({ study: study.study, resources })) as QueuedStudy;
}

describe('a queued study', () => {
  test('gives the points of every shipped space the keys that they have where its files are', async () => {
    for (const space of listSpaces()) {
      const here = await openStudy(space);
      const { study, resources } = await queuedOf(here);
      const there = new OpenStudy(study, carriedResources(resources));
      for (const position of [...positionsOf(here)].filter((each) => each % 37 === 0)) {
        const point = here.at(position);
        if (point === undefined) continue;
        const { key } = await here.identify(point, 0, 'analytic');
        expect((await there.identify(there.at(position)!, 0, 'analytic')).key).toBe(key);
      }
    }
  });

  test('has a queue for each folder, and another one for another program', async () => {
    const queued = await queuedOf(await openStudy('edge-arrays'));
    const other = { ...queued, study: { ...queued.study, program: 'q' } };
    const names = [queueNameOf(queued, '/a'), queueNameOf(queued, '/b'), queueNameOf(other, '/a')];
    expect(new Set(names).size).toBe(3);
    expect(queueNameOf(await queuedOf(await openStudy('edge-arrays')), '/a')).toBe(names[0]);
  });

  test('is refused for the first thing that does not fit, with both hashes', () => {
    const study = {
      program: 'p1',
      traces: [{ name: 'a.safetensors', hash: 'h1', work: [] }],
    } as unknown as Study;
    const queued = { study, resources: { devices: {}, prices: {} } };
    const means = { program: 'p1', folders: ['/t'], traces: new Map([['h1', '/t/elsewhere.safetensors']]) };
    expect(refusalOf(queued, means)).toBeUndefined();
    expect(refusalOf(queued, { ...means, program: 'p2' })).toMatch(
      /program p1, this worker is of program p2/,
    );
    const changed = new Map([['h2', '/t/a.safetensors']]);
    expect(refusalOf(queued, { ...means, traces: changed })).toBe(
      'trace a.safetensors of hash h1 is wanted, the one here is of hash h2; searched: /t',
    );
  });

  test('is told who is there and why nobody works for it', () => {
    const report = { name: 'w', concurrency: 1, serves: null, refuses: {} };
    expect(whyWaiting('q', [])).toContain('no worker is there');
    expect(whyWaiting('q', [report, { ...report, serves: 'q' }])).toBeUndefined();
    expect(whyWaiting('q', [{ ...report, serves: 'other' }])).toContain('w: works for other first');
    const many = Array.from({ length: 7 }, (_, i) => ({ ...report, name: `w${i}`, refuses: { q: 'no' } }));
    expect(whyWaiting('q', many)).toMatch(/7 are there[^]*w4: no\n {2}and 2 more$/);
  });
});

describe('an address of Redis', () => {
  test('has all parts, or the usual ones', () => {
    expect(parseRedisUrl('redis://localhost')).toEqual({
      host: 'localhost',
      port: 6379,
      db: 0,
      tls: false,
      shown: 'redis://localhost:6379',
    });
    expect(parseRedisUrl('rediss://me:p%40ss@[::1]:7000/3')).toEqual({
      host: '::1',
      port: 7000,
      db: 3,
      tls: true,
      username: 'me',
      password: 'p@ss',
      shown: 'rediss://[::1]:7000/3',
    });
  });

  test('keeps any user and password, and shows neither', () => {
    const secret = fc.string({ unit: 'binary', minLength: 12 });
    fc.assert(
      fc.property(secret, secret, (user, password) => {
        const place = parseRedisUrl(`redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h`);
        expect([place.username, place.password, place.shown]).toEqual([user, password, 'redis://h:6379']);
      }),
    );
  });

  test.each([
    'http://localhost',
    'redis://',
    'redis://:a/b@localhost',
    'redis://:a#b@localhost',
    'redis://:a?b@localhost',
    'redis://:%zz@localhost',
    'redis://localhost/secret',
    'secret',
  ])('is refused without a word of it: %s', (text) => {
    expect(() => parseRedisUrl(text)).toThrow(
      expect.objectContaining({
        code: 'QUEUE_URL',
        message: expect.not.stringMatching(/secret|zz|a.b|localhost/),
      }),
    );
  });
});
