/** Legends: entries in lines from left to right, as many lines as they need. Lengths are points. */
import type { Panel } from './axes.ts';
import { drawText, type Sheet } from './drawing.ts';
import { layOut, type Layout } from './layout.ts';
import { drawBar, drawMarker, drawPolyline } from './marks.ts';
import { type Columns, type Fill, type SeriesStyle, SHEET_WIDTHS, SMALL_SIZE, textWidth } from './theme.ts';

export type LegendEntry =
  | { readonly label: string; readonly fill: Fill }
  | {
      readonly label: string;
      readonly style: SeriesStyle;
      readonly kind?: 'line' | 'bare' | 'point' | 'hollow';
    };

/** Height of one line. */
const LINE = 10;
const GAP = 10;
const SWATCH = 7;
const SAMPLE = 16;

/** Height of the legend when it may be `width` wide. */
export function legendHeight(entries: readonly LegendEntry[], width: number): number {
  const lines = placed(entries, width);
  return (lines.at(-1)?.line ?? -1) * LINE + LINE;
}

export interface LegendLayout extends Layout {
  readonly panel: Panel;
  readonly legendWidth: number;
}

/** One panel across the sheet under a legend, which is drawn from (4, 2). */
export function layOutUnderLegend(entries: readonly LegendEntry[], columns: Columns): LegendLayout {
  const legendWidth = SHEET_WIDTHS[columns] - 8;
  const layout = layOut({
    columns,
    count: 1,
    perRow: 1,
    panelHeight: columns === 1 ? 140 : 170,
    top: 4 + legendHeight(entries, legendWidth),
    head: 6,
  });
  return { ...layout, panel: layout.panels[0]!, legendWidth };
}

/** Draws the entries from `x` to the right and, where `width` is too small for all, in further lines; the top of the first is `y`. */
export function drawLegend(
  sheet: Sheet,
  x: number,
  y: number,
  width: number,
  entries: readonly LegendEntry[],
): void {
  for (const { entry, left, line } of placed(entries, width)) {
    const [from, middle] = [x + left, y + (line + 0.5) * LINE];
    if ('fill' in entry) {
      drawBar(sheet, 'swatch', entry.fill, from, middle - SWATCH / 2, SWATCH, SWATCH);
    } else {
      const { style, kind = 'line' } = entry;
      const places = [
        [from, middle],
        [from + SAMPLE, middle],
      ] as const;
      if (kind === 'line' || kind === 'bare') drawPolyline(sheet, 'swatch', style, places);
      if (kind !== 'bare') {
        drawMarker(sheet, 'swatch', style, [from + SAMPLE / 2, middle], kind === 'hollow');
      }
    }
    drawText(sheet, from + sampleWidth(entry) + 3, middle, entry.label);
  }
}

interface Placed {
  readonly entry: LegendEntry;
  readonly left: number;
  readonly line: number;
}

function placed(entries: readonly LegendEntry[], width: number): Placed[] {
  let left = 0;
  let line = 0;
  return entries.map((entry) => {
    const own = sampleWidth(entry) + 3 + textWidth(entry.label, SMALL_SIZE);
    if (left > 0 && left + own > width) [left, line] = [0, line + 1];
    const at = { entry, left, line };
    left += own + GAP;
    return at;
  });
}

function sampleWidth(entry: LegendEntry): number {
  return 'fill' in entry ? SWATCH : SAMPLE;
}
