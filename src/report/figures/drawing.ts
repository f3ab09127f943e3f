/**
 * The sheet that a figure is drawn on: an SVG document made without a browser, and the few marks that figures share.
 * Coordinates are points from the top left corner, written with two decimals.
 *
 * Axes are drawn here and not with d3-axis, which paints in `currentColor`: converters to PDF drop that silently.
 */
import { select, type ScaleLinear, type Selection } from 'd3';
import { DOMParser } from 'linkedom/worker';
import { FONT, GRID, INK, MUTED, PAPER, SMALL_SIZE, textWidth } from './theme.ts';

/** The one member of a node that is read; the project is compiled without a browser's types. */
interface SvgNode {
  readonly outerHTML: string;
}

export type Sheet = Selection<SvgNode, unknown, null, undefined>;

/** An empty sheet with its title and description, which screen readers announce. */
export function newSheet(
  name: string,
  width: number,
  height: number,
  title: string,
  description: string,
): Sheet {
  const document = new DOMParser().parseFromString(
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'image/svg+xml',
  );
  const sheet: Sheet = select(document.documentElement as unknown as SvgNode)
    .attr('width', `${point(width)}pt`)
    .attr('height', `${point(height)}pt`)
    .attr('viewBox', `0 0 ${point(width)} ${point(height)}`)
    .attr('role', 'img')
    .attr('aria-labelledby', `${name}-title ${name}-description`)
    .attr('font-family', FONT);
  sheet.append('title').attr('id', `${name}-title`).text(title);
  sheet.append('desc').attr('id', `${name}-description`).text(description);
  drawRect(sheet, 'paper', PAPER, 0, 0, width, height);
  return sheet;
}

/** The sheet as text, ending in a newline. */
export function toSvg(sheet: Sheet): string {
  return `${sheet.node()!.outerHTML}\n`;
}

/** A coordinate with two decimals at most. */
export function point(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Height of a capital, em. */
const CAP_HEIGHT = 0.72;

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly weight?: 'normal' | 'bold';
  /** Class for style sheets of a page around the picture; `label` follows its light or dark scheme. */
  readonly role?: string;
  /** Whether it reads from the bottom up: then the middle of a capital is at `x`, and the anchor counts along `y`. */
  readonly upward?: boolean;
}

/** Text whose vertical middle (of a capital) is at `y`. */
export function drawText(sheet: Sheet, x: number, y: number, text: string, style: TextStyle = {}): void {
  const { size = SMALL_SIZE, anchor = 'start', fill = INK, weight = 'normal', role = 'label' } = style;
  const half = (size * CAP_HEIGHT) / 2;
  const [left, baseline] = style.upward === true ? [x + half, y] : [x, y + half];
  const element = sheet.append('text').attr('class', role);
  if (style.upward === true) element.attr('transform', `rotate(-90 ${point(left)} ${point(baseline)})`);
  element
    .attr('x', point(left))
    .attr('y', point(baseline))
    .attr('font-size', size)
    .attr('font-weight', weight)
    .attr('text-anchor', anchor)
    .attr('fill', fill)
    .text(text);
}

/** Room that `drawEndLabel` takes, points. */
export function endLabelWidth(text: string): number {
  return textWidth(text, SMALL_SIZE) + 6;
}

/** A value at the end of a bar, on paper of its own so that no grid line runs through it. */
export function drawEndLabel(sheet: Sheet, x: number, y: number, text: string): void {
  drawRect(sheet, 'paper', PAPER, x + 2, y - SMALL_SIZE / 2, endLabelWidth(text) - 3, SMALL_SIZE);
  drawText(sheet, x + 4, y, text);
}

export function drawRect(
  sheet: Sheet,
  role: string,
  fill: string,
  x: number,
  y: number,
  width: number,
  height: number,
): Sheet {
  return sheet
    .append('rect')
    .attr('class', role)
    .attr('x', point(x))
    .attr('y', point(y))
    .attr('width', point(width))
    .attr('height', point(height))
    .attr('fill', fill) as unknown as Sheet;
}

/** A linear axis at the foot of a panel: grid lines from `top` to `bottom`, tick labels and a title under it. */
export function drawAxis(
  sheet: Sheet,
  scale: ScaleLinear<number, number>,
  [top, bottom]: readonly [number, number],
  title: string,
  tickCount: number,
  format: (value: number) => string = scale.tickFormat(tickCount),
): void {
  const [left, right] = scale.range() as [number, number];
  for (const tick of scale.ticks(tickCount)) {
    const x = scale(tick);
    drawLine(sheet, tick === 0 ? 'axis' : 'grid', [x, top], [x, bottom]);
    drawText(sheet, x, bottom + 6.5, format(tick), { anchor: 'middle', fill: MUTED, role: 'tick' });
  }
  drawText(sheet, (left + right) / 2, bottom + 15.5, title, { anchor: 'middle' });
}

/** A straight line of an axis or of a grid. */
export function drawLine(
  sheet: Sheet,
  role: 'axis' | 'grid',
  from: readonly number[],
  to: readonly number[],
): void {
  sheet
    .append('line')
    .attr('class', role)
    .attr('x1', point(from[0]!))
    .attr('y1', point(from[1]!))
    .attr('x2', point(to[0]!))
    .attr('y2', point(to[1]!))
    .attr('stroke', role === 'axis' ? INK : GRID)
    .attr('stroke-width', 0.5);
}
