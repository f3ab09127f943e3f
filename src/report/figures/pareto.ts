/** Designs between two objectives, both the smaller the better, with the front of those that no other design beats. */
import { type Designs, frontOf } from '../../analysis/sweeps/designs.ts';
import { toCsv } from '../csv.ts';
import { drawAcross, drawUp, logAxis } from './axes.ts';
import { axisUnit } from './bar-scale.ts';
import { drawText, newSheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, layOutUnderLegend, type LegendEntry } from './legend.ts';
import { drawMarker, drawPolyline, type Place } from './marks.ts';
import { type Columns, INK, seriesStyle, SMALL_SIZE, textWidth } from './theme.ts';

const NAME = 'pareto';
const TITLE = 'Designs and their Pareto front';

export function pareto({ x: across, y: up, rows, note }: Designs, columns: Columns = 2): Figure {
  const series = [...new Set(rows.map((row) => row.series))];
  const styleOf = (name: string) => seriesStyle(series.indexOf(name));
  const entries = series.map((label): LegendEntry => ({ label, style: styleOf(label), kind: 'point' }));
  const { width, height, panel, legendWidth } = layOutUnderLegend(entries, columns);
  const inX = scaled(
    rows.map((row) => row.x),
    across.unit,
  );
  const inY = scaled(
    rows.map((row) => row.y),
    up.unit,
  );
  const x = logAxis(
    // Room at the left for the names.
    [...rows.map((row) => row.x), Math.min(...rows.map((row) => row.x)) / 1.6].map((v) => v * inX.factor),
    [panel.left, panel.right],
    `${across.name} (${inX.unit})`,
  );
  const y = logAxis(
    rows.map((row) => row.y * inY.factor),
    [panel.bottom, panel.top],
    `${up.name} (${inY.unit})`,
  );
  const front = frontOf(rows);
  const place = (row: { x: number; y: number }): Place => [
    x.scale(row.x * inX.factor),
    y.scale(row.y * inY.factor),
  ];
  const sheet = newSheet(NAME, width, height, TITLE, describe(front));
  drawLegend(sheet, 4, 2, legendWidth, entries);
  drawAcross(sheet, x, panel);
  drawUp(sheet, y, panel);
  drawPolyline(sheet, 'front', { colour: INK, dash: '' }, stairs(front.map(place)), 0.8);
  // Those of the front over the others.
  for (const row of [...rows.filter((each) => !front.includes(each)), ...front])
    drawMarker(sheet, 'point', styleOf(row.series), place(row), !front.includes(row));
  const { names, shared } = namesOf(front);
  labelFront(
    sheet,
    front.map((row, i) => [place(row), names[i]!] as const),
    panel.left,
  );
  return {
    name: NAME,
    title: TITLE,
    caption: `${across.name} against ${up.name.toLowerCase()}; smaller is better in both. Filled and joined by the line: designs that no other one beats${shared === '' ? '' : ` (all of them: ${shared})`}. ${note}`,
    svg: toSvg(sheet),
    csv: toCsv(
      ['series', 'label', 'x', 'y', 'front'],
      rows.map((row) => ({ ...row, front: front.includes(row) ? 1 : 0 })),
    ),
  };
}

/** The prefix that suits the values, where their unit takes prefixes. */
function scaled(values: readonly number[], unit: string): { readonly unit: string; readonly factor: number } {
  return unit === 's' || unit === 'J' ? axisUnit(Math.max(...values), unit) : { unit, factor: 1 };
}

/** Every corner of the front: what lies above and to the right of it is beaten. */
function stairs(places: readonly Place[]): Place[] {
  return places.flatMap(([x, y], i): Place[] =>
    i === 0
      ? [[x, y]]
      : [
          [x, places[i - 1]![1]],
          [x, y],
        ],
  );
}

/** What designs of the front are called beside each other: without the parts of their labels that all of them share. */
function namesOf(front: Designs['rows']): { readonly names: readonly string[]; readonly shared: string } {
  const parts = front.map(({ label }) => label.split(', '));
  const isShared = (part: string): boolean => front.length > 1 && parts.every((own) => own.includes(part));
  return {
    names: parts.map((own) => own.filter((part) => !isShared(part)).join(', ')),
    shared: (parts[0] ?? []).filter(isShared).join(', '),
  };
}

/** Names designs of the front at their left, where nothing can be; those without room are left out. */
function labelFront(
  sheet: Parameters<typeof drawText>[0],
  labels: readonly (readonly [Place, string])[],
  left: number,
): void {
  let lowest = -Infinity;
  for (const [[x, y], text] of labels) {
    if (text === '' || x - 5 - textWidth(text, SMALL_SIZE) < left + 2 || y - lowest < SMALL_SIZE + 1)
      continue;
    drawText(sheet, x - 5, y, text, { role: 'design', anchor: 'end' });
    lowest = y;
  }
}

function describe(front: Designs['rows']): string {
  return `On the front: ${front.map(({ series, label }) => `${series}, ${label}`).join('; ')}.`;
}
