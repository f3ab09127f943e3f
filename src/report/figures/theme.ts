/**
 * What all figures share: widths of a paper's columns, type, colours, and the estimate of a text's width that keeps
 * labels apart where no browser measures them. Lengths are points (1/72 inch) at the printed size.
 */
import type { ComponentName } from '../../analysis/run.ts';

/** Widths of one and of both columns of IEEE's two-column papers: 3.5 in and 7.16 in. */
export const SHEET_WIDTHS = { oneColumn: 252, twoColumns: 515.52 } as const;

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

export const ROLE_COLOURS = { machine: OKABE_ITO.vermillion, baseline: '#8c8c8c' } as const;

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
  [/[ijlI|'.,:;!/ ftr()[\]-]/, 0.333],
  [/[mw]/, 0.833],
  [/[a-z0-9_÷×µ+<>=]/, 0.584],
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
