/**
 * `index.html`: one page that opens from disk and fetches nothing (`page/document.ts`). Everything that matters stands in its markup; its
 * script adds the switch, the drill-down, the timeline and the table that sorts.
 */
import type { Run } from '../analysis/run.ts';
import { formatCount, formatPercent } from '../units/format.ts';
import { accountOf } from './account.ts';
import { machinesOf } from './components.ts';
import type { Figure } from './figures/figure.ts';
import { SHARE_THAT_MATTERS } from './grades.ts';
import { html, type Markup, trusted } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { pageText, type Section, withinSize } from './page/document.ts';
import { controls, drillDown, layerTable, timelineExcerpt } from './page/interactive.ts';
import { labelledMachines } from './labels.ts';
import { areaSection, machineTable } from './page/machines.ts';
import { overview } from './page/overview.ts';
import { pageData } from './page/page-data.ts';
import { region } from './page/parts.ts';
import { PAGE_SCRIPT } from './page/script.ts';
import { stallSection } from './page/stalls.ts';
import { zerosSection } from './page/zeros.ts';

/**
 * The report of one run or of several side by side, as one HTML document.
 *
 * @param figures drawn from the same runs, in the order of the page.
 * @throws REPORT_SIZE beyond 2 MB
 */
export function reportHtml(runs: readonly Run[], figures: readonly Figure[]): string {
  return withinSize(
    pageText({
      title: titleOf(runs),
      controls: controls(runs),
      sections: sectionsOf(runs, figures),
      style: PAGE_STYLE,
      script: PAGE_SCRIPT,
      data: pageData(runs),
    }),
    'Show fewer runs side by side.',
  );
}

function sectionsOf(runs: readonly Run[], figures: readonly Figure[]): readonly Section[] {
  return [
    ['summary', 'Summary', [tableNote(runs), ...overview(runs)]],
    ['drill-down', 'Energy of a token', drillDown(runs)],
    ['time', 'Time', [html`<h3>One layer as it ran</h3>`, timelineExcerpt(), html`<h3>Waiting</h3>`, ...stallSection(runs)]], // prettier-ignore
    ['layers', 'Operations', layerTable()],
    ['zeros', 'Zeros', zerosSection(runs)],
    ['figures', 'Figures', figures.map(figureMarkup)],
    ['energy', 'Energy account', [accountNote(runs), ...labelledMachines(runs).flatMap(accountOf)]],
    ['area', 'Area', areaSection(runs)],
    ['not-modelled', 'Not modelled', notModelled(runs)],
    ['machines', 'Machines', machineTable(runs)],
    ['checks', 'Checks and hashes', [checks(runs), hashes(runs)]],
  ];
}

function titleOf(runs: readonly Run[]): string {
  const traces = [...new Set(runs.map(({ trace }) => trace.name))];
  return traces
    .map((trace) => {
      const own = runs.filter((run) => run.trace.name === trace);
      const names = own.map((run) => machinesOf(run).map(({ run: { machine } }) => machine.name));
      return `${names.map((each) => each.join(' against ')).join(', ')} on ${trace}`;
    })
    .join('; ');
}

function tableNote(runs: readonly Run[]): Markup {
  const compared = runs.some(({ comparison }) => comparison !== undefined);
  return html`<p>
    ${compared ? 'Ratios are baseline ÷ machine, above 1 where the machine is better. ' : ''}Shares are parts
    of the energy; on the rows of the bottleneck and of what the array waits for, of the time. Low to high:
    all prices at their low, at their high. The weakest grade is that of prices which make
    ${formatPercent(SHARE_THAT_MATTERS)} of the energy together or more; from the strongest: measured,
    published, scaled, assumed, user.
  </p>`;
}

function accountNote(runs: readonly Run[]): Markup {
  const tables = new Set(runs.map(({ prices }) => `${prices.table}, ${prices.node_nm} nm`));
  return html`<p>
    Every line is a count of the simulation times a price; the lines of a component add up to its energy. Open
    a component to see them, with the row of the price table (${[...tables].join('; ')}), how the price
    follows from it, and its source.
  </p>`;
}

function figureMarkup({ name, title, caption, svg, csv }: Figure): Markup {
  return html`
    <figure>
      ${region(title, trusted(svg))}
      <figcaption>
        <strong>${title}.</strong> ${caption}
        <a href="data:text/csv;charset=utf-8,${encodeURIComponent(csv)}" download="${name}.csv"
          >The data as CSV</a
        >
      </figcaption>
    </figure>
  `;
}

function notModelled(runs: readonly Run[]): Markup[] {
  return labelledMachines(runs).map(
    ({ label, run: { not_modelled: sentences } }) => html`
      <h3>${label}</h3>
      <ul>
        ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
    `,
  );
}

function checks(runs: readonly Run[]): Markup {
  return html`
    <ul>
      ${labelledMachines(runs).map(({ label, run: { checks: done } }) => {
        const { compared, mismatches, reason } = done.functional;
        return html`<li>
          ${label}: ${formatCount(compared)} int32 outputs compared with the trace, ${formatCount(mismatches)}
          mismatches${reason === undefined ? '' : ` (${reason})`}; conservation ${done.conservation}.
        </li>`;
      })}
    </ul>
  `;
}

function hashes(runs: readonly Run[]): Markup {
  const rows = [
    ...labelledMachines(runs).flatMap(({ label, run: { machine, device } }) => [
      [label, machine.name, machine.hash] as const,
      [`${label}'s DRAM`, device.name, device.hash] as const,
    ]),
    ...runs.flatMap(({ trace, prices, schema, program }) => [
      ['trace', trace.name, trace.hash] as const,
      ['prices', prices.table, prices.hash] as const,
      ['program', schema, program] as const,
    ]),
  ];
  const once = new Map(rows.map((row) => [row.join('\n'), row]));
  return region(
    'Hashes',
    html`
      <table>
        <tbody>
          ${[...once.values()].map(
            ([what, name, hash]) => html`
              <tr>
                <th scope="row">${what}</th>
                <td class="text">${name}</td>
                <td class="text hash">${hash}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `,
  );
}
