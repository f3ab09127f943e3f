/** The page's script: reads the data that stands in the page, puts the controls to work, fills the sections that need it. */
import type { PhaseName } from '../../components.ts';
import type { PageData } from '../page-data.ts';
import { byId } from './dom.ts';
import { startDrill } from './drill.ts';
import { startLayerTable } from './layer-table.ts';
import { State } from './state.ts';
import { startTimeline } from './timeline.ts';

const data = JSON.parse(byId('page-data').textContent ?? '') as PageData;
const phases = [...document.querySelectorAll<HTMLInputElement>('input[name="phase"]')];
const state = new State(data, (phases.find(({ checked }) => checked) ?? phases[0]!).value as PhaseName);

for (const radio of phases) {
  radio.addEventListener('change', () => state.choose({ phase: radio.value as PhaseName }));
}
const machine = byId<HTMLSelectElement>('machine');
machine.addEventListener('change', () => state.choose({ machine: machine.selectedIndex }));
const theme = byId<HTMLSelectElement>('theme');
theme.addEventListener('change', () => {
  document.documentElement.dataset['theme'] = theme.value;
});
byId('open-all').addEventListener('click', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});

document.documentElement.classList.add('scripted');
// What the page's markup has for each phase is shown for the one that is chosen; without this script, and on paper, for all.
state.watch(() => {
  document.documentElement.dataset['phase'] = state.phase;
});
startDrill(state);
startTimeline(state);
startLayerTable(state);
