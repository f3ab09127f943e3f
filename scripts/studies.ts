/**
 * The studies of `reports/`: `npx tsx scripts/studies.ts [--run | --write] [STUDY...]`, without names all of them.
 *
 * Without a flag: prints each page's findings from the committed tables and ends with status 1 where a `README.md` differs from what
 * they say. `--write` writes the pages from the tables. `--run` (after `npm run build`) runs the explorations to their end in
 * `explorations/`, then writes tables, figures and pages; it goes on where it was.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { studies } from './studies/all.ts';
import { readData, readmeOf, writeReadme } from './studies/folder.ts';
import { runStudy } from './studies/run.ts';

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.find((name) => !studies.some((study) => study.name === name));
if (unknown !== undefined)
  throw new Error(`no study '${unknown}'; there are ${studies.map(({ name }) => name).join(', ')}`);
const run = words.includes('--run');
const write = run || words.includes('--write');
if (run && !existsSync('dist/program.json'))
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });

for (const study of studies.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (run) await runStudy(study);
  const page = study.page(readData(study));
  if (write) writeReadme(study, page);
  console.log(`${page}\n`);
  if (readFileSync(readmeOf(study), 'utf8') === page) continue;
  console.error(
    `${readmeOf(study)} is not what the tables say; npx tsx scripts/studies.ts --write ${study.name}`,
  );
  process.exitCode = 1;
}
