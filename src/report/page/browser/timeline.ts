/** The excerpt of the timeline: a track a row, and beside the picture a table that says the same in numbers. */
import { formatPercent, formatTime } from '../../../units/format.ts';
import type { SliceColumns } from '../page-data.ts';
import { byId, draw, make } from './dom.ts';
import type { State } from './state.ts';

const [WIDTH, ROW, FOOT] = [1000, 26, 24];
const TICKS = 5;
/** Letters that fit a unit of the drawing's width. */
const LETTERS_PER_UNIT = 1 / 6.2;
/** Room for a letter of a track's name, which is not cut, in the widest of the page's faces. */
const NAME_LETTER = 7.5;

/** Fills the section and keeps it in step with the choice. */
export function startTimeline(state: State): void {
  state.watch(() => {
    const found = state.shownPhase?.timeline;
    byId('timeline-figure').hidden = found === undefined;
    byId('timeline-none').hidden = found !== undefined;
    if (found === undefined) return;
    const { what, from_s: from, to_s: to, slices } = found;
    const tracks = [...new Set(slices.map(([track]) => track))];
    const title = `${state.shown.label}: ${what}, ${formatTime(to - from)} from ${formatTime(from)} on`;
    const longest = Math.max(...tracks.map((track) => state.text(track).length));
    const left = longest * NAME_LETTER + 6;
    const height = tracks.length * ROW + FOOT;
    const svg = draw('svg', {
      viewBox: `0 0 ${left + WIDTH + 10} ${height}`,
      role: 'img',
      'aria-label': `${title}. The table below says the same in numbers.`,
    });
    const x = (seconds: number): number => left + ((seconds - from) / (to - from)) * WIDTH;
    for (let tick = 0; tick <= TICKS; tick++) {
      const at = left + (tick / TICKS) * WIDTH;
      svg.append(draw('line', { class: 'grid', x1: at, x2: at, y1: 0, y2: height - FOOT + 4 }));
      const anchor = tick === 0 ? 'start' : tick === TICKS ? 'end' : 'middle';
      svg.append(draw('text', { class: 'tick', x: at, y: height - 6, 'text-anchor': anchor }, formatTime((tick / TICKS) * (to - from)))); // prettier-ignore
    }
    tracks.forEach((track, row) => {
      const name = state.text(track);
      svg.append(
        draw('text', { class: 'label', x: left - 6, y: row * ROW + 17, 'text-anchor': 'end' }, name),
      );
      for (const slice of slices.filter((each) => each[0] === track))
        svg.append(...block(slice, row, x, state));
    });
    byId('timeline-picture').replaceChildren(svg);
    byId('timeline-title').textContent = title;
    showNumbers(slices, tracks, to - from, state);
  });
}

function block(
  [track, name, from, to, busy]: SliceColumns,
  row: number,
  x: (seconds: number) => number,
  state: State,
): SVGElement[] {
  const [left, right] = [x(from), x(to)];
  const text = state.text(name);
  const kind = state.text(track).replaceAll(/[^a-z]+/g, '-');
  const title = draw(
    'title',
    {},
    `${text}: ${formatTime(busy)} within ${formatTime(to - from)} from ${formatTime(from)} on`,
  );
  const rect = draw('rect', { class: `slice t-${kind}`, x: left, y: row * ROW + 3, width: Math.max(right - left, 0.75), height: ROW - 6 }, title); // prettier-ignore
  const letters = Math.floor((right - left - 6) * LETTERS_PER_UNIT);
  if (letters < 3) return [rect];
  const fitted = text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
  return [rect, draw('text', { class: `in-slice t-${kind}`, x: left + 3, y: row * ROW + 17 }, fitted)];
}

function showNumbers(
  slices: readonly SliceColumns[],
  tracks: readonly number[],
  length: number,
  state: State,
): void {
  const body = make('tbody');
  for (const track of tracks) {
    const sums = new Map<string, number>();
    for (const [, name, , , busy] of slices.filter((each) => each[0] === track)) {
      sums.set(state.text(name), (sums.get(state.text(name)) ?? 0) + busy);
    }
    const whole = [...sums.values()].reduce((a, b) => a + b, 0);
    const longest = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, 3);
    body.append(
      make(
        'tr',
        {},
        make('th', { scope: 'row', class: 'text' }, state.text(track)),
        make('td', {}, formatTime(whole)),
        make('td', {}, formatPercent(whole / length)),
        make(
          'td',
          { class: 'text' },
          longest.map(([name, seconds]) => `${name} ${formatTime(seconds)}`).join(', '),
        ),
      ),
    );
  }
  const head = make('tr');
  for (const [text, style] of [
    ['Track', 'text'],
    ['Busy', ''],
    ['Of the excerpt', ''],
    ['Longest', 'text'],
  ] as const) {
    // prettier-ignore
    head.append(make('th', { scope: 'col', class: style }, text));
  }
  byId('timeline-table').replaceChildren(make('thead', {}, head), body);
}
