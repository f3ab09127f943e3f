/** Does `tritsim figures` draw what is asked for from the runs that are given, and refuse the rest by name? */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/figures.ts';
import { createProgram, runProgram } from '../../src/cli/run.ts';
import { writeRun } from '../../src/report/write.node.ts';
import { exampleRun } from '../report/fixture.ts';

interface Outcome {
  readonly status: number;
  readonly results: string;
  readonly notes: string;
}

async function figures(...parameters: string[]): Promise<Outcome> {
  const program = createProgram('0.0.0');
  program.configureOutput({ writeErr: () => {} });
  register(program);
  program.commands.forEach((command) => command.configureOutput({ writeErr: () => {} }));
  let results = '';
  let notes = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((results += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((notes += String(text)), true));
  const write = (text: string): boolean => ((notes += text), true);
  const status = await runProgram(program, ['node', 'tritsim', 'figures', ...parameters], { write });
  return { status, results, notes };
}

afterEach(() => {
  vi.restoreAllMocks();
});

async function folderOf(name: string): Promise<string> {
  return path.join(await mkdtemp(path.join(tmpdir(), 'tritsim-figures-')), name);
}

describe('figures of a run', () => {
  test('are written in the formats asked for; --json lists the files', async () => {
    const run = await folderOf('run');
    await writeRun(exampleRun(), run);
    const target = await folderOf('figures');
    const options = ['--run', run, '-o', target, '--format', 'svg,pdf', '--width', '1', '--json'];
    const { status, results, notes } = await figures('energy-by-component', 'time-by-operation', ...options);
    expect(status).toBe(0);
    const files = JSON.parse(results) as string[];
    expect(files.map((file) => path.basename(file))).toEqual(
      ['energy-by-component', 'time-by-operation'].flatMap((name) =>
        ['svg', 'pdf', 'csv', 'txt'].map((extension) => `${name}.${extension}`),
      ),
    );
    expect((await readdir(target)).toSorted()).toEqual(files.map((file) => path.basename(file)).toSorted());
    expect(notes).toContain('2 of 2: time-by-operation');
  });

  test('a roofline needs the machine of the run, by its hash', async () => {
    const run = await folderOf('run');
    await writeRun(exampleRun(), run);
    const { status, notes } = await figures('roofline', '--run', run, '-o', await folderOf('figures'));
    expect(status).toBe(1);
    expect(notes).toMatch(/FIGURE_MACHINE.*edge-ternary/s);
  });
});

test('a figure of the shipped trace does not say in which folder it lies', async () => {
  const target = await folderOf('figures');
  expect((await figures('pareto', '-o', target, '--format', 'svg')).status).toBe(0);
  const caption = await readFile(path.join(target, 'pareto.txt'), 'utf8');
  expect(caption).toContain(' on tritsim-25m.p64d16.safetensors, estimated');
});

describe('what is refused', () => {
  test('a name that is nearly one, with that one', async () => {
    const { status, notes } = await figures('rooflines', '-o', 'x');
    expect(status).toBe(1);
    expect(notes).toMatch(/FIGURE_UNKNOWN.*'?rooflines'?.*roofline/s);
  });

  test.each([[[]], [['--all', 'roofline']]])('%j, neither or both of names and --all', async (names) => {
    const { status, notes } = await figures(...names, '-o', 'x');
    expect(status).toBe(1);
    expect(notes).toContain('FIGURE_NONE');
  });

  test('a folder without a run', async () => {
    const { status, notes } = await figures('roofline', '--run', '/nowhere', '-o', 'x');
    expect(status).toBe(1);
    expect(notes).toMatch(/RUN_FILE.*\/nowhere/s);
  });

  test('a format or a width that does not exist', async () => {
    expect((await figures('--all', '-o', 'x', '--format', 'svg,gif')).status).toBe(2);
    expect((await figures('--all', '-o', 'x', '--width', '3')).status).toBe(2);
  });
});
