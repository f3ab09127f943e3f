/** Do shards, each run for itself, end with the bytes of one run, and is nothing put together that does not belong together? */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatchRunner } from '../../src/explore/batch.ts';
import type { Course } from '../../src/explore/explore.ts';
import { csvOf } from '../../src/explore/export-text.ts';
import { resultTable } from '../../src/explore/export-table.ts';
import { openExploration, runExploration, type MakeEngine } from '../../src/explore/run.node.ts';
import { parseShard, shareOf, shareSize, type Shard } from '../../src/explore/shard.ts';
import { mergeExplorations } from '../../src/explore/shard-merge.node.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';
const NEAR = 'test/fixtures/explore/near.yaml';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tritsim-shards-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Without a thread of its own: a shard is divided and recorded before and behind the engine. */
const here: MakeEngine = async ({ study, traces, records }) => {
  const trace = await openTraceFile(traces[0]!);
  const runner = new BatchRunner(study, [trace]);
  return {
    run: async (next, onResult) => {
      for (let batch = next(); batch !== undefined; batch = next())
        onResult(batch, await runner.run(batch, (key) => records.keys.has(key)));
    },
    close: () => trace.close(),
  };
};

async function run(space: string, out: string, shard?: Shard, program = 'p'): Promise<Course> {
  return (await runExploration({ space, traces: [TRACE], out, program, jobs: here }, { shard })).course;
}

async function exported(out: string): Promise<string> {
  const { study, find, close } = openExploration(out);
  let text = '';
  for await (const block of csvOf(resultTable(study, find))) text += block;
  close();
  return text;
}

describe('shards', () => {
  test('divide any number of points among any number of them, all once', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 30 }), (total, count) => {
        const points = Array.from({ length: total }, (_, i) => i);
        const shares = Array.from({ length: count }, (_, i) => [...shareOf(points, { index: i + 1, count })]);
        expect(shares.flat().toSorted((a, b) => a - b)).toEqual(points);
        expect(shares.map(({ length }) => length)).toEqual(
          shares.map((_, i) => shareSize(total, { index: i + 1, count })),
        );
      }),
    );
  });

  test('put together have the export of one run', async () => {
    await run(TINY, at('whole'));
    const courses: Course[] = [];
    for (const index of [1, 2, 3]) courses.push(await run(TINY, at(`${index}`), { index, count: 3 }));
    expect(courses.map(({ total, evaluated }) => [total, evaluated])).toEqual([
      [12, 12],
      [12, 12],
      [12, 12],
    ]);
    const folders = ['1', '2', '3'].map(at);
    expect(mergeExplorations(folders.slice(1), at('out')).map(({ fresh }) => fresh)).toEqual([12, 12]);
    expect(mergeExplorations(folders, at('out')).map(({ fresh }) => fresh)).toEqual([12, 0, 0]);
    expect(await exported(at('out'))).toBe(await exported(at('whole')));
  });

  test('of a successive study simulate the points near the front of the whole, each its own', async () => {
    const whole = await run(NEAR, at('whole'));
    const folders = [1, 2].map((index) => at(`${index}`));
    const [a, b] = [
      await run(NEAR, folders[0]!, { index: 1, count: 2 }),
      await run(NEAR, folders[1]!, { index: 2, count: 2 }),
    ];
    expect(a.total + b.total).toBe(whole.total);
    mergeExplorations(folders, at('out'));
    expect(await exported(at('out'))).toBe(await exported(at('whole')));
  });

  test('of another space, version of it, program or trace are refused by folder and name', async () => {
    await run(TINY, at('a'), { index: 1, count: 2 });
    await run(TINY, at('b'), { index: 2, count: 2 }, 'q');
    expect(() => mergeExplorations([at('a'), at('b')], at('out'))).toThrow(
      `${at('b')}: the folder is of another program than ${at('a')} (found q); allowed: p`,
    );
    await run(NEAR, at('near'), { index: 2, count: 2 });
    expect(() => mergeExplorations([at('a')], at('near'))).toThrow(
      `${at('near')}: the folder is of another space than ${at('a')} (found near); allowed: tiny`,
    );
    cpSync(at('a'), at('changed'), { recursive: true });
    const study = readFileSync(at('a/explore.json'), 'utf8');
    const changes = [
      [study.replace('values: [500 MHz', 'values: [501 MHz'), 'another version of the space'],
      [study.replace(/"hash": "[0-9a-f]{4}/, '"hash": "zzzz'), 'another trace or workload'],
    ] as const;
    for (const [text, said] of changes) {
      writeFileSync(at('changed/explore.json'), text);
      expect(() => mergeExplorations([at('a'), at('changed')], at('out'))).toThrow(said);
    }
    expect(() => mergeExplorations([at('a'), at('nowhere')], at('out'))).toThrow('no exploration lies here');
  });

  test.each(['0/2', '3/2', '1', '1/0', 'a/b', '1/2/3', '-1/2', '1.5/2'])('are not called %s', (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'EXPLORE_SHARD' }));
  });
});
