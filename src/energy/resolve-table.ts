/**
 * From the text of a price file, and of the files it names, to a table. Pure: text was read elsewhere. What the form
 * cannot say is checked here: bands that hold their value, sources that exist and are used, no two rows for one thing.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { childPath } from '../hardware/document.ts';
import { describeKey, type PriceRow, type RowFacts, type RowKey, type SramAction } from './row.ts';
import { parseSweep, sweepRows } from './sram-sweep.ts';
import {
  parseIncludedFile,
  parseTableFile,
  placeIn,
  rowPath,
  type GroupForm,
  type Parsed,
  type RowForm,
  type RowsFile,
  type SweepForm,
  type TableFile,
} from './table-file.ts';
import { makeTable, type PriceTable } from './table.ts';
import { transistorRows, type TransistorsFile } from './transistor-file.ts';

/** A row and where it stands, for errors. */
interface PlacedRow {
  readonly row: PriceRow;
  readonly place: string;
}

/** Names of the files that a table needs beside itself: included rows (without extension `.yaml`) and sweeps. */
export function filesBeside(content: string, file: string): string[] {
  const { value } = parseTableFile(content, file);
  const swept = Object.values(value.sweeps).map((sweep) => sweep.file);
  return [...new Set([...value.includes.map(includeFile), ...swept])];
}

/**
 * The table that `content` describes.
 *
 * @param beside content of each file that `filesBeside` names
 * @throws everything of `table-file.ts` and `sram-sweep.ts`; PRICES_RANGE, PRICES_SOURCE, PRICES_UNSTATED,
 *   PRICES_ROW_DUPLICATE
 */
export function resolveTable(content: string, file: string, beside: ReadonlyMap<string, string>): PriceTable {
  const main = parseTableFile(content, file);
  const included = main.value.includes.map((name) =>
    parseIncludedFile(beside.get(includeFile(name))!, includeFile(name)),
  );
  const placed = [...rowsOf(main), ...included.flatMap(includedRows), ...sweptRows(main, beside)];
  requireSourcesUsed(main, Object.values(main.value.sweeps));
  for (const each of included) if (isRowsFile(each)) requireSourcesUsed(each, []);
  const rows = placed.map(({ row, place }) => checked(row, place));
  requireDistinct(placed);
  const { name, description, node_nm: nodeNm, sram_port: sramPort } = main.value;
  return makeTable({ name, description, nodeNm, sramPort, sramBeyond: 'refuse', notes: [], rows });
}

function includeFile(name: string): string {
  return `${name}.yaml`;
}

function isRowsFile(file: Parsed<RowsFile | TransistorsFile>): file is Parsed<RowsFile> {
  return 'groups' in file.value;
}

function includedRows(file: Parsed<RowsFile | TransistorsFile>): PlacedRow[] {
  if (isRowsFile(file)) return rowsOf(file);
  const counts = file as Parsed<TransistorsFile>;
  return transistorRows(counts).map((row) => {
    return { row, place: placeIn(counts.yaml, childPath('rows', row.id)) };
  });
}

function rowsOf(file: Parsed<TableFile | RowsFile>): PlacedRow[] {
  return Object.entries(file.value.groups).flatMap(([groupName, group]) =>
    Object.entries(group.rows).map(([id, form]) => {
      const place = placeIn(file.yaml, rowPath(groupName, id));
      return { row: rowOf(id, form, group, sourceOf(file, group.source, place)), place };
    }),
  );
}

function rowOf(id: string, form: RowForm, group: GroupForm, source: string): PriceRow {
  const { value, unit, place, derivation, low, high, ...key } = form;
  const facts: RowFacts = {
    id,
    value,
    unit,
    nodeNm: group.node_nm,
    voltageV: group.voltage_V,
    unstated: group.unstated ?? null,
    source,
    place,
    derivation,
    grade: group.grade,
    low,
    high,
    range: group.range,
  };
  return { ...facts, ...keyOf(key) };
}

/** The conditions that the file writes with a unit, under the names that the code uses. */
const NAMES: Readonly<Record<string, string>> = {
  capacity_bytes: 'capacityBytes',
  port_bits: 'portBits',
  period_ns: 'periodNs',
  zero_fraction: 'zeroFraction',
};

function keyOf(form: Omit<RowForm, 'value' | 'unit' | 'place' | 'derivation' | 'low' | 'high'>): RowKey {
  return Object.fromEntries(
    Object.entries(form).map(([key, value]) => [NAMES[key] ?? key, value]),
  ) as unknown as RowKey;
}

function sweptRows(main: Parsed<TableFile>, beside: ReadonlyMap<string, string>): PlacedRow[] {
  return Object.entries(main.value.sweeps).flatMap(([action, form]) => {
    const place = placeIn(main.yaml, `sweeps.${action}`);
    const points = parseSweep(beside.get(form.file)!, form.file);
    const source = sourceOf(main, form.source, place);
    return sweepRows(action as SramAction, form, points, source, place).map((row) => ({ row, place }));
  });
}

function sourceOf(file: Parsed<TableFile | RowsFile>, key: string, place: string): string {
  const citation = file.value.sources[key];
  if (citation !== undefined) return citation;
  const allowed = Object.keys(file.value.sources);
  const hint = didYouMean(key, allowed);
  throw new TritsimError('PRICES_SOURCE', 'the source is not among the sources of this file', {
    place,
    found: `'${key}'`,
    allowed,
    ...(hint === undefined ? {} : { hint }),
  });
}

function requireSourcesUsed(file: Parsed<TableFile | RowsFile>, sweeps: readonly SweepForm[]): void {
  const used = new Set([...Object.values(file.value.groups), ...sweeps].map((each) => each.source));
  const idle = Object.keys(file.value.sources).find((key) => !used.has(key));
  if (idle === undefined) return;
  throw new TritsimError('PRICES_SOURCE', 'no row uses this source', {
    place: placeIn(file.yaml, `sources.${idle}`),
  });
}

function checked(row: PriceRow, place: string): PriceRow {
  if (row.low > row.value || row.value > row.high) {
    throw new TritsimError('PRICES_RANGE', 'low, value and high must ascend', {
      place,
      found: `${row.low}, ${row.value}, ${row.high}`,
    });
  }
  const incomplete = row.nodeNm === null || row.voltageV === null;
  if (incomplete !== (row.unstated !== null)) {
    throw new TritsimError(
      'PRICES_UNSTATED',
      incomplete
        ? 'node_nm or voltage_V is null and unstated does not say why'
        : 'unstated is for rows without node_nm or voltage_V',
      { place },
    );
  }
  return row;
}

/** No id twice, and no two rows for the same thing: either would be lost. */
function requireDistinct(placed: readonly PlacedRow[]): void {
  const seen = new Map<string, string>();
  for (const { row, place } of placed) {
    for (const name of [`the id '${row.id}'`, describeKey(row)]) {
      const other = seen.get(name);
      if (other !== undefined) {
        throw new TritsimError('PRICES_ROW_DUPLICATE', `two rows for ${name}`, {
          place,
          found: `the other at ${other}`,
        });
      }
      seen.set(name, place);
    }
  }
}
