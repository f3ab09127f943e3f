/** Pieces of markup that several sections share. */
import type { PhaseName } from '../components.ts';
import { html, type Markup } from '../markup.ts';

/** Light, dark or as the system has it. */
export const THEME_CONTROL: Markup = html`
  <span>
    <label for="theme">Colours</label>
    <select id="theme">
      <option value="system">as the system</option>
      <option value="light">light</option>
      <option value="dark">dark</option>
    </select>
  </span>
`;

/** Shown while its phase is chosen; without the script, and on paper, always. */
export function ofPhase(phase: PhaseName, contents: Markup): Markup {
  return html`<div class="of-phase" data-phase="${phase}">${contents}</div>`;
}

/** What may be wider than the page: scrolls by itself, by keyboard too. A group and no landmark: there are many. */
export function region(label: string, contents: Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${contents}</div>`;
}

/** A bar of a share of one, for the eye; the number stands beside it. */
export function bar(share: number): Markup {
  const percent = Math.min(100, share * 100).toFixed(2);
  return html`<span class="bar" aria-hidden="true"><span style="width: ${percent}%"></span></span>`;
}
