/** Is a run's folder whole, replaced only by a run, and never half-written? */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFiles } from '../../src/report/files.ts';
import { writeRun } from '../../src/report/write.node.ts';
import { aloneRun, exampleRun } from './fixture.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'tritsim-report-'));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

async function contents(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true });
  const files = found.filter((file) => file.includes('.')).toSorted();
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [file, await readFile(path.join(folder, file), 'utf8')] as const),
    ),
  );
}

describe('writeRun', () => {
  test('writes every file of the run and leaves nothing else', async () => {
    const target = path.join(parent, 'new/latest');
    const written = await writeRun(exampleRun(), target);
    const expected = runFiles(exampleRun());
    expect(written).toEqual([...expected.keys()].map((file) => path.join(target, file)));
    expect(await contents(target)).toEqual(Object.fromEntries(expected));
    expect(await readdir(path.dirname(target))).toEqual(['latest']);
  });

  test('writes the same bytes for the same run', () => {
    expect([...runFiles(exampleRun())]).toEqual([...runFiles(exampleRun())]);
  });

  test('replaces an earlier run whole, and an empty folder', async () => {
    const target = path.join(parent, 'latest');
    await mkdir(target);
    await writeRun(exampleRun(), target);
    await writeFile(path.join(target, 'figures/old-figure.svg'), '<svg/>');
    await writeRun(aloneRun(), target);
    expect(await contents(target)).toEqual(Object.fromEntries(runFiles(aloneRun())));
    expect(await readdir(parent)).toEqual(['latest']);
  });

  test('follows a link to the folder and leaves the link', async () => {
    await mkdir(path.join(parent, 'real'));
    await symlink(path.join(parent, 'real'), path.join(parent, 'link'));
    await writeRun(exampleRun(), path.join(parent, 'link'));
    expect(await readdir(path.join(parent, 'real'))).toContain('run.json');
    expect((await readdir(parent)).toSorted()).toEqual(['link', 'real']);
  });

  test.each([
    [
      'a file that no run wrote beside a run',
      { 'run.json': '{"schema":"tritsim.run/1"}', 'thesis.tex': 'x' },
      'thesis.tex',
    ],
    ["another program's run.json", { 'run.json': '{"schema":"other/1"}' }, 'no run.json of ours'],
    ['a broken run.json', { 'run.json': '{' }, 'no run.json of ours'],
    ['tables without a run.json', { 'data.csv': 'a,b' }, 'no run.json of ours'],
  ])(
    'refuses a folder with %s and leaves it as it is',
    async (_what, files: Record<string, string>, message) => {
      const target = path.join(parent, 'mine');
      await mkdir(target);
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(target, file), text);
      await expect(writeRun(exampleRun(), target)).rejects.toMatchObject({
        code: 'OUTPUT_NOT_A_RUN',
        message: expect.stringContaining(message),
      });
      expect(await contents(target)).toEqual(files);
      expect(await readdir(parent)).toEqual(['mine']);
    },
  );

  test('refuses a file in the place of the folder', async () => {
    await writeFile(path.join(parent, 'file'), 'x');
    await expect(writeRun(exampleRun(), path.join(parent, 'file'))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_A_RUN',
    });
  });

  test('leaves the earlier run where the new one does not fit the schema', async () => {
    const target = path.join(parent, 'latest');
    await writeRun(exampleRun(), target);
    const before = await contents(target);
    await expect(writeRun(exampleRun({ program: 'unknown' }), target)).rejects.toMatchObject({
      code: 'RUN_SCHEMA',
    });
    expect(await contents(target)).toEqual(before);
    expect(await readdir(parent)).toEqual(['latest']);
  });
});
