/** Where the panels of a figure go: beside each other in two columns, below each other in one. Lengths are points. */
import { FOOT, MARGIN, type Panel } from './axes.ts';
import { type Columns, SHEET_WIDTHS, SMALL_SIZE, textWidth } from './theme.ts';

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface LayoutOptions {
  readonly columns: Columns;
  /** Panels from left to right and then down. */
  readonly count: number;
  /** Panels in a row where there are two columns; one in a row where there is one. */
  readonly perRow: number;
  /** Height of a panel. */
  readonly panelHeight: number;
  /** Room above the first row, for a legend. */
  readonly top: number;
  /** Room in each panel's row above it, for its title. */
  readonly head?: number;
  /** Room to the right of each panel, for labels of its lines. */
  readonly aside?: number;
  /** Room to the left of each panel. */
  readonly margin?: number;
}

const EDGE = 6;

export function layOut(options: LayoutOptions): Layout {
  const { columns, count, panelHeight, top, head = 14, aside = 0, margin = MARGIN } = options;
  const width = SHEET_WIDTHS[columns];
  const perRow = columns === 1 ? 1 : Math.min(count, options.perRow);
  const cell = (width - EDGE) / perRow;
  const rowHeight = head + panelHeight + FOOT;
  const panels = Array.from({ length: count }, (_, i): Panel => {
    const [row, column] = [Math.floor(i / perRow), i % perRow];
    const panelTop = top + row * rowHeight + head;
    return {
      left: column * cell + margin,
      right: (column + 1) * cell - aside - (aside === 0 ? EDGE : 0),
      top: panelTop,
      bottom: panelTop + panelHeight,
    };
  });
  return { width, height: top + Math.ceil(count / perRow) * rowHeight + 2, panels };
}

/** Room that the longest of the labels at the end of lines takes. */
export function asideFor(labels: readonly string[]): number {
  return Math.max(...labels.map((label) => textWidth(label, SMALL_SIZE))) + 8;
}

/**
 * `positions` moved apart so that neighbours differ by `gap` at least, in their order and by as little as can be (squares; pool adjacent
 * violators), none below `low` or above `high`, as far as there is room.
 */
export function spread(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).toSorted((a, b) => positions[a]! - positions[b]! || a - b);
  // Without the gaps, positions have to ascend: neighbours that do not are pooled at their mean.
  const pools: { sum: number; count: number }[] = [];
  for (const [rank, i] of order.entries()) {
    let pool = { sum: positions[i]! - rank * gap, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.sum / last.count > pool.sum / pool.count;) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
      last = pools.at(-1);
    }
    pools.push(pool);
  }
  const means = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  const placed = [...positions];
  const most = high - (order.length - 1) * gap;
  for (const [rank, i] of order.entries()) {
    placed[i] = Math.max(low, Math.min(most, means[rank]!)) + rank * gap;
  }
  return placed;
}
