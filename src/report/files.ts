/** The files that a run leaves, as texts by their path in the folder; `write.node.ts` puts them on disk. */
import type { Run } from '../analysis/run.ts';
import { canonicalJson } from './canonical-json.ts';
import { actionsCsv, energyCsv, layersCsv } from './csv.ts';
import { energyByComponent } from './figures/energy-by-component.ts';
import type { Figure } from './figures/figure.ts';
import { runFigures } from './figures/run-figures.ts';
import { reportHtml } from './html.ts';

/** Name of the file by which a folder is known to hold a run. */
export const RUN_FILE = 'run.json';
/** Folder of the figures in a run's folder. */
export const FIGURES = 'figures';

/**
 * Every file of a run; the same run gives the same bytes.
 *
 * @throws RUN_SCHEMA where the run does not fit its schema.
 */
export function runFiles(run: Run): ReadonlyMap<string, string> {
  const figures = runFigures(run);
  return new Map([
    [RUN_FILE, canonicalJson(run)],
    ['layers.csv', layersCsv(run)],
    ['energy.csv', energyCsv(run)],
    ['actions.csv', actionsCsv(run)],
    ...figures.flatMap(({ name, svg, csv }): [string, string][] => [
      [`${FIGURES}/${name}.svg`, svg],
      [`${FIGURES}/${name}.csv`, csv],
    ]),
    ['index.html', reportHtml([run], figures)],
  ]);
}

/**
 * The figures of a report of several runs: those that show runs side by side.
 */
export function reportFigures(runs: readonly Run[]): readonly Figure[] {
  const [only] = runs;
  return runs.length === 1 && only !== undefined ? runFigures(only) : [energyByComponent(runs)];
}

/** Whether a run of this or another version of the program may have written a file of this path. */
export function isRunFile(path: string): boolean {
  return path === RUN_FILE || path === 'index.html' || /^(figures\/)?[a-z0-9-]+\.(csv|svg)$/.test(path);
}
