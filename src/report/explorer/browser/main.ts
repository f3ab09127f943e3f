/** The script of an exploration's page: reads the data that stands in the page and fills the sections that need it. */
import { byId, make } from '../../page/browser/dom.ts';
import type { ExplorerData } from '../page-data.ts';
import { startCard } from './card.ts';
import { startChosen } from './chosen.ts';
import { Explorer } from './explorer.ts';
import { startParallel } from './parallel.ts';
import { startPlace } from './place.ts';
import { startRanges } from './ranges.ts';
import { startScatter } from './scatter.ts';
import { startTable } from './table.ts';

const data = JSON.parse(byId('page-data').textContent ?? '') as ExplorerData;
const explorer = new Explorer(data);
const theme = byId<HTMLSelectElement>('theme');
theme.addEventListener('change', () => {
  document.documentElement.dataset['theme'] = theme.value;
});
const levels = data.axes[data.series]?.levels ?? [];
byId('legend').replaceChildren(...levels.map((level, i) => make('li', { class: `s-${i}` }, level)));

document.documentElement.classList.add('scripted');
startParallel(explorer);
startScatter(explorer);
startRanges(explorer);
startTable(explorer);
startCard(explorer);
startChosen(explorer);
startPlace(explorer);
