/** `tritsim report`: one HTML page of one run, or of several side by side. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Run } from '../analysis/run.ts';
import { reportFigures } from '../report/files.ts';
import { reportHtml } from '../report/html.ts';
import { readRun } from '../report/read.node.ts';
import { BesideFile } from './beside-file.ts';
import { createOutput } from './output.ts';

interface ReportFlags {
  readonly output: string;
  readonly json?: boolean;
}

const PAGE = 'index.html';

const EXAMPLES = `
Examples:
  tritsim report reports/latest -o pages/latest
  tritsim report reports/edge reports/edge-zero-skip -o pages/comparison`;

export function register(program: Command): void {
  program
    .command('report')
    .description('one page of a run, or of several side by side, that opens from disk and fetches nothing')
    .argument('<run...>', 'folders that simulate --out wrote, or their run.json')
    .requiredOption('-o, --output <folder>', `where ${PAGE} goes; one that is there is replaced`)
    .option('--json', 'print the path of the page as JSON')
    .addHelpText('after', EXAMPLES)
    .action(report);
}

async function report(places: readonly string[], { output: folder, json }: ReportFlags): Promise<void> {
  const runs: Run[] = [];
  for (const place of places) runs.push(await readRun(place));
  const page = reportHtml(runs, reportFigures(runs));
  await mkdir(folder, { recursive: true });
  const target = path.join(folder, PAGE);
  const beside = new BesideFile(target);
  beside.write(page);
  beside.commit();
  if (json === true) createOutput().json([target]);
  else createOutput().result(target);
}
