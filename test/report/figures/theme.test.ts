/** Do the shared parts of the figures keep what they promise? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisUnit, barScale } from '../../../src/report/figures/bar-scale.ts';
import { runFigures } from '../../../src/report/figures/run-figures.ts';
import { fitText, inkOn, textWidth } from '../../../src/report/figures/theme.ts';
import { aloneRun, exampleRun } from '../fixture.ts';
import { Picture } from './picture.ts';

describe.each([
  ['with a baseline', exampleRun()],
  ['alone', aloneRun()],
])('every figure of a run %s', (_what, run) => {
  test.each(runFigures(run).map((figure) => [figure.name, figure] as const))('%s', (name, { svg }) => {
    const picture = new Picture(svg);
    expect(svg, 'converters drop what is painted so').not.toContain('currentColor');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg, 'nothing is fetched').not.toMatch(/href|url\(|<style|<image|<script/);
    expect(picture.ids().filter((id) => !id.startsWith(`${name}-`))).toEqual([]);
    expect(new Set(picture.ids()).size).toBe(picture.ids().length);
    expect(picture.texts().every(({ text }) => text !== '')).toBe(true);
    expect(picture.outside()).toEqual([]);
    expect(picture.overlaps()).toEqual([]);
    expect(runFigures(run).find((figure) => figure.name === name)!.svg).toBe(svg);
  });
});

describe('textWidth', () => {
  // Sums of the advance widths in Adobe's Helvetica metrics, em.
  test.each([
    ['edge-ternary', 5.336],
    ['Float unit', 3.89],
    ['437 µJ', 3.022],
    ['0.672 mm² (0.40–1.4)', 9.615],
    ['MMMMWWWW', 7.108],
  ])('bounds the width of "%s" in Helvetica and is not far above it', (text, em) => {
    expect(textWidth(text, 1)).toBeGreaterThanOrEqual(em);
    expect(textWidth(text, 1)).toBeLessThan(em * 1.4);
  });

  test('decides what fitText keeps', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.double({ min: 8, max: 200, noNaN: true }),
        (text, width) => {
          const fitted = fitText(text, 6, width);
          expect(textWidth(fitted, 6)).toBeLessThanOrEqual(width);
          expect(fitted === text || fitted.endsWith('…')).toBe(true);
        },
      ),
    );
  });
});

// Contrast ratios of WCAG 2.1: blue with white 5.2, vermillion with black 5.4, grey with black 7.4.
test.each([
  ['#0072b2', '#ffffff'],
  ['#d55e00', '#000000'],
  ['#f0e442', '#000000'],
  ['#999999', '#000000'],
  ['#ffffff', '#000000'],
  ['#000000', '#ffffff'],
])('inkOn %s is %s, which contrasts more', (fill, ink) => {
  expect(inkOn(fill)).toBe(ink);
});

describe('barScale', () => {
  test('lets a short bar with a long label decide', () => {
    const scale = barScale(
      [
        { value: 10, labelWidth: 20 },
        { value: 9, labelWidth: 40 },
      ],
      100,
      220,
    );
    expect(scale(0)).toBe(100);
    expect(scale(9)).toBeCloseTo(180, 10);
    expect(scale(10)).toBeCloseTo(188.888, 2);
  });

  test('starts at the left where every bar is zero', () => {
    expect(barScale([{ value: 0, labelWidth: 5 }], 10, 100)(0)).toBe(10);
  });
});

test.each([
  [0, { unit: 'J', factor: 1 }],
  [2, { unit: 'J', factor: 1 }],
  [0.999, { unit: 'mJ', factor: 1e3 }],
  [4.2e-5, { unit: 'µJ', factor: 1e6 }],
  [1e-15, { unit: 'pJ', factor: 1e12 }],
])('axisUnit of %d J is a prefix that leaves digits before the point', (largest, expected) => {
  expect(axisUnit(largest, 'J')).toEqual(expected);
});
