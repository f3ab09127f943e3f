/** A panel of series: lines with their points, each named at its right end. */
import { type Axis, drawAcross, drawUp, type Panel } from './axes.ts';
import { drawText, type Sheet } from './drawing.ts';
import { spread } from './layout.ts';
import { drawMarker, drawPolyline, type Place } from './marks.ts';
import { type SeriesStyle, SMALL_SIZE } from './theme.ts';

export interface Series {
  readonly label: string;
  readonly style: SeriesStyle;
  /** By ascending x; in values of the axes. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly hollow?: boolean;
}

/** Draws axes, lines, points and labels. */
export function drawSeries(sheet: Sheet, panel: Panel, x: Axis, y: Axis, series: readonly Series[]): void {
  drawAcross(sheet, x, panel);
  drawUp(sheet, y, panel);
  for (const { style, points, hollow } of series) {
    const places = points.map(([a, b]): Place => [x.scale(a), y.scale(b)]);
    drawPolyline(sheet, 'line', style, places);
    for (const place of places) drawMarker(sheet, 'point', style, place, hollow);
  }
  const ends = series.map(({ points }) => y.scale(points.at(-1)![1]));
  const labels = spread(ends, SMALL_SIZE + 1, panel.top, panel.bottom);
  for (const [i, { label, points }] of series.entries()) {
    const left = x.scale(points.at(-1)![0]) + 5;
    drawText(sheet, left, labels[i]!, label, { role: 'series' });
  }
}
