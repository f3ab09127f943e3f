/** Runs a study to its end and writes its tables and figures. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { resultTable } from '../../src/explore/export-table.ts';
import { openExploration } from '../../src/explore/run.node.ts';
import { exploredOf } from '../../src/report/explorer/explored.ts';
import { embedFonts } from '../../src/report/figures/export/svg.node.ts';
import { folderOf } from './folder.ts';
import { machinesCsv } from './machines.ts';
import type { About, Study } from './study.ts';
import { frontColumns, pointColumns, readTable, slimCsv } from './table.ts';

/** Built, as a user runs it: the hash of the program is stamped by the build. */
const COMMAND = 'dist/cli/main.js';

function tritsim(...words: readonly string[]): void {
  execFileSync('node', [COMMAND, ...words], { stdio: 'inherit' });
}

export async function runStudy(study: Study): Promise<void> {
  const { name, space, trace, makeTrace } = study;
  const folder = folderOf(study);
  const results = path.join('explorations', name);
  mkdirSync(path.join(folder, 'figures'), { recursive: true });
  mkdirSync('explorations', { recursive: true });
  if (makeTrace !== undefined && !existsSync(trace)) tritsim(...makeTrace, '-o', trace);
  tritsim('explore', space, '--trace', trace, '--out', results);

  const exploration = openExploration(results);
  try {
    const table = resultTable(exploration.study, exploration.find);
    const points = await slimCsv(table, pointColumns, () => true);
    const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text);
    write('points.csv', points);
    write('front.csv', await slimCsv(table, frontColumns, (line) => line['front'] === 'true'));
    write('machines.csv', await machinesCsv(exploration, trace, study.choose(readTable(points))));
    const { traces, program, space: text } = exploration.study.study;
    const about: About = {
      space,
      space_hash: createHash('sha256').update(text).digest('hex'),
      trace: traces[0]!.name,
      trace_hash: traces[0]!.hash,
      program,
    };
    write('study.json', `${JSON.stringify(about, undefined, 1)}\n`);
    const explored = await exploredOf(exploration.study, exploration.find, 0);
    // Their numbers are in points.csv.
    for (const { name: figure, svg } of study.figures(explored))
      write(path.join('figures', `${figure}.svg`), embedFonts(svg));
  } finally {
    exploration.close();
  }
}
