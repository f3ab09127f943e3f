/**
 * Every pair of objectives of an exploration, a panel each: the lower triangle of a matrix in two columns, panels below each other in
 * one. Points that fall on one place to half a point are drawn once; the CSV has them all.
 */
import { toCsv } from '../csv.ts';
import { type Explored, howEvaluated, levelsText, seriesAxis, seriesOf } from '../explorer/explored.ts';
import { drawAcross, drawUp, logAxis } from './axes.ts';
import { axisUnit } from './bar-scale.ts';
import { newSheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, legendHeight, type LegendEntry } from './legend.ts';
import { layOut, type Layout } from './layout.ts';
import { drawMarker, type Place } from './marks.ts';
import { type Columns, seriesStyle, SHEET_WIDTHS } from './theme.ts';

const NAME = 'scatter-matrix';
const TITLE = 'Objectives against each other';
const PANEL_HEIGHT = 110;
/** Places per point of length within which marks of one series are one. */
const PLACES = 2;

/** @throws FIGURE_SERIES beyond the styles there are */
export function scatterMatrix(explored: Explored, columns: Columns = 2): Figure {
  const { objectives, points, space, trace } = explored;
  const axis = seriesAxis(explored);
  const series = [...new Set(points.map((point) => seriesOf(explored, axis, point)))];
  const entries = series.map((label, i): LegendEntry => {
    return { label, style: seriesStyle(i), kind: 'point' };
  });
  const legendWidth = SHEET_WIDTHS[columns] - 8;
  const pairs = pairsOf(objectives.length);
  const { width, height, panels } = layOutPairs(pairs, columns, 4 + legendHeight(entries, legendWidth));
  const front = points.filter((point) => point.front);
  const sheet = newSheet(NAME, width, height, TITLE, `${front.length} of ${points.length} on the front.`);
  drawLegend(sheet, 4, 2, legendWidth, entries);
  const measures = objectives.map(({ title, unit }, i) => {
    const values = points.map((point) => point.values[i]!);
    // Other units take no prefixes.
    const own = unit === 's' || unit === 'J' ? axisUnit(Math.max(...values), unit) : { unit, factor: 1 };
    const scaled = values.map((value) => value * own.factor);
    return { scaled, title: `${title} (${own.unit})` };
  });
  // Those of the front over the others.
  const order = [...points.keys()].toSorted((a, b) => Number(points[a]!.front) - Number(points[b]!.front));
  for (const [i, [across, up]] of pairs.entries()) {
    const panel = panels[i]!;
    const [inX, inY] = [measures[across]!, measures[up]!];
    const x = logAxis(inX.scaled, [panel.left, panel.right], inX.title);
    const y = logAxis(inY.scaled, [panel.bottom, panel.top], inY.title);
    drawAcross(sheet, x, panel);
    drawUp(sheet, y, panel);
    const drawn = new Set<string>();
    for (const p of order) {
      const point = points[p]!;
      const place: Place = [x.scale(inX.scaled[p]!), y.scale(inY.scaled[p]!)];
      const own = series.indexOf(seriesOf(explored, axis, point));
      const key = [own, point.front, ...place.map((at) => Math.round(at * PLACES))].join(' ');
      if (drawn.has(key)) continue;
      drawn.add(key);
      drawMarker(sheet, 'point', seriesStyle(own), place, !point.front);
    }
  }
  return {
    name: NAME,
    title: TITLE,
    caption: `Points of the space ${space} on ${trace}, ${howEvaluated(explored)}. Filled: the ${front.length} of ${points.length} that no other point beats in one objective without losing in another. Both axes are logarithmic; points on one place are drawn once.`,
    svg: toSvg(sheet),
    csv: toCsv(
      ['point', 'series', 'levels', 'fidelity', 'front', ...objectives.map(({ name }) => name)],
      points.map((point): Record<string, string | number> => ({
        point: point.position,
        series: seriesOf(explored, axis, point),
        levels: levelsText(point, axis),
        fidelity: point.fidelity,
        front: point.front ? 1 : 0,
        ...Object.fromEntries(objectives.map(({ name }, i) => [name, point.values[i]!])),
      })),
    ),
  };
}

/** By rows of the triangle: (0,1); (0,2), (1,2); … */
function pairsOf(count: number): [across: number, up: number][] {
  return Array.from({ length: count }, (_, up) =>
    Array.from({ length: up }, (_unused, across): [number, number] => [across, up]),
  ).flat();
}

function layOutPairs(pairs: readonly (readonly [number, number])[], columns: Columns, top: number): Layout {
  const perRow = Math.max(...pairs.map(([, up]) => up), 1);
  const options = { columns, panelHeight: PANEL_HEIGHT, top, head: 6, perRow };
  if (columns === 1) return layOut({ ...options, count: pairs.length });
  const whole = layOut({ ...options, count: perRow * perRow });
  return { ...whole, panels: pairs.map(([across, up]) => whole.panels[(up - 1) * perRow + across]!) };
}
