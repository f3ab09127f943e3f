/** Where the time goes: for each machine and phase what is exposed by component, and what the array waits for. */
import type { Run, RunPhase } from '../../analysis/run.ts';
import { formatPercent, formatTime } from '../../units/format.ts';
import { COMPONENT_LABELS, PHASE_LABELS } from '../components.ts';
import { html, type Markup } from '../markup.ts';
import { labelledMachines } from '../labels.ts';
import { phasesOfRuns } from './overview.ts';
import { bar, ofPhase, region } from './parts.ts';

const CAUSES = {
  weights: 'weights',
  activations: 'activations',
  output: 'output',
  kv: 'KV cache',
  refresh: 'refresh',
  dependency: 'dependency',
} as const;

/** Two tables a machine, for each phase. */
export function stallSection(runs: readonly Run[]): Markup[] {
  return phasesOfRuns(runs).map((name) =>
    ofPhase(
      name,
      html`${labelledMachines(runs).flatMap(({ label, run: { phases } }) => {
        const phase = phases[name];
        return phase === undefined ? [] : [tables(phase, `${label}, ${PHASE_LABELS[name].toLowerCase()}`)];
      })}`,
    ),
  );
}

function tables(phase: RunPhase, place: string): Markup {
  const { time_s: time, components, array_stalls_s: stalls } = phase;
  const exposed = components.filter(({ exposed_s: seconds }) => seconds > 0);
  const waits =
    stalls &&
    Object.entries(CAUSES).map(([cause, text]) => [text, stalls[cause as keyof typeof stalls]] as const);
  return html`
    <div class="pair">
      ${shareTable(
        `Time by what it went into: ${place}`,
        exposed.map(({ name, exposed_s: seconds }) => [COMPONENT_LABELS[name], seconds]),
        time,
      )}
      ${
        waits === undefined
          ? html`<p>What the array waits for is not known of an estimate: ${place}.</p>`
          : shareTable(`Time without a command on the array, by what it waits for: ${place}`, waits, time)
      }
    </div>
  `;
}

function shareTable(caption: string, rows: readonly (readonly [string, number])[], time: number): Markup {
  const sum = rows.reduce((total, [, seconds]) => total + seconds, 0);
  return region(
    caption,
    html`
      <table class="shares">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <td></td>
            <th scope="col">time</th>
            <th scope="col">of the phase</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${[...rows, ['together', sum] as const].map(
            ([name, seconds], i) => html`
              <tr class="${i === rows.length ? 'sum' : ''}">
                <th scope="row">${name}</th>
                <td>${formatTime(seconds)}</td>
                <td>${formatPercent(seconds / time)}</td>
                <td class="bar-cell">${bar(seconds / time)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `,
  );
}
