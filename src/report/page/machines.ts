/** The machines themselves: everything that their hashes cover side by side, and their areas with sources. */
import type { Run } from '../../analysis/run.ts';
import { formatPercent, formatSignificant } from '../../units/format.ts';
import { html, type Markup } from '../markup.ts';
import { type LabelledMachine, labelledMachines } from '../labels.ts';
import { region } from './parts.ts';

/** One row a value of the resolved machine files; rows in which machines differ are marked. */
export function machineTable(runs: readonly Run[]): Markup {
  const machines = labelledMachines(runs);
  const values = machines.map(({ run }) => flatten(run.machine.resolved ?? {}));
  const keys = [...new Set(values.flatMap((each) => [...each.keys()]))].toSorted();
  if (keys.length === 0) return html`<p>These runs do not hold their machines.</p>`;
  return html`
    <p>
      The machine files with their presets merged, one unit per dimension; the machine's hash is over these
      values. Rows in which machines differ are marked with ≠.
    </p>
    ${region(
      'Resolved machines',
      html`
        <table class="machines">
          <thead>
            <tr>
              <th scope="col" class="text">key</th>
              <th scope="col" class="text">differs</th>
              ${machines.map(({ label }) => html`<th scope="col" class="text">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${keys.map((key) => {
              const texts = values.map((each) => each.get(key) ?? '–');
              const differs = new Set(texts).size > 1;
              return html`
                <tr class="${differs ? 'differs' : ''}">
                  <th scope="row">${key}</th>
                  <td class="text">${differs ? '≠' : ''}</td>
                  ${texts.map((text) => html`<td class="text">${text}</td>`)}
                </tr>
              `;
            })}
          </tbody>
        </table>
      `,
    )}
  `;
}

/** Values by their dotted path. */
function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) return into.set(path, String(value));
  if (Array.isArray(value)) return into.set(path, value.map(String).join(' / '));
  for (const [key, inner] of Object.entries(value)) {
    flatten(inner, path === '' ? key : `${path}.${key}`, into);
  }
  return into;
}

/** A disclosure for each machine: its area by part, with low and high, grade and source. */
export function areaSection(runs: readonly Run[]): Markup[] {
  return labelledMachines(runs).map((machine) => areaOf(machine));
}

function areaOf({ label, run: { area } }: LabelledMachine): Markup {
  return html`
    <details>
      <summary>
        <strong>${label}</strong> ${formatSignificant(area.mm2)} mm², ${formatSignificant(area.low_mm2)} to
        ${formatSignificant(area.high_mm2)}
      </summary>
      ${region(
        `Area of ${label}`,
        html`
          <table class="account">
            <thead>
              <tr>
                <th scope="col" class="text">Part</th>
                <th scope="col">mm²</th>
                <th scope="col">Share</th>
                <th scope="col">Low</th>
                <th scope="col">High</th>
                <th scope="col" class="text">Grade</th>
                <th scope="col" class="text">Price row</th>
                <th scope="col" class="text">Derivation</th>
                <th scope="col" class="text">Source</th>
              </tr>
            </thead>
            <tbody>
              ${area.parts.map(
                (part) => html`
                  <tr>
                    <th scope="row">${part.name}</th>
                    <td>${formatSignificant(part.mm2)}</td>
                    <td>${formatPercent(part.mm2 / area.mm2)}</td>
                    <td>${formatSignificant(part.low_mm2)}</td>
                    <td>${formatSignificant(part.high_mm2)}</td>
                    <td class="text">${part.grade}</td>
                    <td class="text prose">${part.price}</td>
                    <td class="text prose">${part.derivation}</td>
                    <td class="text prose">${part.source}</td>
                  </tr>
                `,
              )}
            </tbody>
          </table>
        `,
      )}
    </details>
  `;
}
