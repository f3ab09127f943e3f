/** Scales of bars that are labelled at their ends. */
import { scaleLinear, type ScaleLinear } from 'd3';

export interface LabelledLength {
  readonly value: number;
  /** Width that the label needs beyond the bar's end, points. */
  readonly labelWidth: number;
}

/**
 * The linear scale from zero, starting at `left`, on which every bar and the label at its end stay within `right`:
 * the longest bar does not decide alone, a shorter one with a longer label may.
 *
 * The labels must fit where all bars are zero.
 */
export function barScale(
  bars: readonly LabelledLength[],
  left: number,
  right: number,
): ScaleLinear<number, number> {
  const pointsPerUnit = Math.min(
    ...bars.filter((bar) => bar.value > 0).map((bar) => (right - left - bar.labelWidth) / bar.value),
  );
  const end = Number.isFinite(pointsPerUnit) ? (right - left) / pointsPerUnit : 1;
  return scaleLinear([0, end], [left, right]);
}

/** The SI prefix that brings `largest` to at least 1 and below 1000, with the factor to multiply values by. */
export function axisUnit(largest: number, base: string): { readonly unit: string; readonly factor: number } {
  const steps = [
    ['', 1],
    ['m', 1e3],
    ['µ', 1e6],
    ['n', 1e9],
    ['p', 1e12],
  ] as const;
  const step = steps.find(([, factor]) => largest * factor >= 1) ?? (largest > 0 ? steps.at(-1)! : steps[0]);
  return { unit: step[0] + base, factor: step[1] };
}
