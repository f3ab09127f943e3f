/** Does a whole exploration end with the same table, whatever N was, however it was interrupted, and whoever else was at work? */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { BatchRunner, type Batch } from '../../src/explore/batch.ts';
import { fileResources } from '../../src/explore/engine/resources.node.ts';
import { explore, type Course, type Engine, type ExploreOptions } from '../../src/explore/explore.ts';
import { csvOf, jsonLinesOf } from '../../src/explore/export-text.ts';
import { parquetOf } from '../../src/explore/export-parquet.ts';
import { resultTable } from '../../src/explore/export-table.ts';
import { openRecords, readStudy, writeStudy } from '../../src/explore/folder.node.ts';
import { studyOf } from '../../src/explore/load.node.ts';
import { openExploration, runExploration } from '../../src/explore/run.node.ts';
import { statusOf, summarise } from '../../src/explore/summary.ts';
import type { Write } from '../../src/explore/store/store.node.ts';
import { OpenStudy } from '../../src/explore/study.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';
const NEAR = 'test/fixtures/explore/near.yaml';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tritsim-explore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An exploration in this thread, its batches answered in a stated order. */
async function run(space: string, out: string, options: ExploreOptions = {}, write?: Write): Promise<Course> {
  const trace = await openTraceFile(TRACE);
  onTestFinished(() => trace.close());
  const study = await studyOf(space, [trace], 'p');
  const open = new OpenStudy(study, fileResources());
  writeStudy(out, study);
  const records = openRecords(out, write);
  const runner = new BatchRunner(open, [trace]);
  const engine: Engine = {
    run: async (next, onResult) => {
      const waiting: Batch[] = [];
      for (let batch = next(); batch !== undefined; batch = next()) waiting.push(batch);
      for (const batch of waiting.toReversed())
        onResult(batch, await runner.run(batch, (key) => records.find(key) !== undefined));
    },
  };
  try {
    return await explore(open, engine, records, { batchSize: { analytic: 5, cycle: 3 }, ...options });
  } finally {
    records.close();
  }
}

async function exported(out: string): Promise<string> {
  const { study, find, close } = openExploration(out);
  let text = '';
  for await (const block of csvOf(resultTable(study, find))) text += block;
  close();
  return text;
}
const linesIn = (out: string): string[] =>
  readdirSync(join(out, 'records')).flatMap((name) =>
    readFileSync(join(out, 'records', name), 'utf8')
      .split('\n')
      .slice(0, -1),
  );
/** Whether a point is on the front depends on the others. */
const withoutFront = (text: string): string[] =>
  text.split('\n').map((line) => line.replace(/,(true|false),/, ',,'));
const at = (name: string): string => join(folder, name);

describe('an exploration', () => {
  test('evaluates each point once and says so', async () => {
    const course = await run(TINY, at('a'));
    expect(course).toMatchObject({ total: 36, done: 36, evaluated: 36, reused: 0, failed: 0, excluded: 0 });
    expect(linesIn(at('a'))).toHaveLength(36);
    expect(await run(TINY, at('a'))).toMatchObject({ evaluated: 0, reused: 36, front: course.front });
    expect((await exported(at('a'))).split('\n')).toHaveLength(38);
  });

  test('that was stopped goes on, and ends with the same table as one that was not', async () => {
    await run(TINY, at('whole'));
    let batches = 0;
    const stopped = await run(TINY, at('parts'), { stopped: () => batches++ >= 4 });
    expect(stopped).toMatchObject({ done: 15, total: 36 });
    const { study, find, close } = openExploration(at('parts'));
    expect(await statusOf(study, find)).toMatchObject([{ points: 36, recorded: 15 }]);
    close();
    expect(await run(TINY, at('parts'))).toMatchObject({ reused: 15, evaluated: 21 });
    expect(await exported(at('parts'))).toBe(await exported(at('whole')));
  });

  test('whose disk was full goes on when there is room', async () => {
    await run(TINY, at('whole'));
    let room = 3000;
    const write: Write = (file, bytes, offset) => {
      if (room === 0) throw new Error('ENOSPC: no space left on device, write');
      const written = writeSync(file, bytes, offset, Math.min(room, bytes.length - offset));
      room -= written;
      return written;
    };
    await expect(run(TINY, at('full'), {}, write)).rejects.toMatchObject({ code: 'EXPLORE_STORE_WRITE' });
    const course = await run(TINY, at('full'));
    expect(course.reused).toBeGreaterThan(0);
    expect(course.reused + course.evaluated).toBe(36);
    expect(await exported(at('full'))).toBe(await exported(at('whole')));
  });

  test('with a limit is the beginning of the whole', async () => {
    await run(TINY, at('a'), { limit: 7 });
    const [some, whole] = [await exported(at('a')), await (await run(TINY, at('a')), exported(at('a')))];
    expect(some.split('\n')).toHaveLength(9);
    expect(withoutFront(whole).slice(0, 8)).toEqual(withoutFront(some).slice(0, 8));
  });

  test('counts points towards a limit, not positions, and says what stands for no point and what breaks a constraint', async () => {
    const space = at('some.yaml');
    const text = readFileSync(TINY, 'utf8')
      .replace(
        '  clock:',
        '  lanes: { when: array.inputs > 8, path: vector.lanes, values: [4, 8] }\n  clock:',
      )
      .replace('array.outputs <= 512', 'array.outputs <= 512\n  - dram.controller.readQueue < 8');
    writeFileSync(space, text);
    const some = await run(space, at('some'), { limit: 7 });
    expect(some).toMatchObject({ total: 7, done: 7, evaluated: 7, excluded: 0, repeated: 0 });
    expect(await run(space, at('some'), { limit: 9 })).toMatchObject({ evaluated: 2, reused: 7 });
    const shards: number[] = [];
    for (const index of [1, 2]) {
      const shard = { limit: 9, shard: { index, count: 2 } };
      shards.push((await run(space, at('shards'), shard)).evaluated);
    }
    expect(shards).toEqual([5, 4]);
    expect(await exported(at('shards'))).toBe(await exported(at('some')));
    // Of 72 positions narrow has 18 twice; a third of each half breaks the constraint.
    const whole = await run(space, at('some'));
    expect(whole).toMatchObject({ total: 72, evaluated: 36 - 9, reused: 9, excluded: 18, repeated: 18 });
  });

  test('of a Latin hypercube evaluates a machine once where strata coincide', async () => {
    const space = at('few.yaml');
    const strategy = '{ sample: latin-hypercube, points: 30, seed: 1, fidelity: analytic }';
    writeFileSync(space, readFileSync(TINY, 'utf8').replace(/^strategy: .*/m, `strategy: ${strategy}`));
    const course = await run(space, at('few'));
    expect(course.repeated).toBeGreaterThan(0);
    expect(course).toMatchObject({ total: 30, done: 30, evaluated: 30 - course.repeated, reused: 0 });
    const keys = linesIn(at('few')).map((line) => (JSON.parse(line) as { key: string }).key);
    expect(new Set(keys).size).toBe(keys.length);
    expect((await exported(at('few'))).split('\n')).toHaveLength(keys.length + 2);
  });

  test('by successive fidelity simulates the points near the analytic front, and they decide', async () => {
    const course = await run(NEAR, at('near'));
    expect(course.fidelity).toBe('cycle');
    const { study, find, close } = openExploration(at('near'));
    const [summary] = await summarise(study, find);
    expect(summary!.fidelity).toBe('cycle');
    expect(summary!.feasible).toBe(course.total);
    expect(course.total).toBeLessThan(6);
    expect(course.front).toBe(summary!.front.length);
    // A first run of a part has simulated points that are not near the whole's front; they do not show.
    await run(NEAR, at('parts'), { limit: 2 });
    await run(NEAR, at('parts'));
    close();
    expect(await exported(at('parts'))).toBe(await exported(at('near')));
  });

  test('by successive fidelity finds the front that simulating every point finds, with a margin for the estimate', async () => {
    // Wider apart than the tiny space, so that few points are near.
    const text = readFileSync(TINY, 'utf8')
      .replace(/queue: .*/, 'channels: { path: dram.channels, from: 1, to: 4, times: 2 }')
      .replace('500 MHz', '250 MHz');
    const explored = async (name: string, fidelity: string) => {
      const space = at(`${name}.yaml`);
      writeFileSync(space, text.replace('fidelity: analytic', `fidelity: ${fidelity}`));
      await run(space, at(name));
      const { study, find, results, close } = openExploration(at(name));
      const front = (await summarise(study, find)).at(-1)!.front.map(({ point }) => point);
      const tpot = new Map<string, number>();
      for await (const { point, row, metrics } of results())
        tpot.set(`${row.fidelity} ${point.position}`, metrics.tpot!);
      close();
      return { front, tpot };
    };
    const margin = 0.04;
    const all = await explored('all', 'cycle');
    const near = await explored('near', `successive, margin: ${margin}`);
    expect(near.front).toEqual(all.front);
    const ratios = Array.from({ length: all.tpot.size }, (_, position) => position).map((position) => {
      return near.tpot.get(`analytic ${position}`)! / all.tpot.get(`cycle ${position}`)!;
    });
    expect(1 - Math.min(...ratios) / Math.max(...ratios)).toBeLessThan(margin);
    // Estimates of all, simulations of some.
    expect(near.tpot.size).toBeLessThan(1.9 * all.tpot.size);
  });

  test('of another space is not mixed into the folder', async () => {
    await run(TINY, at('a'));
    await expect(run(NEAR, at('a'))).rejects.toMatchObject({ code: 'EXPLORE_FOLDER' });
    expect(() => readStudy(at('nowhere'))).toThrow('no exploration lies here');
  });
});

describe('the table', () => {
  test('says the same as CSV, JSON lines and Parquet', async () => {
    await run(TINY, at('a'));
    const { study, find, close } = openExploration(at('a'));
    const table = resultTable(study, find);
    let json = '';
    for await (const block of jsonLinesOf(table)) json += block;
    const rows = json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const blocks: Uint8Array[] = [];
    for await (const block of parquetOf(table)) blocks.push(block);
    close();
    const bytes = Buffer.concat(blocks);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const integers = table.columns.filter(({ type }) => type === 'integer').map(({ name }) => name);
    const read = (await parquetReadObjects({ file })).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, integers.includes(name) ? Number(value) : value]),
      ),
    );
    expect(read).toEqual(rows);
    const [header, first] = (await exported(at('a'))).split('\n');
    expect(header!.split(',')).toEqual(table.columns.map(({ name }) => name));
    expect(first!.split(',')).toEqual(
      Object.values(rows[0]!).map((value) => (value === null ? '' : String(value))),
    );
  });
});

describe('worker threads', () => {
  test('end with the same table as one thread, whatever their number, and share a folder', async () => {
    await run(TINY, at('one'));
    const files = { space: TINY, traces: [TRACE], out: at('threads'), program: 'p' };
    const [a, b] = await Promise.all([
      runExploration({ ...files, jobs: 2 }, { batchSize: { analytic: 2, cycle: 1 } }),
      runExploration({ ...files, jobs: 1 }, { batchSize: { analytic: 2, cycle: 1 } }),
    ]);
    expect(a.course.evaluated + b.course.evaluated).toBeGreaterThanOrEqual(36);
    expect([a.course.done, b.course.done]).toEqual([36, 36]);
    expect(await exported(at('threads'))).toBe(await exported(at('one')));
  });
});
