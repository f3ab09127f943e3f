/** What a machine is placed by: an axis of the space, by the index of its level, or an objective, by its value. */
import { formatSignificant } from '../../../units/format.ts';
import type { ExplorerData, PointColumns } from '../page-data.ts';

export interface Dimension {
  readonly title: string;
  /** Empty for an axis. */
  readonly unit: string;
  readonly better?: 'less' | 'more';
  /** What values are called; undefined where they are numbers. */
  readonly levels?: readonly string[];
  readonly least: number;
  readonly most: number;
  readonly log: boolean;
}

/** Index of the level of an axis that does not apply. */
export const NONE = -1;
/** Objectives that span as much are drawn on a logarithm. */
const WIDE = 10;
const DIGITS = 4;

export function dimensionsOf({ axes, objectives, points }: ExplorerData): Dimension[] {
  const ofAxes = axes.map(({ name, levels }, i): Dimension => {
    const least = points.some((point) => point[1][i] === NONE) ? NONE : 0;
    return { title: name, unit: '', levels, least, most: levels.length - 1, log: false };
  });
  const ofObjectives = objectives.map(({ title, unit, better }, i): Dimension => {
    const values = points.map((point) => point[2][i]!);
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return { title, unit, better, least, most, log: least > 0 && most / least >= WIDE };
  });
  return [...ofAxes, ...ofObjectives];
}

/** A point's values, in the order of the dimensions. */
export function valuesOf([, levels, values]: PointColumns): readonly number[] {
  return [...levels, ...values];
}

/** 0 at the least value, 1 at the most. */
export function placeOf({ least, most, log }: Dimension, value: number): number {
  if (most === least) return 0.5;
  return log ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
}

/** The value at a place. */
export function valueAt({ least, most, log }: Dimension, place: number): number {
  return log ? least * (most / least) ** place : least + place * (most - least);
}

export function valueText({ levels }: Dimension, value: number): string {
  if (levels !== undefined) return levels[value] ?? '–';
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(DIGITS - 1)
    : formatSignificant(value, DIGITS);
}

export function titleText({ title, unit }: Dimension): string {
  return unit === '' ? title : `${title} (${unit})`;
}

/** Values that get a label: every level for which there is room, or round numbers. */
export function ticksOf(dimension: Dimension, most: number): number[] {
  const { levels, least, most: last, log } = dimension;
  if (levels !== undefined) {
    const count = last - least + 1;
    const stride = Math.ceil(count / most);
    return Array.from({ length: Math.ceil(count / stride) }, (_, i) => least + i * stride);
  }
  if (last === least) return [least];
  const ticks = log ? logTicks(least, last) : linearTicks(least, last);
  return ticks.length < 2 ? [least, last] : ticks;
}

function linearTicks(least: number, most: number): number[] {
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
  const first = Math.ceil(least / step);
  const count = Math.floor(most / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

function logTicks(least: number, most: number): number[] {
  const digits = most / least > 1e3 ? [1] : [1, 2, 5];
  const powers = Array.from(
    { length: Math.ceil(Math.log10(most / least)) + 2 },
    (_, i) => Math.floor(Math.log10(least)) + i,
  );
  return powers
    .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((value) => value >= least && value <= most);
}

/** Text beside a tick. */
export function tickText({ levels }: Dimension, value: number): string {
  return levels === undefined ? String(Number(value.toPrecision(3))) : (levels[value] ?? 'none');
}
