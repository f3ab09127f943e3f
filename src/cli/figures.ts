/** `tritsim figures`: the set of figures as SVG, PDF and PNG, each with its numbers as CSV and its caption. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Run } from '../analysis/run.ts';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { FIGURE_FORMATS, type FigureFormat, writeFigure } from '../report/figures/export/write.node.ts';
import { type FigureEntry, FIGURES } from '../report/figures/registry.ts';
import type { Columns } from '../report/figures/theme.ts';
import { readRun } from '../report/read.node.ts';
import { FigureSources } from './figures-data.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';
import { createProgress } from './progress.ts';

interface FiguresFlags {
  readonly all?: boolean;
  readonly run?: readonly string[];
  readonly output: string;
  readonly format: readonly FigureFormat[];
  readonly width: '1' | '2';
  readonly dpi: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  tritsim figures --all -o figures
  tritsim figures energy-by-component roofline --width 1 --format pdf -o paper
  tritsim figures energy-by-component --run reports/mine --run reports/other -o figures`;

export function register(program: Command): void {
  program
    .command('figures')
    .description('draw figures for a paper: pictures, their numbers as CSV, captions')
    .argument('[name...]', `figures to draw: ${FIGURES.map(({ name }) => name).join(', ')}`)
    .option('--all', 'draw all of them')
    .option(
      '--run <folder...>',
      'runs (simulate --out, or their run.json) to draw, where a figure shows runs; without it the shipped trace is simulated',
    )
    .requiredOption('-o, --output <folder>', 'where the files go')
    .option('--format <list>', `formats, separated by commas: ${FIGURE_FORMATS.join(', ')}`, formats, [
      ...FIGURE_FORMATS,
    ])
    .addOption(
      new Option('--width <columns>', 'columns of a two-column paper: 3.33 in or 7 in')
        .choices(['1', '2'])
        .default('2'),
    )
    .option('--dpi <n>', 'pixels per inch of PNG', positiveWholeNumber, 300)
    .option('--json', 'print the paths of the files as JSON')
    .addHelpText('after', EXAMPLES)
    .action(figures);
}

async function figures(names: readonly string[], flags: FiguresFlags): Promise<void> {
  const chosen = chooseFigures(names, flags.all === true);
  const runs: Run[] = [];
  for (const folder of flags.run ?? []) runs.push(await readRun(folder));
  const output = createOutput();
  const progress = createProgress();
  const sources = new FigureSources(runs, (what, done, total) => progress.update(what, done, total));
  const files: string[] = [];
  try {
    for (const [i, figure] of chosen.entries()) {
      progress.update('figures', i, chosen.length);
      const drawn = await figure.make(sources.source, Number(flags.width) as Columns);
      progress.finish();
      files.push(...(await writeFigure(drawn, flags.output, { formats: flags.format, dpi: flags.dpi })));
      output.note(`${i + 1} of ${chosen.length}: ${figure.name}`);
    }
  } finally {
    progress.finish();
    await sources.close();
  }
  if (flags.json === true) output.json(files);
  else output.result(files.join('\n'));
}

/** @throws FIGURE_UNKNOWN with the nearest name; FIGURE_NONE where none is asked for, or names beside --all */
function chooseFigures(names: readonly string[], all: boolean): readonly FigureEntry[] {
  const allowed = FIGURES.map(({ name }) => name);
  if (all === names.length > 0) {
    throw new TritsimError('FIGURE_NONE', 'name figures, or ask for --all', {
      found: all ? `--all and ${names.join(', ')}` : 'neither',
      allowed,
    });
  }
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, allowed);
    throw new TritsimError('FIGURE_UNKNOWN', 'there is no figure of this name', {
      found: unknown,
      allowed,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return all ? FIGURES : FIGURES.filter(({ name }) => names.includes(name));
}

/** A list of formats as a flag has it. */
export function formats(text: string): FigureFormat[] {
  const parts = text.split(',').map((part) => part.trim());
  const known = FIGURE_FORMATS.filter((format) => parts.includes(format));
  if (known.length === parts.length) return known;
  throw new InvalidArgumentError(`They are ${FIGURE_FORMATS.join(', ')}, separated by commas.`);
}
