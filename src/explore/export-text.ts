/** The table of results as CSV (RFC 4180, a header, `\n`) or as JSON lines, in blocks of text. Numbers keep all their digits. */
import { stringify } from 'csv-stringify/sync';
import type { ResultTable } from './export-table.ts';

/** Lines made at a time. */
const BLOCK = 1000;

function csvText(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows], { escape_formulas: true, cast: { boolean: String } });
}

export async function* csvOf({ columns, lines }: ResultTable): AsyncGenerator<string> {
  yield csvText([columns.map(({ name }) => name)]);
  for await (const block of blocksOf(lines())) yield csvText(block);
}

/** An object a line; what is not known is null. */
export async function* jsonLinesOf({ columns, lines }: ResultTable): AsyncGenerator<string> {
  for await (const block of blocksOf(lines())) {
    const objects = block.map((line) => Object.fromEntries(columns.map(({ name }, i) => [name, line[i]])));
    yield objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  }
}

/** Lists of up to 1000 items, none empty. */
export async function* blocksOf<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let block: T[] = [];
  for await (const item of items) {
    block.push(item);
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
