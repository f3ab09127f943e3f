/** The tables of a study's folder: CSV with a header, read as texts, numbers asked for by name. */
import { csvParse } from 'd3';
import type { ResultTable } from '../../src/explore/export-table.ts';
import { toCsv } from '../../src/report/csv.ts';

export type Line = Readonly<Record<string, string>>;

export function readTable(text: string): readonly Line[] {
  return csvParse(text) as readonly Line[];
}

/** A number of a line; throws where it is none, so that no finding rests on an empty cell. */
export function num(line: Line, column: string): number {
  const text = line[column];
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value))
    throw new Error(`no number in ${column} of point ${line['point']}: '${text}'`);
  return value;
}

/** The line with the least number; of equals the first. */
export function leastOf(lines: readonly Line[], column: string): Line {
  const first = lines[0];
  if (first === undefined) throw new Error(`no line to take the least ${column} of`);
  return lines.reduce((best, line) => (num(line, column) < num(best, column) ? line : best), first);
}

export function range(lines: readonly Line[], column: string): { least: number; most: number } {
  const values = lines.map((line) => num(line, column));
  return { least: Math.min(...values), most: Math.max(...values) };
}

/** What is left out of `points.csv`: what follows from other columns, is the same in all lines, or identifies records. */
const LEFT_OUT = /^(trace|edp_Js|tokens_per_J|.*_(time_s|energy_J|cycles)|error_message|machine|key)$/;
const DIGITS = 7;

/** The export of an exploration with fewer columns and digits, so that it is small enough for the repository. */
export async function slimCsv(
  table: ResultTable,
  keep: (column: string) => boolean,
  which: (line: Line) => boolean,
): Promise<string> {
  const kept = table.columns.flatMap(({ name }, i) => (keep(name) ? [[name, i] as const] : []));
  const rows: Record<string, string>[] = [];
  for await (const cells of table.lines()) {
    const row = Object.fromEntries(
      kept.map(([name, i]) => {
        const cell = cells[i];
        const whole = typeof cell !== 'number' || Number.isInteger(cell);
        return [name, whole ? String(cell ?? '') : String(Number(cell.toPrecision(DIGITS)))];
      }),
    );
    if (which(row)) rows.push(row);
  }
  return toCsv(
    kept.map(([name]) => name),
    rows,
  );
}

export const pointColumns = (name: string): boolean => !LEFT_OUT.test(name);
/** The front has its machines' hashes. */
export const frontColumns = (name: string): boolean => name === 'machine' || pointColumns(name);
