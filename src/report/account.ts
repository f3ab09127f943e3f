/** The energy account as HTML: per machine and phase, each component opens to its counts, their prices and sources. */
import type { EnergyLine } from '../analysis/run.ts';
import { formatCount, formatEnergy, formatPercent, formatSignificant } from '../units/format.ts';
import { COMPONENT_LABELS, COMPONENT_ORDER, PHASE_LABELS, phasesOf } from './components.ts';
import { weakestGrade } from './grades.ts';
import { html, type Markup } from './markup.ts';
import type { LabelledMachine } from './labels.ts';

/** Digits of a count that is no whole number or too large to be held as one. */
const COUNT_DIGITS = 6;

/** One machine's account: a section per phase, in it a disclosure per component that spent energy. */
export function accountOf({ label, run: { phases, energy } }: LabelledMachine): Markup[] {
  return phasesOf(phases).map(({ name, phase }) => {
    const lines = energy.filter((line) => line.phase === name);
    const components = COMPONENT_ORDER.map((component) =>
      lines.filter((line) => line.component === component),
    );
    return html`
      <section>
        <h3>${label}, ${PHASE_LABELS[name].toLowerCase()}: ${formatEnergy(phase.energy_J)}</h3>
        ${components
          .filter((own) => own.length > 0)
          .map((own) => disclosure(own, phase.energy_J, `${label}, ${name}`))}
      </section>
    `;
  });
}

const COLUMNS = [
  ['Action', 'text'],
  ['Count', 'number'],
  ['Price (pJ)', 'number'],
  ['Energy', 'number'],
  ['Grade', 'text'],
  ['Price row', 'text'],
  ['Derivation', 'text'],
  ['Source', 'text'],
] as const;

function disclosure(lines: readonly EnergyLine[], total: number, place: string): Markup {
  const energy = lines.reduce((sum, line) => sum + line.energy_J, 0);
  const label = COMPONENT_LABELS[lines[0]!.component];
  const grade = weakestGrade(lines)?.grade;
  return html`
    <details>
      <summary>
        <strong>${label}</strong> ${formatEnergy(energy)}, ${formatPercent(energy / total)} of the phase
        ${grade === undefined ? '' : `(weakest grade that matters: ${grade})`}
      </summary>
      <div class="scroll" tabindex="0" role="group" aria-label="Energy of ${label}, ${place}">
        <table class="account">
          <thead>
            <tr>
              ${COLUMNS.map(([text, style]) => html`<th scope="col" class="${style}">${text}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${lines.map(lineRow)}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function lineRow(line: EnergyLine): Markup {
  return html`
    <tr>
      <th scope="row">${line.action}</th>
      <td>${countText(line.count)} ${line.unit}</td>
      <td>${formatSignificant(line.price_pJ)}</td>
      <td>${formatEnergy(line.energy_J)}</td>
      <td class="text">${line.grade}</td>
      <td class="text prose">${line.price}</td>
      <td class="text prose">${line.derivation}</td>
      <td class="text prose">${line.source}</td>
    </tr>
  `;
}

function countText(count: number): string {
  return Number.isSafeInteger(count) ? formatCount(count) : formatSignificant(count, COUNT_DIGITS);
}
