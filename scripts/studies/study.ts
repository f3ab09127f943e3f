/** What a study is: a space, a trace, machines that are looked at closely, figures, and findings that are written from the data. */
import type { Explored } from '../../src/report/explorer/explored.ts';
import type { Figure } from '../../src/report/figures/figure.ts';
import { formatPercent, formatSignificant } from '../../src/units/format.ts';
import { type Line, num } from './table.ts';

export interface Study {
  /** Folder in `reports/`. */
  readonly name: string;
  /** Name of the shipped space. */
  readonly space: string;
  /** Path of the trace from the root of the repository. */
  readonly trace: string;
  /** Words of `tritsim` that make the trace where it is not in the repository. */
  readonly makeTrace?: readonly string[];
  /** Machines whose energy is split by component and given its band; others are compared with the first one. */
  choose(points: readonly Line[]): readonly Chosen[];
  figures(explored: Explored): readonly Figure[];
  /** `README.md`. @throws where a sentence no longer follows from the data */
  page(data: StudyData): string;
}

export interface Chosen {
  readonly label: string;
  readonly line: Line;
}

/** The files of the study's folder. */
export interface StudyData {
  readonly points: readonly Line[];
  readonly machines: readonly Line[];
  readonly about: About;
}

/** `study.json`: what the results are of. */
export interface About {
  readonly space: string;
  /** SHA-256 of the space file. */
  readonly space_hash: string;
  readonly trace: string;
  readonly trace_hash: string;
  readonly program: string;
}

/** The sentence, where it follows from the data. */
export function finding(follows: boolean, sentence: string): string {
  if (follows) return sentence;
  throw new Error(`the data no longer say so; write another finding: ${sentence}`);
}

/** Lines of the fidelity that decides about each point: cycle-level where there is one. */
export function deciding(points: readonly Line[]): readonly Line[] {
  const byPoint = new Map<string, Line>();
  for (const line of points)
    if (line['fidelity'] === 'cycle' || !byPoint.has(line['point']!)) byPoint.set(line['point']!, line);
  return [...byPoint.values()].filter((line) => line['status'] === 'ok');
}

/** How far the estimate is off where a point was also simulated: estimate ÷ simulation − 1, the largest either way. */
export function estimateError(points: readonly Line[], column: string): { points: number; worst: number } {
  const estimates = points.filter((line) => line['fidelity'] === 'analytic');
  const errors = points
    .filter((line) => line['fidelity'] === 'cycle' && line['status'] === 'ok')
    .map((line) => num(pointOf(estimates, line), column) / num(line, column) - 1);
  return { points: errors.length, worst: worstOf(errors) };
}

/** The number farthest from zero. */
export function worstOf(errors: readonly number[]): number {
  return errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
}

/** The line of the point that another line is of. */
export function pointOf(points: readonly Line[], { point }: Line): Line {
  const found = points.find((line) => line['point'] === point);
  if (found === undefined) throw new Error(`no point ${point}`);
  return found;
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `1.126 mJ`: enough digits to tell ternary arrays apart. */
export function millijoules(joules: number): string {
  return `${formatSignificant(joules * 1e3, 4)} mJ`;
}

/** A share with its sign. */
export function signedPercent(part: number): string {
  return `${part < 0 ? '−' : '+'}${formatPercent(Math.abs(part))}`;
}

/** The figures of a page. */
export function pictures(pareto: string): string {
  return [
    `![${pareto}](figures/pareto.svg)`,
    '',
    `${pareto}; filled and joined: the front of the two.`,
    '',
    '![Every pair of objectives](figures/scatter-matrix.svg)',
    '',
    'Every pair of objectives; filled: the front of all objectives.',
  ].join('\n');
}

/** Joins blocks of a page. */
export function pageOf(...blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

/** The commands that make a study's results from a clean clone. */
export function commands({ name, space, trace, makeTrace }: Study): string {
  return [
    '```',
    'npm ci && npm run build',
    ...(makeTrace === undefined ? [] : [`npx tritsim ${makeTrace.join(' ')} -o ${trace}`]),
    `npx tritsim explore ${space} --trace ${trace} --out explorations/${name}`,
    `npx tritsim explore pareto --out explorations/${name}`,
    `npx tsx scripts/studies.ts --run ${name}`,
    '```',
    '',
    'The last command does all of the above that is not done yet and writes this folder.',
  ].join('\n');
}

/** What the files of the folder are, and what they were made of. */
export function files({ about }: StudyData): string {
  return [
    '| file | what |',
    '| --- | --- |',
    '| `points.csv` | every point and fidelity: levels, objectives, bottleneck, whether it is on the front |',
    '| `front.csv` | the front, with the hashes of its machines |',
    '| `machines.csv` | machines looked at closely: energy by component, bands, ratios to the first; made anew when the bands of prices change |',
    '| `figures/` | the points as SVG |',
    '',
    `Space \`${about.space}\` (SHA-256 \`${about.space_hash.slice(0, 16)}…\`), trace \`${about.trace}\` (\`${about.trace_hash.slice(0, 16)}…\`), program \`${about.program.slice(0, 16)}…\`.`,
    'This page is written by `scripts/studies.ts` from these files; a test holds it to them. Of each finding the script checks that it still follows.',
  ].join('\n');
}
