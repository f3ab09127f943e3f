/** The places that the page's script fills; hidden, with a word about it, where it does not run. */
import type { Run } from '../../analysis/run.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { html, type Markup } from '../markup.ts';
import { labelledMachines } from '../labels.ts';
import { phasesOfRuns } from './overview.ts';
import { THEME_CONTROL } from './parts.ts';

const WITHOUT_SCRIPT = html`<noscript
  ><p>This section needs scripts; the numbers are in the run's CSV files.</p></noscript
>`;

/** Phase, machine, theme. The decode phase is chosen at first: it is what a user waits for. */
export function controls(runs: readonly Run[]): Markup {
  const phases = phasesOfRuns(runs);
  const first = phases.at(-1);
  return html`
    <form class="controls scripted-only" aria-label="What is shown">
      <fieldset>
        <legend>Phase</legend>
        ${PHASES.filter((phase) => phases.includes(phase)).map(
          (phase) => html`
            <label>
              <input type="radio" name="phase" value="${phase}" ${phase === first ? html`checked` : ''} />
              ${PHASE_LABELS[phase]}
            </label>
          `,
        )}
      </fieldset>
      <span>
        <label for="machine">Machine</label>
        <select id="machine">
          ${labelledMachines(runs).map(({ label }) => html`<option>${label}</option>`)}
        </select>
      </span>
      ${THEME_CONTROL}
      <button type="button" id="open-all">Open all, for paper</button>
    </form>
    <p id="status" role="status" class="unseen"></p>
  `;
}

/** From a token down to an action and the source of its price. */
export function drillDown(runs: readonly Run[]): Markup {
  const tables = [...new Set(runs.map(({ prices }) => prices.table))];
  return html`
    ${WITHOUT_SCRIPT}
    <div class="scripted-only">
      <div id="drill">
        <p id="drill-help">
          A token's energy by layer, component and action: choose a block, or a name in the table. An action
          shows its count, its price and where that comes from;
          ${tables.map((name) => html`<code>tritsim energy prices ${name}</code> lists the rows of the table. `)}In
          the blocks, arrow keys move, Enter opens, Escape goes up; blocks narrower than 0.2 % are in the
          table only.
        </p>
        <nav aria-label="Place in the energy of a token"><ol id="trail"></ol></nav>
        <div id="icicle" role="tree" aria-label="Energy of a token" aria-describedby="drill-help"></div>
        <div class="scroll" tabindex="0" role="group" aria-label="What lies below">
          <table id="drill-table"></table>
        </div>
        <section id="leaf" class="leaf" aria-label="Price of the action" hidden></section>
      </div>
    </div>
  `;
}

/** One layer of one step. */
export function timelineExcerpt(): Markup {
  return html`
    ${WITHOUT_SCRIPT}
    <div class="scripted-only">
      <p id="timeline-none" hidden>
        This run has no timeline: its time was estimated in closed form, or it was not asked for.
      </p>
      <figure id="timeline-figure">
        <div id="timeline-picture" class="scroll" tabindex="0" role="group" aria-label="Timeline"></div>
        <figcaption>
          <strong id="timeline-title"></strong> Transfers run ahead of the computation by what fits the
          buffers; a track of transfers shows the oldest one that is under way. The whole run:
          <code>tritsim simulate --timeline FILE</code>.
        </figcaption>
        <div class="scroll" tabindex="0" role="group" aria-label="The timeline in numbers">
          <table id="timeline-table"></table>
        </div>
      </figure>
    </div>
  `;
}

/** The table that sorts and filters. */
export function layerTable(): Markup {
  return html`
    ${WITHOUT_SCRIPT}
    <div class="scripted-only">
      <div class="filters" role="search" aria-label="Operations">
        <span>
          <label for="layer-text">Name or kind contains</label>
          <input id="layer-text" type="search" />
        </span>
        <span>
          <label for="layer-kind">Kind</label>
          <select id="layer-kind">
            <option value="">all</option>
          </select>
        </span>
        <output id="layer-count" for="layer-text layer-kind" role="status"></output>
      </div>
      <div class="scroll tall" tabindex="0" role="group" aria-label="Operations">
        <table id="layer-table"></table>
      </div>
    </div>
  `;
}
