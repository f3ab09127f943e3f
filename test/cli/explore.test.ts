/** Does `tritsim explore` run, say how it went, read its folder in every way, and refuse what is wrong by name? */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createExploreProgress } from '../../src/cli/explore-progress.ts';
import { register } from '../../src/cli/explore.ts';
import type { Course } from '../../src/explore/explore.ts';

vi.mock('../../src/cli/program-hash.ts', () => ({ programHash: async () => 'p' }));

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
const TINY = 'test/fixtures/explore/tiny.yaml';
let folder = '';
let out = '';
let err = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tritsim-cli-explore-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

const course = (done: number): Course => ({
  trace: 't',
  fidelity: 'analytic',
  total: 10_000,
  done,
  evaluated: done,
  reused: 0,
  failed: 3,
  tallies: { analytic: { evaluated: done, reused: 0 }, cycle: { evaluated: 0, reused: 0 } },
  excluded: 0,
  repeated: 0,
  front: 17,
});

async function tritsim(...words: string[]): Promise<void> {
  const program = new Command('tritsim').exitOverride();
  register(program);
  await program.parseAsync(['node', 'tritsim', 'explore', ...words]);
}

describe('tritsim explore', () => {
  test('evaluates a part of a space, and its folder is read in every way', async () => {
    const at = join(folder, 'tiny');
    await tritsim(TINY, '--trace', TRACE, '--jobs', '1', '--limit', '9', '--out', at);
    expect(err).toContain(`9 points evaluated, front`);
    expect(err).toContain(`results: ${at}\n`);
    expect(out).toBe('');
    await tritsim('status', '--out', at, '--json');
    expect(JSON.parse(out)).toMatchObject({
      space: 'tiny',
      rounds: [{ points: 36, recorded: 9, failed: 0 }],
    });
    out = '';
    await tritsim('export', '--out', at, '--format', 'csv');
    expect(out.split('\n')).toHaveLength(11);
    const warning = 'warning: 27 points are not evaluated yet and are left out';
    expect(err).toContain(warning);
    out = '';
    err = '';
    await tritsim('pareto', '--out', at);
    expect(err).toContain(warning);
    expect(out).toMatch(/analytic: 9 points, front \d+, hypervolume \d+\.\d %\n/);
    expect(out).toMatch(/^knee +\d+ +narrow/m);
    out = '';
    err = '';
    await tritsim('best', '--out', at, '--json');
    expect(err).toContain(warning);
    const { traces } = JSON.parse(out) as {
      traces: { best: Record<string, { metrics: Record<string, number> }> }[];
    };
    expect(Object.keys(traces[0]!.best)).toEqual(['energy_per_token', 'tpot', 'area']);
  });

  test('says of a successive study how many points were estimated and how many of them simulated', async () => {
    const run = [
      'test/fixtures/explore/near.yaml',
      '--trace',
      TRACE,
      '--jobs',
      '1',
      '--out',
      join(folder, 'n'),
    ];
    await tritsim(...run);
    const [, simulated] = /^6 points estimated, (\d) simulated cycle by cycle, front/m.exec(err) ?? [];
    expect(Number(simulated)).toBeLessThan(6);
    err = '';
    await tritsim(...run);
    expect(err).toContain('0 points estimated, 0 simulated cycle by cycle, ');
    expect(err).toContain(`, 6 estimates and ${simulated} simulations found recorded, front`);
  });

  test('writes a page that links the reports that are there and of the same machine', async () => {
    const [at, runs, page] = ['tiny', 'my runs', 'pages/tiny.html'].map((name) => join(folder, name));
    await tritsim(TINY, '--trace', TRACE, '--jobs', '1', '--limit', '4', '--out', at!);
    for (const point of [1, 2]) {
      await mkdir(join(runs!, String(point)), { recursive: true });
      await writeFile(join(runs!, String(point), 'index.html'), '');
    }
    await writeFile(join(runs!, '2', 'run.json'), '{"machine":{"hash":"another"}}');
    err = '';
    await tritsim('page', '--out', at!, '-o', page!, '--runs', runs!);
    expect(out).toBe(`${page}\n`);
    expect(err).toBe(`warning: ${join(runs!, '2')} is the run of another machine and is left out\n`);
    const text = await readFile(page!, 'utf8');
    expect(text).toContain('"reports":{"1":"../my%20runs/1/index.html"}');
    out = '';
    await tritsim('page', '--out', at!, '-o', page!, '--runs', folder, '--json');
    expect(JSON.parse(out)).toEqual([page]);
    expect(err).toContain(`warning: no report of a point lies in ${folder}\n`);
    await expect(tritsim('page', '--out', at!, '-o', page!, '--trace', 'x')).rejects.toThrow('name one of');
  });

  test.each([
    [['edge-wild', '--trace', TRACE], "Did you mean 'edge-wide'?"],
    [[TINY], "required option '--trace <file...>' not specified"],
    [['pareto'], "required option '--out <folder>' not specified"],
    [['status', '--out', 'nowhere'], 'no exploration lies here'],
  ])('%s is refused', async (words, message) => {
    await expect(tritsim(...words)).rejects.toThrow(message);
  });
});

describe('a space file with a fault', () => {
  test.each([
    ['array.inputs * array.outputs <= 512', 'array.input <= 8', ':16: constraints.0, column 1: '],
    ['array.inputs * array.outputs <= 512', 'clock <= 512', ':16: constraints.0, column 7: '],
    ['machine: test-tiny', 'machine: test-tyni', ':4: machine: '],
    ['machine: test-tiny', 'machine: mine.yaml', 'mine.yaml:2: no machine of this name is shipped'],
    ['path: clock', 'path: clocks', ':13: axes.clock.path: '],
  ])('is refused where %s is %s, with the path of the file and the line', async (from, to, place) => {
    const space = join(folder, 'space.yaml');
    await writeFile(space, (await readFile(TINY, 'utf8')).replace(from, to));
    await writeFile(join(folder, 'mine.yaml'), 'schema: tritsim.machine/1\nextends: test-tyni\n');
    const run = tritsim(space, '--trace', TRACE, '--jobs', '1', '--out', join(folder, 'out'));
    await expect(run).rejects.toThrow(place.startsWith(':') ? `${space}${place}` : place);
  });
});

describe('the progress of an exploration', () => {
  test('on a terminal is one line, drawn again', () => {
    let text = '';
    let now = 0;
    const stream = { isTTY: true, write: (part: string) => (text += part) };
    const progress = createExploreProgress(stream, () => now);
    progress.update(course(0));
    now = 2;
    progress.update(course(3100));
    expect(text).toContain('31 %  3,100 of 10,000 points  1,550 points/s  0:04 left  3 failed  front 17');
    progress.finish();
    expect(text).not.toContain('\n');
  });

  test('elsewhere is a line now and then', () => {
    let text = '';
    let now = 0;
    const progress = createExploreProgress({ write: (part: string) => (text += part) }, () => now);
    for (now = 0; now <= 21; now++) progress.update(course(now * 100));
    progress.finish();
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u001B');
  });
});
