/** `tritsim explore figures`: the points of an exploration as pictures for a paper. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { METRICS, type MetricName } from '../explore/metrics.ts';
import { designsOf } from '../report/explorer/designs.ts';
import type { Explored } from '../report/explorer/explored.ts';
import { FIGURE_FORMATS, type FigureFormat, writeFigure } from '../report/figures/export/write.node.ts';
import type { Figure } from '../report/figures/figure.ts';
import { pareto } from '../report/figures/pareto.ts';
import { scatterMatrix } from '../report/figures/scatter-matrix.ts';
import type { Columns } from '../report/figures/theme.ts';
import { withExplored } from './explored.ts';
import { formats } from './figures.ts';
import { positiveWholeNumber } from './numbers.ts';
import { createOutput } from './output.ts';

interface ExploreFiguresFlags {
  readonly out: string;
  readonly output: string;
  readonly trace?: string;
  readonly objectives?: readonly [MetricName, MetricName];
  readonly format: readonly FigureFormat[];
  readonly width: '1' | '2';
  readonly dpi: number;
  readonly json?: boolean;
}

export function registerExploreFigures(explore: Command): void {
  explore
    .command('figures')
    .description('pareto and scatter-matrix: pictures of the points, their numbers as CSV, captions')
    .requiredOption('--out <folder>', 'folder that tritsim explore wrote to')
    .requiredOption('-o, --output <folder>', 'where the files go')
    .option('--trace <name>', 'file name of the trace, where several were explored')
    .option(
      '--objectives <pair>',
      'two objectives for pareto, separated by a comma (default: the first two of which less is better)',
      pair,
    )
    .option('--format <list>', `formats, separated by commas: ${FIGURE_FORMATS.join(', ')}`, formats, [
      ...FIGURE_FORMATS,
    ])
    .addOption(
      new Option('--width <columns>', 'columns of a two-column paper').choices(['1', '2']).default('2'),
    )
    .option('--dpi <n>', 'pixels per inch of PNG', positiveWholeNumber, 300)
    .option('--json', 'print the paths of the files as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tritsim explore figures --out explorations/arrays -o figures\n' +
        '  tritsim explore figures --out explorations/arrays --objectives tpot,area --width 1 --format pdf -o paper',
    )
    .action(exploreFigures);
}

async function exploreFigures(flags: ExploreFiguresFlags): Promise<void> {
  const figures = await withExplored(flags.out, flags.trace, (explored) => figuresOf(explored, flags));
  const files: string[] = [];
  for (const figure of figures)
    files.push(...(await writeFigure(figure, flags.output, { formats: flags.format, dpi: flags.dpi })));
  const output = createOutput();
  if (flags.json === true) output.json(files);
  else output.result(files.join('\n'));
}

function figuresOf(explored: Explored, { objectives, width }: ExploreFiguresFlags): Figure[] {
  const columns = Number(width) as Columns;
  const less = explored.objectives.filter(({ better }) => better === 'less').map(({ name }) => name);
  const [x, y] = objectives ?? less;
  return [
    ...(x === undefined || y === undefined ? [] : [pareto(designsOf(explored, x, y), columns)]),
    ...(explored.objectives.length < 2 ? [] : [scatterMatrix(explored, columns)]),
  ];
}

const isMetric = (name: string | undefined): name is MetricName =>
  name !== undefined && Object.hasOwn(METRICS, name);

function pair(text: string): [MetricName, MetricName] {
  const [x, y, ...others] = text.split(',').map((part) => part.trim());
  if (isMetric(x) && isMetric(y) && others.length === 0) return [x, y];
  throw new InvalidArgumentError(`Two of ${Object.keys(METRICS).join(', ')}, separated by a comma.`);
}
