/** Two objectives against each other, a dot a machine. */
import { byId, draw } from '../../page/browser/dom.ts';
import { type Dimension, placeOf, tickText, ticksOf, titleText } from './dimension.ts';
import { type Explorer, groupsOf, type Shown } from './explorer.ts';
import { followPointer } from './pointer.ts';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [520, 400, 66, 14, 12, 46];
const NEAR = 12;
const MOST_LABELS = 8;
/** Room between the outermost dots and the frame, of the width. */
const ROOM = 0.04;

export function startScatter(explorer: Explorer): void {
  const { data, dimensions, points } = explorer;
  if (data.objectives.length < 2) return;
  const [across, up] = ['across', 'up'].map((id) => byId<HTMLSelectElement>(id));
  up!.selectedIndex = 1;
  const places = new Map<Shown, readonly [number, number]>();
  const dots = draw('g');
  const marks = draw('g');
  const frame = draw('g');
  const svg = draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' }, frame, dots, marks);
  byId('scatter').replaceChildren(svg);

  const mark = (): void => {
    const marked = [['chosen', explorer.chosen] as const, ['pointed', explorer.pointed] as const];
    marks.replaceChildren(
      ...marked.flatMap(([style, shown]) => {
        if (shown === undefined) return [];
        const [cx, cy] = places.get(shown)!;
        return [draw('circle', { class: style, cx, cy, r: 8 })];
      }),
    );
  };
  const show = (): void => {
    const groups = groupsOf(explorer, (shown) => `M${places.get(shown)!.join(' ')}h0`);
    dots.replaceChildren(
      ...groups.map(({ style, path }) => draw('path', { class: `dot ${style}`, d: path })),
    );
  };
  const place = (): void => {
    const [x, y] = [across!, up!].map(({ value }) => data.axes.length + Number(value));
    const [inX, inY] = [dimensions[x!]!, dimensions[y!]!];
    for (const shown of points)
      places.set(shown, [left(inX, shown.values[x!]!), height(inY, shown.values[y!]!)]);
    frame.replaceChildren(...axes(inX, inY));
    svg.setAttribute('aria-label', `${titleText(inY)} against ${titleText(inX)}; the table has the numbers`);
    show();
    mark();
  };
  for (const select of [across!, up!]) select.addEventListener('change', place);
  place();
  explorer.watch(['ranges'], show);
  explorer.watch(['pointed', 'chosen'], mark);
  followPointer(explorer, svg, (x, y) => {
    let [found, least]: [Shown | undefined, number] = [undefined, NEAR];
    for (const shown of explorer.kept) {
      const [cx, cy] = places.get(shown)!;
      const distance = Math.hypot(cx - x, cy - y) - (shown.front ? 2 : 0);
      if (distance < least) [found, least] = [shown, distance];
    }
    return found;
  });
}

function left(dimension: Dimension, value: number): number {
  const place = ROOM + placeOf(dimension, value) * (1 - 2 * ROOM);
  return Number((LEFT + place * (WIDTH - LEFT - RIGHT)).toFixed(1));
}

function height(dimension: Dimension, value: number): number {
  const place = ROOM + placeOf(dimension, value) * (1 - 2 * ROOM);
  return Number((HEIGHT - FOOT - place * (HEIGHT - TOP - FOOT)).toFixed(1));
}

function axes(inX: Dimension, inY: Dimension): SVGElement[] {
  const foot = HEIGHT - FOOT;
  const lines = [
    ...ticksOf(inX, MOST_LABELS).flatMap((value) => {
      const x = left(inX, value);
      return [
        draw('line', { class: 'grid', x1: x, x2: x, y1: TOP, y2: foot }),
        draw('text', { class: 'tick', x, y: foot + 16, 'text-anchor': 'middle' }, tickText(inX, value)),
      ];
    }),
    ...ticksOf(inY, MOST_LABELS).flatMap((value) => {
      const y = height(inY, value);
      return [
        draw('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
        draw('text', { class: 'tick', x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, tickText(inY, value)),
      ];
    }),
  ];
  const middle = (TOP + foot) / 2;
  const title = { class: 'label', 'text-anchor': 'middle' };
  return [
    ...lines,
    draw('line', { class: 'axis', x1: LEFT, x2: WIDTH - RIGHT, y1: foot, y2: foot }),
    draw('line', { class: 'axis', x1: LEFT, x2: LEFT, y1: TOP, y2: foot }),
    draw('text', { ...title, x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8 }, titleText(inX)),
    draw('text', { ...title, x: 16, y: middle, transform: `rotate(-90 16 ${middle})` }, titleText(inY)),
  ];
}
