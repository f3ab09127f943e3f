/** `tritsim explore status|export|pareto|best`: what the folder of an exploration holds. */
import { once } from 'node:events';
import { Option, type Command } from 'commander';
import { csvOf, jsonLinesOf } from '../explore/export-text.ts';
import { parquetOf } from '../explore/export-parquet.ts';
import { resultTable } from '../explore/export-table.ts';
import { METRICS, type MetricName } from '../explore/metrics.ts';
import { openExploration, type Exploration } from '../explore/run.node.ts';
import { statusOf, summarise, type Finding, type TraceSummary } from '../explore/summary.ts';
import { renderTable } from '../report/table.ts';
import { formatCount, formatPercent, formatSignificant } from '../units/format.ts';
import { createOutput } from './output.ts';

const FORMATS = { csv: csvOf, jsonl: jsonLinesOf, parquet: parquetOf } as const;

/** What follows the folder in an example. */
const EXAMPLE_ENDS: Readonly<Record<string, string>> = { export: ' --format csv > points.csv' };

interface FolderFlags {
  readonly out: string;
  readonly json?: boolean;
}

export function registerReaders(explore: Command): void {
  const reader = (name: string, description: string): Command =>
    explore
      .command(name)
      .description(description)
      .requiredOption('--out <folder>', 'folder that tritsim explore wrote to')
      .addHelpText(
        'after',
        `\nExample:\n  tritsim explore ${name} --out explorations/arrays${EXAMPLE_ENDS[name] ?? ''}`,
      );
  reader('status', 'how much of a space is evaluated')
    .option('--json', 'print JSON and nothing else')
    .action(async (flags: FolderFlags) => withExploration(flags.out, (open) => status(open, flags)));
  reader('export', 'every point with its results, to standard output')
    .addOption(
      new Option('--format <which>', 'form of the table').choices(Object.keys(FORMATS)).makeOptionMandatory(),
    )
    .action(async (flags: FolderFlags & { format: keyof typeof FORMATS }) =>
      withExploration(flags.out, (open) => exportTable(open, flags.format)),
    );
  reader('pareto', 'the front, its knee and volume, and what each axis moves')
    .option('--json', 'print JSON and nothing else')
    .action(async (flags: FolderFlags) => withExploration(flags.out, (open) => pareto(open, flags)));
  reader('best', 'the best point of each objective, and the knee')
    .option('--json', 'print JSON and nothing else')
    .action(async (flags: FolderFlags) => withExploration(flags.out, (open) => best(open, flags)));
}

async function withExploration(folder: string, read: (open: Exploration) => Promise<void>): Promise<void> {
  const exploration = openExploration(folder);
  try {
    await read(exploration);
  } finally {
    exploration.close();
  }
}

async function status({ study, find }: Exploration, { json }: FolderFlags): Promise<void> {
  const output = createOutput();
  const rounds = await statusOf(study, find);
  if (json === true) {
    output.json({ space: study.space.name, program: study.study.program, rounds });
    return;
  }
  const rows = rounds.map(({ trace, fidelity, points, recorded, failed }) => [
    trace,
    fidelity,
    ...[points, recorded, failed, points - recorded].map(formatCount),
  ]);
  const header = ['trace', 'fidelity', 'points', 'recorded', 'failed', 'to go'];
  output.result(
    renderTable([header, ...rows], ['left', 'left', 'right', 'right', 'right', 'right']).join('\n'),
  );
}

/** Whoever reads results is told what they do not hold. */
async function warnOfMissing({ study, find }: Exploration): Promise<void> {
  const rounds = await statusOf(study, find);
  const missing = rounds.reduce((sum, { points, recorded }) => sum + points - recorded, 0);
  if (missing > 0)
    createOutput().warning(`${formatCount(missing)} points are not evaluated yet and are left out`);
}

async function exportTable(open: Exploration, format: keyof typeof FORMATS): Promise<void> {
  const { study, find } = open;
  await warnOfMissing(open);
  for await (const block of FORMATS[format](resultTable(study, find)))
    if (!process.stdout.write(block)) await once(process.stdout, 'drain');
}

async function pareto(open: Exploration, { json }: FolderFlags): Promise<void> {
  const { study, find } = open;
  await warnOfMissing(open);
  const output = createOutput();
  const summaries = await summarise(study, find);
  if (json === true) {
    const { objectives, name } = study.space;
    output.json({ space: name, program: study.study.program, objectives, traces: summaries });
    return;
  }
  const { objectives } = study.space;
  output.result(summaries.map((summary) => describeFront(summary, objectives)).join('\n\n'));
}

function describeFront(summary: TraceSummary, objectives: readonly MetricName[]): string {
  const { front, knee, sensitivity } = summary;
  if (front.length === 0) return headline(summary);
  const volume = summary.hypervolume === null ? '' : `, hypervolume ${formatPercent(summary.hypervolume)}`;
  const axes = sensitivity[objectives[0]!]!.map(({ axis }) => axis);
  const effects = axes.map((axis, i) => [
    axis,
    ...objectives.map((name) => formatPercent(sensitivity[name]![i]!.share)),
  ]);
  return [
    `${headline(summary)}${volume}`,
    '',
    ...findingTable(
      front.map((finding) => [finding === knee ? 'knee' : '', finding]),
      objectives,
    ),
    '',
    'part of the variance that lies between the levels of an axis',
    ...renderTable(
      [['axis', ...objectives], ...effects],
      ['left', ...objectives.map(() => 'right' as const)],
    ),
  ].join('\n');
}

async function best(open: Exploration, { json }: FolderFlags): Promise<void> {
  const { study, find } = open;
  await warnOfMissing(open);
  const output = createOutput();
  const { objectives, name } = study.space;
  const summaries = await summarise(study, find);
  if (json === true) {
    const traces = summaries.map(({ trace, fidelity, best: of, knee }) => ({
      trace,
      fidelity,
      best: of,
      knee,
    }));
    output.json({ space: name, program: study.study.program, objectives, traces });
    return;
  }
  const texts = summaries.map((summary) => {
    if (summary.knee === null) return headline(summary);
    const named = objectives.map((objective): [string, Finding] => [objective, summary.best[objective]!]);
    return [headline(summary), '', ...findingTable([...named, ['knee', summary.knee]], objectives)].join(
      '\n',
    );
  });
  output.result(texts.join('\n\n'));
}

function headline({ trace, fidelity, feasible, infeasible, failed, front }: TraceSummary): string {
  const failures = Object.entries(failed).map(([code, count]) => `${formatCount(count)} failed with ${code}`);
  const parts = [`${formatCount(feasible)} points`, ...failures, `front ${formatCount(front.length)}`];
  if (infeasible > 0) parts.splice(1, 0, `${formatCount(infeasible)} more break a constraint`);
  return `${trace}, ${fidelity}: ${parts.join(', ')}`;
}

function findingTable(
  findings: readonly (readonly [string, Finding])[],
  objectives: readonly MetricName[],
): string[] {
  const axes = Object.keys(findings[0]![1].axes);
  const header = ['', 'point', ...axes, ...objectives.map((name) => METRICS[name].column)];
  const rows = findings.map(([label, { point, axes: levels, metrics }]) => [
    label,
    String(point),
    ...axes.map((axis) => String(levels[axis] ?? '–')),
    ...objectives.map((name) => numberText(metrics[name]!)),
  ]);
  return renderTable([header, ...rows], ['left', ...header.slice(1).map(() => 'right' as const)]);
}

/** Four digits; with an exponent where there would be many zeros. */
function numberText(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : formatSignificant(value, 4);
}
