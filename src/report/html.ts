/**
 * `index.html`: one page that opens from disk and fetches nothing; no script runs in it. Texts that come from files
 * (names, sources, derivations) go through `markup.ts` and stay text.
 */
import type { Run } from '../analysis/run.ts';
import { formatCount, formatRatio } from '../units/format.ts';
import { accountOf } from './account.ts';
import { machinesOf, PHASE_LABELS } from './components.ts';
import type { Figure } from './figures/figure.ts';
import { headline, type HeadlineRow, type HeadlineSection } from './headline.ts';
import { html, type Markup, markupText, trusted } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';

/**
 * The report of a run as one HTML document.
 *
 * @param figures drawn from the same run, in the order of the page.
 */
export function reportHtml(run: Run, figures: readonly Figure[]): string {
  const machines = machinesOf(run);
  const names = machines.map(({ run: { machine } }) => machine.name).join(' against ');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${names}, ${run.trace.name}</title>
        <style>
          ${trusted(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${names} on ${run.trace.name}</h1>
          <nav aria-label="Sections">
            ${SECTIONS.map(([id, title]) => html`<a href="#${id}">${title}</a> `)}
          </nav>
        </header>
        <main>
          ${heading(0)}${tableNote(run)}${headline(run).map(summaryTable)}
          ${heading(1)}${figures.map(figureMarkup)} ${heading(2)}
          <p>
            Every line is a count of the simulation times a price; the lines of a component add up to its
            energy. Open a component to see them, with the row of the price table (${run.prices.table},
            ${run.prices.node_nm} nm), how the price follows from it, and its source.
          </p>
          ${machines.map(accountOf)} ${heading(3)}
          ${machines.map(
            ({ run: { machine, not_modelled: sentences } }) => html`
              <h3>${machine.name}</h3>
              <ul>
                ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
              </ul>
            `,
          )}
          ${heading(4)}${checks(run)}${hashes(run)}
        </main>
      </body>
    </html> `;
  return `${markupText(page)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')}\n`;
}

const SECTIONS = [
  ['summary', 'Summary'],
  ['figures', 'Figures'],
  ['energy', 'Energy account'],
  ['not-modelled', 'Not modelled'],
  ['checks', 'Checks and hashes'],
] as const;

function heading(index: 0 | 1 | 2 | 3 | 4): Markup {
  const [id, title] = SECTIONS[index];
  return html`<h2 id="${id}">${title}</h2>`;
}

function tableNote({ machine, baseline, comparison }: Run): Markup {
  return html`<p>
    ${
      baseline === undefined || comparison === undefined
        ? ''
        : html`Ratios are ${baseline.machine.name} ÷ ${machine.name}, above 1 where ${machine.name} is better.
          Held equal: ${comparison.match}. `
    }
    Shares are parts of the energy; the bottleneck's is the part of the time that it was busy.
  </p>`;
}

function summaryTable({ phase, extent, machines, rows }: HeadlineSection): Markup {
  const label = `${PHASE_LABELS[phase]}, ${extent}`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table class="headline">
        <caption>
          ${label}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${machines.map(
              (name) =>
                html`<th scope="col">${name}</th>
                  <th scope="col">share</th>`,
            )}
            ${machines.length > 1 ? html`<th scope="col">ratio</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => summaryRow(row))}
        </tbody>
      </table>
    </div>
  `;
}

function summaryRow({ label, part, values, ratio }: HeadlineRow): Markup {
  return html`
    <tr class="${part ? 'part' : 'whole'}">
      <th scope="row">${label}</th>
      ${values.map(
        ({ value, share = '' }) =>
          html`<td>${value}</td>
            <td>${share}</td>`,
      )}
      ${values.length > 1 ? html`<td>${ratio === undefined ? '' : formatRatio(ratio)}</td>` : ''}
    </tr>
  `;
}

function figureMarkup({ name, title, caption, svg, csv }: Figure): Markup {
  return html`
    <figure>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}">${trusted(svg)}</div>
      <figcaption>
        <strong>${title}.</strong> ${caption}
        <a href="data:text/csv;charset=utf-8,${encodeURIComponent(csv)}" download="${name}.csv"
          >The data as CSV</a
        >
      </figcaption>
    </figure>
  `;
}

function checks(run: Run): Markup {
  return html`
    <ul>
      ${machinesOf(run).map(({ run: { machine, checks: done } }) => {
        const { compared, mismatches, reason } = done.functional;
        return html`<li>
          ${machine.name}: ${formatCount(compared)} int32 outputs compared with the trace,
          ${formatCount(mismatches)} mismatches${reason === undefined ? '' : ` (${reason})`}; conservation
          ${done.conservation}.
        </li>`;
      })}
    </ul>
  `;
}

function hashes(run: Run): Markup {
  const rows = [
    ...machinesOf(run).flatMap(({ role, run: { machine, device } }) => [
      [role, machine.name, machine.hash] as const,
      [`${role}'s DRAM`, device.name, device.hash] as const,
    ]),
    ['trace', run.trace.name, run.trace.hash] as const,
    ['prices', run.prices.table, run.prices.hash] as const,
    ['program', run.schema, run.program] as const,
  ];
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Hashes">
      <table>
        <tbody>
          ${rows.map(
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
    </div>
  `;
}
