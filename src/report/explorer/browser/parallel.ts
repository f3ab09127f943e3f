/** Parallel coordinates: a vertical axis a dimension, a line a machine. */
import { byId, draw } from '../../page/browser/dom.ts';
import { startBrushes } from './brush.ts';
import { type Dimension, placeOf, tickText, ticksOf, titleText } from './dimension.ts';
import { type Explorer, groupsOf, type Shown } from './explorer.ts';
import { followPointer } from './pointer.ts';

const [LEFT, RIGHT, TOP, HEIGHT, FOOT] = [16, 96, 42, 320, 26];
const [LEAST_COLUMN, WIDTH] = [106, 1080];
const MOST_LABELS = 16;
/** Widths of a letter of a label and of a title, which is bold. */
const [LABEL_LETTER, TITLE_LETTER] = [6.4, 6.5];
/** How near a line must be to be pointed at, and what those of the front are given. */
const [NEAR, FRONT_BONUS] = [9, 3];

export interface Geometry {
  x(column: number): number;
  y(dimension: Dimension, value: number): number;
  /** Between two axes. */
  readonly column: number;
  /** 0 at the foot of an axis, 1 at its top. */
  place(y: number): number;
}

export function startParallel(explorer: Explorer): void {
  const { dimensions, points } = explorer;
  const gaps = Math.max(1, dimensions.length - 1);
  const column = Math.max(LEAST_COLUMN, (WIDTH - LEFT - RIGHT) / gaps);
  const width = LEFT + gaps * column + RIGHT;
  const geometry: Geometry = {
    column,
    x: (index) => LEFT + index * column,
    y: (dimension, value) => TOP + HEIGHT * (1 - placeOf(dimension, value)),
    place: (y) => Math.min(1, Math.max(0, 1 - (y - TOP) / HEIGHT)),
  };
  const heights = new Map(
    points.map((shown) => [shown, dimensions.map((each, i) => geometry.y(each, shown.values[i]!))]),
  );
  const paths = new Map(points.map((shown) => [shown, pathOf(heights.get(shown)!, geometry)]));
  const lines = draw('g');
  const marks = draw('g');
  const svg = draw(
    'svg',
    {
      viewBox: `0 0 ${width} ${TOP + HEIGHT + FOOT}`,
      style: `min-width: ${Math.round(0.85 * width)}px`,
      role: 'group',
      'aria-label': 'Machines as lines over their axes and objectives; the table has the numbers',
    },
    lines,
    marks,
    ...dimensions.map((dimension, i) => axis(dimension, i, geometry)),
  );
  byId('parallel').replaceChildren(svg);
  startBrushes(explorer, svg, geometry);

  explorer.watch(['ranges'], () => {
    const groups = groupsOf(explorer, (shown) => paths.get(shown)!);
    lines.replaceChildren(
      ...groups.map(({ style, path }) => draw('path', { class: `line ${style}`, d: path })),
    );
  });
  explorer.watch(['pointed', 'chosen'], () => {
    const { pointed, chosen } = explorer;
    const marked = [['chosen', chosen] as const, ['pointed', pointed] as const];
    marks.replaceChildren(
      ...marked.flatMap(([style, shown]) =>
        shown === undefined ? [] : [draw('path', { class: `line ${style}`, d: paths.get(shown)! })],
      ),
    );
  });
  followPointer(explorer, svg, (x, y) => nearest(explorer, (x - LEFT) / column, y, heights));
}

function pathOf(heights: readonly number[], { x }: Geometry): string {
  const places = heights.map((y, i) => `${Math.round(x(i))} ${y.toFixed(1)}`);
  // One axis alone has no lines between two.
  return `M${places.join('L')}${places.length === 1 ? 'h8' : ''}`;
}

/** The kept machine whose line passes nearest. @param at column, with the part of the way to the next one */
function nearest(
  { kept, dimensions }: Explorer,
  at: number,
  y: number,
  heights: ReadonlyMap<Shown, readonly number[]>,
): Shown | undefined {
  const left = Math.min(dimensions.length - 1, Math.max(0, Math.floor(at)));
  const part = Math.min(1, Math.max(0, at - left));
  let [found, least]: [Shown | undefined, number] = [undefined, NEAR];
  for (const shown of kept) {
    const own = heights.get(shown)!;
    const line = own[left]! + part * ((own[left + 1] ?? own[left]!) - own[left]!);
    const distance = Math.abs(line - y) - (shown.front ? FRONT_BONUS : 0);
    if (distance < least) [found, least] = [shown, distance];
  }
  return found;
}

function axis(dimension: Dimension, index: number, { x, y, column }: Geometry): SVGElement {
  const { title, unit, log, better } = dimension;
  const at = x(index);
  const start = index === 0 ? at - 8 : at;
  const anchor = index === 0 ? 'start' : 'middle';
  const group = draw(
    'g',
    {},
    draw('title', {}, titleText(dimension)),
    draw('line', { class: 'axis', x1: at, x2: at, y1: TOP, y2: TOP + HEIGHT }),
    draw('text', { class: 'title haloed', x: start, y: 14, 'text-anchor': anchor }, fitted(title, column / TITLE_LETTER)), // prettier-ignore
  );
  const small = (text: string, height: number): SVGElement =>
    draw('text', { class: 'tick haloed', x: start, y: height, 'text-anchor': anchor }, text);
  if (unit !== '') group.append(small(`${unit}${log ? ', logarithmic' : ''}`, 28));
  if (better !== undefined) group.append(small(`${better} is better`, TOP + HEIGHT + 19));
  for (const value of ticksOf(dimension, MOST_LABELS)) {
    const height = y(dimension, value);
    const label = fitted(tickText(dimension, value), (Math.min(column, RIGHT) - 10) / LABEL_LETTER);
    group.append(
      draw('line', { class: 'axis', x1: at - 3, x2: at + 3, y1: height, y2: height }),
      draw('text', { class: 'label haloed', x: at + 6, y: height + 4 }, label),
    );
  }
  return group;
}

function fitted(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.floor(letters) - 1)}…`;
}
