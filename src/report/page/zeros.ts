/** Zeros of the trace by layer and projection: tables whose cells are tinted by what they say. */
import type { Run, RunZeros } from '../../analysis/run.ts';
import { formatPercent } from '../../units/format.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { html, type Markup } from '../markup.ts';
import { ofPhase, region } from './parts.ts';

/** For each trace the weights' table, and for each phase that of the values that projections read. */
export function zerosSection(runs: readonly Run[]): Markup[] {
  const traces = new Map(runs.map(({ trace }) => [trace.hash, trace]));
  return [...traces.values()].map(({ name, zeros = [] }) => {
    if (zeros.length === 0) return html`<p>Zeros of ${name} were not counted when it was run.</p>`;
    const phases = PHASES.filter((phase) => zeros.some((row) => row.phase === phase));
    const weights = zeros.filter(({ phase }) => phase === phases[0]);
    return html`
      ${zerosTable(`Weights that are zero, ${name}`, weights, (row) => [row.weight_zero_fraction, row.weight_zero_basis])}
      ${phases.map((phase) =>
        ofPhase(
          phase,
          zerosTable(
            `int8 values read that are zero, ${PHASE_LABELS[phase].toLowerCase()}, ${name}`,
            zeros.filter((row) => row.phase === phase),
            (row) => [row.activation_zero_fraction, row.activation_zero_basis],
          ),
        ),
      )}
    `;
  });
}

type Fraction = readonly [value: number | null, basis: 'measured' | 'assumed' | null];

function zerosTable(label: string, rows: readonly RunZeros[], of: (row: RunZeros) => Fraction): Markup {
  const names = [...new Set(rows.map(projectionOf))];
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  const bases = [...new Set(rows.map((row) => of(row)[1] ?? 'not known'))];
  const caption = `${label} (${bases.join(' and ')})`;
  return region(
    caption,
    html`
      <table class="zeros">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">layer</th>
            ${names.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${layers.map(
            (layer) => html`
              <tr>
                <th scope="row">${layer === null ? 'outside' : layer}</th>
                ${names.map((name) => {
                  const row = rows.find((each) => each.layer === layer && projectionOf(each) === name);
                  const value = row === undefined ? null : of(row)[0];
                  if (value === null) return html`<td>–</td>`;
                  return html`<td style="--tint: ${(value * 100).toFixed(1)}%">${formatPercent(value)}</td>`;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    `,
  );
}

/** `q_proj` of `layers.3.q_proj`. */
function projectionOf({ operation }: RunZeros): string {
  return operation.slice(operation.lastIndexOf('.') + 1);
}
