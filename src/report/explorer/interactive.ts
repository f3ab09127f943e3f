/** The places that the script of an exploration's page fills; hidden, with a word about it, where it does not run. */
import { html, type Markup } from '../markup.ts';
import type { Explored } from './explored.ts';
import { THEME_CONTROL } from '../page/parts.ts';

const WITHOUT_SCRIPT = html`<noscript
  ><p>
    This section needs scripts; <code>tritsim explore export</code> writes the numbers, and
    <code>tritsim explore figures</code> draws them.
  </p></noscript
>`;

export function pageControls(): Markup {
  return html`
    <form class="controls scripted-only" aria-label="What is shown">
      <output id="count" role="status"></output>
      <button type="button" id="clear">Clear all ranges</button>
      ${THEME_CONTROL}
    </form>
    <p id="status" role="status" class="unseen"></p>
  `;
}

/** Axes and objectives side by side, two objectives against each other, and the machine that is pointed at. */
export function plots({ objectives }: Explored): Markup[] {
  const options = objectives.map(({ title }, i) => html`<option value="${i}">${title}</option>`);
  return [
    WITHOUT_SCRIPT,
    html`
      <div class="scripted-only">
        <p id="plot-help">
          A line is a machine; those of the front are thick. Drag along an axis to keep the machines between
          two places, double-click an axis or press Escape to take a range back, point at a line to read it,
          click to choose it. The numbers below the drawing do the same by keyboard.
        </p>
        <ul id="legend" class="legend" aria-label="Colours"></ul>
        <div
          id="parallel"
          class="scroll"
          tabindex="0"
          role="group"
          aria-label="Axes and objectives, side by side"
        ></div>
        <ul id="chips" class="chips" aria-label="Ranges that are set"></ul>
        <details id="ranges">
          <summary>Ranges in numbers</summary>
          <div id="range-fields" class="ranges"></div>
        </details>
        <div class="beside">
          <figure id="scatter-figure" ${objectives.length < 2 ? html`hidden` : ''}>
            <div class="filters">
              <span
                ><label for="across">Across</label>
                <select id="across">
                  ${options}
                </select></span
              >
              <span
                ><label for="up">Up</label>
                <select id="up">
                  ${options}
                </select></span
              >
            </div>
            <div id="scatter"></div>
          </figure>
          <section id="card" class="card" aria-label="The machine pointed at, or chosen"></section>
        </div>
      </div>
    `,
  ];
}

export function chosenMachine(): Markup {
  return html`
    ${WITHOUT_SCRIPT}
    <div class="scripted-only">
      <p id="chosen-what"></p>
      <p id="chosen-report"></p>
      <h3>Its file</h3>
      <p class="actions">
        <button type="button" id="copy-file">Copy the file</button>
        <a id="save-file">Save the file</a>
      </p>
      <pre id="machine-file" tabindex="0" role="group" aria-label="Machine file"></pre>
      <h3>To simulate it</h3>
      <p class="actions"><button type="button" id="copy-command">Copy the command</button></p>
      <pre id="command" tabindex="0" role="group" aria-label="Command"></pre>
      <p id="chosen-note"></p>
    </div>
  `;
}

/** The machines within the ranges; sorts by any column. */
export function machineTable(): Markup {
  return html`
    ${WITHOUT_SCRIPT}
    <div class="scripted-only">
      <div class="scroll tall" tabindex="0" role="group" aria-label="Machines within the ranges">
        <table id="machine-table"></table>
      </div>
      <p><button type="button" id="more">Show more</button></p>
    </div>
  `;
}
