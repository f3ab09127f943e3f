/** Marks that carry data: hatched bars, points, lines and bands. Coordinates are points from the top left corner. */
import { interpolateRgb } from 'd3';
import { drawRect, point, type Sheet } from './drawing.ts';
import { type Fill, type Hatch, INK, type Marker, PAPER, type SeriesStyle } from './theme.ts';

export type Place = readonly [x: number, y: number];

const HATCH_GAP = 3;
const HATCH_STROKE = 0.35;
/** Half the width of a point, about. */
export const MARKER_RADIUS = 2.4;
const BAND_TINT = 0.2;

/** A bar with its hatch over it; nothing where it has no width. */
export function drawBar(
  sheet: Sheet,
  role: string,
  { colour, hatch }: Fill,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  if (width === 0) return;
  drawRect(sheet, role, colour, x, y, width, height);
  const lines = hatchPath(hatch, x, y, width, height);
  if (lines === '') return;
  drawPath(sheet, 'hatch', lines).attr('stroke', INK).attr('stroke-width', HATCH_STROKE);
}

/** The lines of a hatch, cut at the sides of a box: a path, empty where there are none. */
export function hatchPath(hatch: Hatch, x: number, y: number, width: number, height: number): string {
  const parts: string[] = [];
  const line = (from: Place, to: Place): void => {
    parts.push(`M${point(from[0])} ${point(from[1])}L${point(to[0])} ${point(to[1])}`);
  };
  if (hatch === 'level') {
    for (let at = HATCH_GAP / 2; at < height; at += HATCH_GAP) line([x, y + at], [x + width, y + at]);
  }
  if (hatch === 'upright') {
    for (let at = HATCH_GAP / 2; at < width; at += HATCH_GAP) line([x + at, y], [x + at, y + height]);
  }
  for (const [direction, name] of [
    [1, 'falling'],
    [-1, 'rising'],
  ] as const) {
    if (hatch !== name && hatch !== 'crossed') continue;
    // Lines of slope 1 enter at `at` on the side that is left of the box by its height.
    for (let at = HATCH_GAP - height; at < width; at += 1.4 * HATCH_GAP) {
      const [from, to] = [Math.max(0, at), Math.min(width, at + height)];
      const down = (along: number): number => (direction === 1 ? along - at : height - (along - at));
      if (to > from) line([x + from, y + down(from)], [x + to, y + down(to)]);
    }
  }
  return parts.join('');
}

/** A point of a series, filled or hollow. */
export function drawMarker(
  sheet: Sheet,
  role: string,
  { marker, colour }: Pick<SeriesStyle, 'marker' | 'colour'>,
  [x, y]: Place,
  hollow = false,
): void {
  drawPath(sheet, role, markerPath(marker, x, y))
    .attr('fill', hollow ? PAPER : colour)
    .attr('stroke', colour)
    .attr('stroke-width', marker === 'cross' ? 1.1 : 0.8);
}

function markerPath(marker: Marker, x: number, y: number): string {
  const r = MARKER_RADIUS;
  const polygon = (...corners: Place[]): string =>
    `M${corners.map(([dx, dy]) => `${point(x + dx)} ${point(y + dy)}`).join('L')}Z`;
  switch (marker) {
    case 'circle':
      return (
        `M${point(x - r)} ${point(y)}A${r} ${r} 0 1 1 ${point(x + r)} ${point(y)}` +
        `A${r} ${r} 0 1 1 ${point(x - r)} ${point(y)}Z`
      );
    case 'square':
      return polygon([-0.9 * r, -0.9 * r], [0.9 * r, -0.9 * r], [0.9 * r, 0.9 * r], [-0.9 * r, 0.9 * r]);
    case 'diamond':
      return polygon([0, -1.25 * r], [1.25 * r, 0], [0, 1.25 * r], [-1.25 * r, 0]);
    case 'triangle':
      return polygon([0, -1.2 * r], [1.1 * r, 0.8 * r], [-1.1 * r, 0.8 * r]);
    case 'wedge':
      return polygon([0, 1.2 * r], [1.1 * r, -0.8 * r], [-1.1 * r, -0.8 * r]);
    case 'cross':
      return (
        `M${point(x - r)} ${point(y - r)}L${point(x + r)} ${point(y + r)}` +
        `M${point(x - r)} ${point(y + r)}L${point(x + r)} ${point(y - r)}`
      );
  }
}

/** A line through `places` in their order; nothing where there are fewer than two. */
export function drawPolyline(
  sheet: Sheet,
  role: string,
  { colour, dash }: Pick<SeriesStyle, 'colour' | 'dash'>,
  places: readonly Place[],
  width = 1,
): void {
  if (places.length < 2) return;
  const line = drawPath(sheet, role, `M${places.map(([x, y]) => `${point(x)} ${point(y)}`).join('L')}`)
    .attr('stroke', colour)
    .attr('stroke-width', width);
  if (dash !== '') line.attr('stroke-dasharray', dash);
}

/** The space between an upper and a lower line over the same abscissas, in a tint: nothing is transparent, for old printers. */
export function drawBand(
  sheet: Sheet,
  role: string,
  colour: string,
  upper: readonly Place[],
  lower: readonly Place[],
): void {
  const outline = [...upper, ...lower.toReversed()];
  drawPath(sheet, role, `M${outline.map(([x, y]) => `${point(x)} ${point(y)}`).join('L')}Z`).attr(
    'fill',
    interpolateRgb(PAPER, colour)(BAND_TINT),
  );
}

function drawPath(sheet: Sheet, role: string, path: string): Sheet {
  return sheet.append('path').attr('class', role).attr('d', path).attr('fill', 'none') as unknown as Sheet;
}
