/** `tritsim explore page`: the machines of an exploration on one HTML page. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { summarise } from '../explore/summary.ts';
import type { ExploredPoint } from '../report/explorer/explored.ts';
import { explorerPage } from '../report/explorer/page.ts';
import { RUN_FILE } from '../report/files.ts';
import { BesideFile } from './beside-file.ts';
import { withExplored } from './explored.ts';
import { createOutput, type Output } from './output.ts';

interface ExplorePageFlags {
  readonly out: string;
  readonly output: string;
  readonly trace?: string;
  readonly runs?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  tritsim explore page --out explorations/arrays -o arrays.html
  tritsim explore page --out explorations/arrays --runs runs -o arrays.html`;

const REPORT = 'index.html';
/** Where commands on the page put reports, where no folder is given. */
const RUNS = 'runs';

export function registerExplorePage(explore: Command): void {
  explore
    .command('page')
    .description(
      'the machines on one HTML page that opens from disk and fetches nothing: ranges, front, the file of each',
    )
    .requiredOption('--out <folder>', 'folder that tritsim explore wrote to')
    .requiredOption('-o, --output <file>', 'the page; one that is there is replaced')
    .option('--trace <name>', 'file name of the trace, where several were explored')
    .option('--runs <folder>', `folder of reports: <folder>/<point>/${REPORT} is linked where it is there`)
    .option('--json', 'print the path of the page as JSON')
    .addHelpText('after', EXAMPLES)
    .action(explorePage);
}

async function explorePage({ out, output, trace, runs, json }: ExplorePageFlags): Promise<void> {
  const cli = createOutput();
  const page = await withExplored(out, trace, async (explored, { study, find }, index) => {
    const summaries = await summarise(study, find);
    return explorerPage({
      study,
      explored,
      summary: summaries[index]!,
      traceHash: study.study.traces[index]!.hash,
      reports: runs === undefined ? new Map() : reportsIn(runs, path.dirname(output), explored.points, cli),
      runs: runs ?? RUNS,
    });
  });
  await mkdir(path.dirname(output), { recursive: true });
  const beside = new BesideFile(output);
  beside.write(page);
  beside.commit();
  if (json === true) cli.json([output]);
  else cli.result(output);
}

/** Addresses of the reports that are there, relative to the page's folder. A space that gained a level counts its points anew. */
function reportsIn(
  runs: string,
  from: string,
  points: readonly ExploredPoint[],
  { warning }: Output,
): Map<number, string> {
  const way = path.relative(from, runs).split(path.sep).map(encodeURIComponent).join('/') || '.';
  const found = points.filter(({ position }) => existsSync(path.join(runs, String(position), REPORT)));
  const own = found.filter(({ position, machine }) => {
    const simulated = machineIn(path.join(runs, String(position), RUN_FILE));
    const fits = simulated === undefined || simulated === machine;
    if (!fits) warning(`${path.join(runs, String(position))} is the run of another machine and is left out`);
    return fits;
  });
  if (found.length === 0) warning(`no report of a point lies in ${runs}`);
  return new Map(own.map(({ position }) => [position, `${way}/${position}/${REPORT}`]));
}

/** Hash of the machine of a run; undefined where there is none to read. */
function machineIn(file: string): unknown {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as { machine?: { hash?: unknown } };
    return run.machine?.hash;
  } catch {
    return undefined;
  }
}
