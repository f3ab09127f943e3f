/**
 * What all figures share: widths of a paper's columns, type, colours, and the estimate of a text's width that keeps
 * labels apart where no browser measures them. Lengths are points (1/72 inch) at the printed size.
 */
import type { ComponentName } from '../../analysis/run.ts';
import { TritsimError } from '../../errors/error.ts';

/** Columns of a two-column paper that a figure spans. */
export type Columns = 1 | 2;
/** Widths of one and of both columns of ACM's two-column papers: 3.33 in and 7 in; IEEE's are wider. */
export const SHEET_WIDTHS: Readonly<Record<Columns, number>> = { 1: 239.76, 2: 504 };

/** Helvetica and the faces that have its widths, so that the estimate below holds for each. */
export const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
export const TEXT_SIZE = 7.5;
export const SMALL_SIZE = 6.5;

export const INK = '#1a1a1a';
export const MUTED = '#595959';
export const GRID = '#d4d4d4';
export const PAPER = '#ffffff';

/** Okabe and Ito's palette (jfly.uni-koeln.de/color, 2008), told apart with any of the common colour-vision deficiencies. */
const OKABE_ITO = {
  orange: '#e69f00',
  skyBlue: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermillion: '#d55e00',
  purple: '#cc79a7',
} as const;

export const COMPONENT_COLOURS: Readonly<Record<ComponentName, string>> = {
  dram: OKABE_ITO.blue,
  dma: OKABE_ITO.purple,
  sram: OKABE_ITO.skyBlue,
  array: OKABE_ITO.vermillion,
  float_unit: OKABE_ITO.orange,
  vector: OKABE_ITO.yellow,
  leakage: '#999999',
};

/** Lines over a fill, so that neighbours of a stack differ in grey too. */
export type Hatch = 'none' | 'rising' | 'falling' | 'level' | 'upright' | 'crossed';

/** A fill with the hatch that goes with it. */
export interface Fill {
  readonly colour: string;
  readonly hatch: Hatch;
}

export const COMPONENT_HATCHES: Readonly<Record<ComponentName, Hatch>> = {
  dram: 'none',
  dma: 'rising',
  sram: 'level',
  array: 'falling',
  float_unit: 'upright',
  vector: 'crossed',
  leakage: 'none',
};

/** Shapes of points; the line of a series is drawn with its own dashes too, so that series differ without colour. */
export type Marker = 'circle' | 'square' | 'diamond' | 'triangle' | 'cross' | 'wedge';

export interface SeriesStyle {
  readonly colour: string;
  readonly marker: Marker;
  /** `stroke-dasharray`; empty for a whole line. */
  readonly dash: string;
}

const SERIES_STYLES: readonly SeriesStyle[] = [
  { colour: OKABE_ITO.vermillion, marker: 'circle', dash: '' },
  { colour: OKABE_ITO.blue, marker: 'square', dash: '5 2' },
  { colour: OKABE_ITO.green, marker: 'triangle', dash: '2 1.5' },
  { colour: OKABE_ITO.purple, marker: 'diamond', dash: '6 1.5 1.5 1.5' },
  { colour: OKABE_ITO.orange, marker: 'cross', dash: '3 1 1 1' },
  { colour: OKABE_ITO.skyBlue, marker: 'wedge', dash: '1 1' },
  { colour: '#4d4d4d', marker: 'circle', dash: '8 2' },
];

/** The style of the series at `index` of its figure. @throws FIGURE_SERIES where two series would look alike */
export function seriesStyle(index: number): SeriesStyle {
  const style = SERIES_STYLES[index];
  if (style !== undefined) return style;
  throw new TritsimError('FIGURE_SERIES', 'a figure has no styles for so many series', {
    found: `${index + 1} or more`,
    allowed: [`at most ${SERIES_STYLES.length}`],
    hint: 'Draw fewer machines in one figure.',
  });
}

/** Fills of stacked parts in their order; a stack has no more parts than there are fills. */
export const STACK_FILLS: readonly Fill[] = [
  { colour: OKABE_ITO.vermillion, hatch: 'none' },
  { colour: OKABE_ITO.blue, hatch: 'none' },
  { colour: OKABE_ITO.skyBlue, hatch: 'rising' },
  { colour: OKABE_ITO.yellow, hatch: 'none' },
  { colour: OKABE_ITO.purple, hatch: 'falling' },
  { colour: OKABE_ITO.green, hatch: 'level' },
  { colour: '#d0d0d0', hatch: 'none' },
  { colour: OKABE_ITO.orange, hatch: 'upright' },
];

export const ROLE_FILLS: Readonly<Record<'machine' | 'baseline', Fill>> = {
  machine: { colour: OKABE_ITO.vermillion, hatch: 'none' },
  baseline: { colour: '#b0b0b0', hatch: 'rising' },
};

/** Black or white, whichever contrasts more with a fill (relative luminance of WCAG 2.1, section 1.4.3). */
export function inkOn(fill: string): string {
  const channel = (offset: number): number => {
    const value = Number.parseInt(fill.slice(offset, offset + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/** Advance widths of Helvetica in em by group of letters, from Adobe's font metrics, each group's widest; first match. */
const ADVANCES: readonly (readonly [letters: RegExp, em: number])[] = [
  [/[ijlI|'.,:;!/ ftr()[\]²³-]/, 0.333],
  [/[mw]/, 0.833],
  [/[a-z0-9_÷×µ+<>=–]/, 0.584],
  [/[A-VX-Z]/, 0.833],
];
/** As wide as @, the widest of Helvetica's; CJK and the like are one em. */
const OTHER_ADVANCE = 1.015;

function advance(letter: string): number {
  return ADVANCES.find(([letters]) => letters.test(letter))?.[1] ?? OTHER_ADVANCE;
}

/** An upper bound of a text's width in Helvetica, points. */
export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, letter) => sum + advance(letter), 0) * size;
}

/** The text, or its beginning and an ellipsis where it is wider than `width` points. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('')}…`;
}
