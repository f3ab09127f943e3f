/** The first screen: what a token costs on each machine and how they compare, then the whole headline as a table. */
import type { Run } from '../../analysis/run.ts';
import { formatEnergy, formatPercent, formatRatio } from '../../units/format.ts';
import { COMPONENT_LABELS, PHASE_LABELS, type PhaseName, PHASES } from '../components.ts';
import { weakestGrade } from '../grades.ts';
import { formatRate, headline, type HeadlineRow, type HeadlineValue } from '../headline.ts';
import { html, type Markup } from '../markup.ts';
import { type LabelledMachine, labelledMachines } from '../labels.ts';
import { ofPhase, region } from './parts.ts';

/** Cards and a table for each phase that any of the runs has. */
export function overview(runs: readonly Run[]): Markup[] {
  const machines = labelledMachines(runs);
  return phasesOfRuns(runs).map((phase) => {
    const cards = runs.flatMap((run) => {
      const own = machines.filter(({ of, run: { phases } }) => of === run && phases[phase] !== undefined);
      return [...own.map((machine) => machineCard(machine, phase)), ...ratioCard(run, own, phase)];
    });
    return ofPhase(
      phase,
      html`
        <h3>${PHASE_LABELS[phase]}</h3>
        <div class="cards">${cards}</div>
        ${summaryTable(runs, machines, phase)}
      `,
    );
  });
}

/** The phases that any of the runs has. */
export function phasesOfRuns(runs: readonly Run[]): readonly PhaseName[] {
  return PHASES.filter((phase) => runs.some((run) => run.phases[phase] !== undefined));
}

function machineCard({ label, run: { phases, energy } }: LabelledMachine, name: PhaseName): Markup {
  const phase = phases[name]!;
  const { tokens } = phase;
  const weakest = weakestGrade(energy.filter((line) => line.phase === name));
  const bottleneck = phase.components.find((component) => component.name === phase.bottleneck);
  const entries: readonly (readonly [string, string])[] = [
    [
      'low to high',
      `${formatEnergy(phase.energy_low_J / tokens)} to ${formatEnergy(phase.energy_high_J / tokens)}`,
    ],
    ['tokens/s', formatRate(tokens / phase.time_s)],
    [
      'busy longest',
      `${COMPONENT_LABELS[phase.bottleneck]}, ${formatPercent((bottleneck?.time_s ?? 0) / phase.time_s)}`,
    ],
    ...(weakest === undefined
      ? []
      : ([
          [
            'weakest grade',
            `${weakest.grade}: ${formatPercent(weakest.share)} of the energy, mostly ${weakest.action}`,
          ],
        ] as const)),
  ];
  return html`
    <article class="card">
      <h4>${label}</h4>
      <p><strong class="big">${formatEnergy(phase.energy_J / tokens)}</strong> per token</p>
      <dl>
        ${entries.map(
          ([term, text]) =>
            html`<dt>${term}</dt>
              <dd>${text}</dd> `,
        )}
      </dl>
    </article>
  `;
}

function ratioCard(run: Run, machines: readonly LabelledMachine[], phase: PhaseName): Markup[] {
  const ratios = run.comparison?.[phase];
  const [machine, baseline] = machines;
  if (ratios === undefined || machine === undefined || baseline === undefined) return [];
  const { energy_ratio: ratio, energy_ratio_low: low, energy_ratio_high: high } = ratios;
  const entries: readonly (readonly [string, string])[] = [
    ['low to high', `${formatRatio(low)} to ${formatRatio(high)}`],
    ['time', formatRatio(ratios.speedup)],
    ['energy × delay', formatRatio(ratios.edp_ratio)],
    ['held equal', run.comparison!.match],
  ];
  return [
    html`
      <article class="card ratio">
        <h4>${baseline.label} ÷ ${machine.label}</h4>
        <p><strong class="big">${formatRatio(ratio)}</strong> the energy</p>
        <dl>
          ${entries.map(
            ([term, text]) =>
              html`<dt>${term}</dt>
                <dd>${text}</dd> `,
          )}
        </dl>
      </article>
    `,
  ];
}

interface Column {
  readonly label: string;
  readonly rows: readonly HeadlineRow[];
  /** Index among the values of a row; undefined for the run's ratio. */
  readonly value: number | undefined;
}

function summaryTable(runs: readonly Run[], machines: readonly LabelledMachine[], phase: PhaseName): Markup {
  const sections = runs.map((run) => headline(run).find((section) => section.phase === phase));
  const columns = sections.flatMap((section, i): Column[] => {
    if (section === undefined) return [];
    const own = machines.filter(({ of, run: { phases } }) => of === runs[i] && phases[phase] !== undefined);
    const { rows } = section;
    const values = own.map(({ label }, value): Column => ({ label, rows, value }));
    return own.length > 1 ? [...values, { label: 'ratio', rows, value: undefined }] : values;
  });
  const rows = joinedRows(sections.flatMap((section) => (section === undefined ? [] : [section.rows])));
  const extents = new Set(sections.flatMap((section) => (section === undefined ? [] : [section.extent])));
  const label = `${PHASE_LABELS[phase]}, ${[...extents].join('; ')}`;
  return region(
    label,
    html`
      <table class="headline">
        <caption>
          ${label}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${columns.map(({ label: name, value }) =>
              value === undefined
                ? html`<th scope="col">${name}</th>`
                : html`<th scope="col">${name}</th>
                    <th scope="col">share</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ label: name, part }) => html`
              <tr class="${part ? 'part' : 'whole'}">
                <th scope="row">${name}</th>
                ${columns.map((column) => cellsOf(column, name))}
              </tr>
            `,
          )}
        </tbody>
      </table>
    `,
  );
}

/** Each label once, in the order of the first table that has it, a label that is new behind the one before it. */
function joinedRows(tables: readonly (readonly HeadlineRow[])[]): readonly HeadlineRow[] {
  const joined: HeadlineRow[] = [];
  for (const rows of tables) {
    let at = 0;
    for (const row of rows) {
      const known = joined.findIndex(({ label }) => label === row.label);
      if (known >= 0) at = known + 1;
      else joined.splice(at++, 0, row);
    }
  }
  return joined;
}

function cellsOf({ rows, value }: Column, label: string): Markup {
  const row = rows.find((each) => each.label === label);
  if (value === undefined) return html`<td>${row?.ratio === undefined ? '' : formatRatio(row.ratio)}</td>`;
  const { value: text, share = '' }: HeadlineValue = row?.values[value] ?? { value: '' };
  return html`<td>${text}</td>
    <td>${share}</td>`;
}
