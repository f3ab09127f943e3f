/**
 * The page of an exploration: one HTML document that opens from disk and fetches nothing (`page/document.ts`). What the exploration
 * amounts to stands in its markup; its script draws the machines, filters them, and writes the file of one.
 */
import type { OpenStudy } from '../../explore/study.ts';
import type { Finding, TraceSummary } from '../../explore/summary.ts';
import { formatCount, formatPercent, formatSignificant } from '../../units/format.ts';
import { html, type Markup } from '../markup.ts';
import { PAGE_STYLE } from '../page-style.ts';
import { MAX_PAGE_BYTES, pageBytes, pageText, type Section, withinSize } from '../page/document.ts';
import { region } from '../page/parts.ts';
import { type Explored, howEvaluated } from './explored.ts';
import { chosenMachine, machineTable, pageControls, plots } from './interactive.ts';
import { explorerData, unitOf } from './page-data.ts';
import { EXPLORER_STYLE } from './page-style.ts';
import { EXPLORER_SCRIPT } from './script.ts';
import { thinned } from './thin.ts';

/** As many as the script draws and filters while a finger moves; large enough spaces have more. */
export const MOST_POINTS = 4000;
/** Digits of an objective in tables. */
const DIGITS = 4;

export interface Exploration {
  readonly study: OpenStudy;
  readonly explored: Explored;
  /** That of the same trace. */
  readonly summary: TraceSummary;
  /** SHA-256 of the trace. */
  readonly traceHash: string;
  /** Addresses of reports by position of the point, relative to the page. */
  readonly reports: ReadonlyMap<number, string>;
  /** Folder of the reports, as the commands on the page name it. */
  readonly runs: string;
}

/** @throws REPORT_SIZE where the front alone is larger than 2 MB */
export function explorerPage(exploration: Exploration, most: number = MOST_POINTS): string {
  const { study, explored, summary, reports, runs } = exploration;
  const named = new Set([summary.knee, ...Object.values(summary.best)].map((finding) => finding?.point));
  const points = thinned(
    explored.points,
    most,
    ({ position, front }) => front || named.has(position) || reports.has(position),
  );
  const knee = summary.knee?.point ?? null;
  const text = pageText({
    title: `Machines of ${explored.space} on ${explored.trace}`,
    controls: pageControls(),
    sections: sectionsOf(exploration, points.length),
    style: PAGE_STYLE + EXPLORER_STYLE,
    script: EXPLORER_SCRIPT,
    data: explorerData({ study, explored, points, knee, reports, runs }),
  });
  const bytes = pageBytes(text);
  if (bytes > MAX_PAGE_BYTES && points.length === Math.min(most, explored.points.length))
    return explorerPage(exploration, Math.floor((0.95 * points.length * MAX_PAGE_BYTES) / bytes));
  return withinSize(text, 'The front alone is that large: take fewer objectives.');
}

function sectionsOf(exploration: Exploration, shown: number): readonly Section[] {
  return [
    ['summary', 'Summary', summarySection(exploration, shown)],
    ['machines', 'Machines', plots(exploration.explored)],
    ['chosen', 'The chosen machine', chosenMachine()],
    ['table', 'Table', machineTable()],
    ['hashes', 'Hashes', hashes(exploration)],
  ];
}

function summarySection({ study, explored, summary }: Exploration, shown: number): Markup[] {
  const { points, infeasible, failed } = explored;
  const front = points.filter((point) => point.front).length;
  const volume = summary.hypervolume === null ? '–' : formatPercent(summary.hypervolume);
  const facts: readonly (readonly [string, string])[] = [
    ['Points', `${formatCount(points.length)}, ${howEvaluated(explored)}`],
    ['Shown here', shownText(points.length, shown)],
    ['Break a constraint', formatCount(infeasible)],
    ['Failed', formatCount(failed)],
    ['On the front', formatCount(front)],
    ['Hypervolume', volume],
    ['Base machine', study.space.machine],
  ];
  return [
    html`<p>${study.space.description}</p>`,
    html`<dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`,
    html`<h3>Best of each objective, and the knee</h3>`,
    bestTable(explored, summary),
    html`<p>
      The front is every machine that no other is better than in all objectives at once; the knee is the one
      of them with the least sum of objectives, each brought to 0 … 1 over the front; the hypervolume is the
      part of the box between the best and the worst of each objective that the front dominates.
    </p>`,
  ];
}

function shownText(all: number, shown: number): string {
  return shown === all
    ? 'all'
    : `${formatCount(shown)} of ${formatCount(all)}: the whole front, and a random choice of the others`;
}

/** As `tritsim explore best` prints it. */
function bestTable(explored: Explored, { best, knee }: TraceSummary): Markup {
  const { axes, objectives } = explored;
  const units = objectives.map((_, i) => unitOf(explored, i));
  const found = [
    ...objectives.map(({ name, title }): [string, Finding | undefined] => [title, best[name]]),
    ['Knee', knee ?? undefined] as const,
  ].flatMap(([label, finding]) => (finding === undefined ? [] : [[label, finding] as const]));
  return region(
    'Best machines',
    html`<table class="best">
      <thead>
        <tr>
          <th scope="col">Best</th>
          <th scope="col">Point</th>
          ${axes.map((axis) => html`<th scope="col" class="text">${axis}</th>`)}
          ${objectives.map(({ title }, i) => html`<th scope="col">${title} (${units[i]!.unit})</th>`)}
        </tr>
      </thead>
      <tbody>
        ${found.map(
          ([label, { point, axes: levels, metrics }]) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td><a href="#point-${point}">${point}</a></td>
              ${axes.map((axis) => html`<td class="text">${String(levels[axis] ?? '–')}</td>`)}
              ${objectives.map(
                ({ name }, i) =>
                  html`<td>${formatSignificant(metrics[name]! * units[i]!.factor, DIGITS)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

function hashes({ explored, traceHash }: Exploration): Markup {
  const rows = [
    ['trace', explored.trace, traceHash],
    ['program', 'tritsim', explored.program],
  ];
  return region(
    'Hashes',
    html`<table>
      <tbody>
        ${rows.map(
          ([what, name, hash]) =>
            html`<tr>
              <th scope="row">${what!}</th>
              <td class="text">${name!}</td>
              <td class="text hash">${hash!}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}
