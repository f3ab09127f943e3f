/**
 * Does the README show what its commands print? Each ```console block with output is run and compared.
 * `UPDATE_README=1 npx vitest run test/docs` writes what they print today; read the difference before you commit it.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const README = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** Blocks of one command, with the output that they show. */
const shown: Shown[] = [...README.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  block!
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command, ...output] = part.split('\n');
      return { command: command!, output: output.join('\n').trimEnd() };
    })
    // A block of several commands only says what to type.
    .filter((_, __, all) => all.length === 1),
);

/** The hash of the sources changes with every edit of them, whether a result does or not. */
const withoutProgram = (text: string): string => text.replaceAll(/program [0-9a-f]{12}/g, 'program …');

/** The words of the built command that a shown command line stands for. */
function words(command: string): string[] {
  const line = command.replace(/^npm ci && npm start$/, scripts['start']!);
  const [program, ...rest] = line.replace(/^node dist\/cli\/main\.js/, 'npx tritsim').split(' ');
  expect([program, rest[0]]).toEqual(['npx', 'tritsim']);
  return rest.slice(1);
}

describe('README.md', () => {
  beforeAll(() => {
    expect(existsSync('dist/cli/main.js'), 'npm run build comes first').toBe(true);
  });

  test('shows the main job and its output', () => {
    expect(shown.map(({ command }) => command)).toContain('npm ci && npm start');
  });

  test.each(shown)(
    '`$command` prints what is shown',
    async ({ command, output }) => {
      const { stdout } = await run(process.execPath, ['dist/cli/main.js', ...words(command)], {
        env: { ...process.env, NO_COLOR: '1' },
      });
      if (process.env['UPDATE_README'] === '1') {
        const before = readFileSync('README.md', 'utf8');
        const old = `$ ${command}\n${output === '' ? '' : `${output}\n`}`;
        writeFileSync(
          'README.md',
          before.replace(old, () => `$ ${command}\n${stdout.trimEnd()}\n`),
        );
        return;
      }
      expect(withoutProgram(stdout.trimEnd())).toBe(withoutProgram(output));
    },
    180_000,
  );

  test('shows the figure that the main job has just made', () => {
    const shownFigure = 'docs/figures/energy-by-component.svg';
    expect(README).toContain(shownFigure);
    const made = readFileSync('reports/latest/figures/energy-by-component.svg', 'utf8');
    if (process.env['UPDATE_README'] === '1') writeFileSync(shownFigure, made);
    expect(readFileSync(shownFigure, 'utf8')).toBe(made);
  });

  test('links to files that exist', () => {
    const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target!);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((target) => !existsSync(path.normalize(target)))).toEqual([]);
  });

  test('names folders that exist in its map', () => {
    const folders = [...README.matchAll(/^\| `([\w./-]+\/)` \|/gm)].map(([, folder]) => folder!);
    expect(folders.length).toBeGreaterThan(6);
    expect(folders.filter((folder) => !existsSync(folder))).toEqual([]);
  });
});
