/**
 * Axes of panels with points and lines: linear from zero, and logarithmic with minor ticks. A panel is the box between
 * its axes; coordinates are points from the top left corner of the sheet.
 */
import { scaleLinear, scaleLog } from 'd3';
import { formatSignificant } from '../../units/format.ts';
import { drawLine, drawText, type Sheet } from './drawing.ts';
import { MUTED, SMALL_SIZE, TEXT_SIZE } from './theme.ts';

export interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Axis {
  /** Coordinate of a value. */
  readonly scale: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** Values of ticks without a label. */
  readonly minors: readonly number[];
  readonly title: string;
}

/** Room that labels and title of an axis take beside a panel. */
export const FOOT = 26;
export const MARGIN = 38;

/** From `least`, zero where it is not given, to at least `largest`; begins and ends on a tick. */
export function linearAxis(
  largest: number,
  range: readonly [number, number],
  title: string,
  count = 5,
  least = 0,
): Axis {
  const scale = scaleLinear([least, largest > least ? largest : least + 1], range).nice(count);
  const format = scale.tickFormat(count);
  return {
    scale,
    ticks: scale.ticks(count).map((value) => ({ value, label: format(value) })),
    minors: [],
    title,
  };
}

/** From zero to `end`, which need not be a tick. */
export function exactAxis(end: number, range: readonly [number, number], title: string): Axis {
  const scale = scaleLinear([0, end], range);
  const format = scale.tickFormat(5);
  return {
    scale,
    ticks: scale.ticks(5).map((value) => ({ value, label: format(value) })),
    minors: [],
    title,
  };
}

/**
 * Over all of `values`, which are above zero, with a little room at both ends. Labels stand at powers of ten, where the axis spans little
 * also at some of their multiples; the other multiples have minor ticks.
 */
export function logAxis(values: readonly number[], range: readonly [number, number], title: string): Axis {
  const room = 1.25;
  const low = Math.min(...values) / room;
  const high = Math.max(...values) * room;
  const scale = scaleLog([low, high], range);
  const decades = Math.log10(high / low);
  const steps = decades <= 1 ? [1, 2, 3, 5, 7] : decades <= 2.2 ? [1, 2, 5] : [1];
  const ticks: { value: number; label: string }[] = [];
  const minors: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (let digit = 1; digit < 10; digit++) {
      const value = Number(`${digit}e${power}`);
      if (value < low || value > high) continue;
      if (steps.includes(digit)) ticks.push({ value, label: plain(value) });
      else minors.push(value);
    }
  }
  return { scale, ticks, minors, title };
}

/** `0.01`, `5`, `2000`: no exponent, no digit too many. */
function plain(value: number): string {
  return formatSignificant(value, 1);
}

/** Grid lines up the panel, ticks and labels at its foot, the title below. */
export function drawAcross(sheet: Sheet, axis: Axis, { left, right, top, bottom }: Panel): void {
  for (const { value, label } of axis.ticks) {
    const x = axis.scale(value);
    drawLine(sheet, 'grid', [x, top], [x, bottom]);
    drawLine(sheet, 'axis', [x, bottom], [x, bottom + 2.5]);
    drawText(sheet, x, bottom + 8, label, { anchor: 'middle', fill: MUTED, role: 'tick' });
  }
  for (const value of axis.minors) {
    drawLine(sheet, 'axis', [axis.scale(value), bottom], [axis.scale(value), bottom + 1.5]);
  }
  drawLine(sheet, 'axis', [left, bottom], [right, bottom]);
  drawText(sheet, (left + right) / 2, bottom + 18, axis.title, { anchor: 'middle' });
}

/** Grid lines across the panel, ticks and labels at its left, the title rotated beside them. */
export function drawUp(sheet: Sheet, axis: Axis, { left, right, top, bottom }: Panel): void {
  for (const { value, label } of axis.ticks) {
    const y = axis.scale(value);
    drawLine(sheet, 'grid', [left, y], [right, y]);
    drawLine(sheet, 'axis', [left - 2.5, y], [left, y]);
    drawText(sheet, left - 4, y, label, { anchor: 'end', fill: MUTED, role: 'tick' });
  }
  for (const value of axis.minors) {
    drawLine(sheet, 'axis', [left - 1.5, axis.scale(value)], [left, axis.scale(value)]);
  }
  drawLine(sheet, 'axis', [left, top], [left, bottom]);
  drawText(sheet, left - MARGIN + SMALL_SIZE, (top + bottom) / 2, axis.title, {
    anchor: 'middle',
    upward: true,
  });
}

/** The name of a panel above its top left corner. */
export function drawPanelTitle(sheet: Sheet, { left, top }: Panel, title: string): void {
  drawText(sheet, left, top - 7, title, { size: TEXT_SIZE, weight: 'bold' });
}
