/**
 * Tables of text with aligned columns. Widths count characters before any colour is put on, one column of the
 * terminal each; wide (CJK) letters are NOT MODELLED.
 */
export interface Cell {
  readonly text: string;
  /** Colour or weight, put on after the padding. */
  readonly style?: (text: string) => string;
}

export type Alignment = 'left' | 'right';

/**
 * Rows as lines, columns two spaces apart, no trailing spaces.
 *
 * @param rows cells; a row may be shorter than the others.
 * @param alignments one per column; columns beyond them are left-aligned.
 */
export function renderTable(
  rows: readonly (readonly (Cell | string)[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, { text }] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, [...text].length);
    }
  }
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - [...cell.text].length);
        const styled = cell.text === '' || !('style' in cell) ? cell.text : cell.style!(cell.text);
        return alignments[column] === 'right' ? space + styled : styled + space;
      })
      .join('  ')
      .trimEnd(),
  );
}
