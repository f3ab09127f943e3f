/** Does `tritsim report` make one page of the runs that it is given, and refuse what is none? */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/report.ts';
import { reportFigures } from '../../src/report/files.ts';
import { reportHtml } from '../../src/report/html.ts';
import { writeRun } from '../../src/report/write.node.ts';
import { aloneRun, exampleRun } from './fixture.ts';

let folder = '';
const at = (name: string): string => path.join(folder, name);

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(path.join(tmpdir(), 'tritsim-report-'));
  await writeRun(exampleRun(), at('both'));
  await writeRun(aloneRun(), at('alone'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function report(...words: string[]): Promise<void> {
  const program = new Command('tritsim').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  await program.parseAsync(['node', 'tritsim', 'report', ...words]);
}

const pageIn = (name: string): Promise<string> => readFile(at(`${name}/index.html`), 'utf8');

test('the page of one run is the one that the run itself has, named by folder or by run.json', async () => {
  await report(at('both'), '-o', at('page'));
  await report(at('both/run.json'), '-o', at('deep/page'));
  const own = await pageIn('both');
  expect((await pageIn('page')) === own && (await pageIn('deep/page')) === own).toBe(true);
});

test('several runs make one page, which takes the place of another and leaves nothing else', async () => {
  await report(at('alone'), '-o', at('page'));
  await report(at('both'), at('alone'), '-o', at('page'));
  const runs = [exampleRun(), aloneRun()];
  expect((await pageIn('page')) === reportHtml(runs, reportFigures(runs))).toBe(true);
  expect(await readdir(at('page'))).toEqual(['index.html']);
});

test('what is no run is refused, and no page is made', async () => {
  await expect(report(at('none'), '-o', at('page'))).rejects.toMatchObject({ code: 'RUN_FILE' });
  await writeFile(at('alone/run.json'), '{"schema":"tritsim.run/2"}');
  await expect(report(at('both'), at('alone'), '-o', at('page'))).rejects.toMatchObject({
    code: 'RUN_SCHEMA',
  });
  expect(await readdir(folder)).not.toContain('page');
});
