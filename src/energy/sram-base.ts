/**
 * SRAM as a base of its own (`tritsim.sram/1`): reads, writes, leakage and area of a memory generator's runs, by node and
 * cell type, in place of the SRAM rows of a price table. A base of another node than the table's is refused unless a scaling is named.
 */
import * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { GRADES, type PriceRow, type SramAction } from './row.ts';
import { scaleRows, type Scaling } from './scaling.ts';
import { parseSweep, sweepRows } from './sram-sweep.ts';
import { parseStrict } from './strict-file.ts';
import type { SweepForm } from './table-file.ts';
import { makeTable, type PriceTable } from './table.ts';

const text = z.string().min(1);
const schema = z.strictObject({
  schema: z.literal('tritsim.sram/1'),
  name: text,
  description: text,
  file: text,
  source: text,
  unstated: text,
  grade: z.enum(GRADES).exclude(['user']),
  derivation: text,
  range: text,
  low_factor: z.number().positive(),
  high_factor: z.number().positive(),
  port_bits: z.array(z.int().min(1)).min(1),
  nodes: z.array(z.number().positive()).min(1),
  cells: z.record(text, text),
  warnings: z.record(text, text),
});
export type SramBases = z.output<typeof schema>;

/** The SRAM rows of one node and cell type. */
export interface SramBase {
  /** `cacti7-22nm-lstp`. */
  readonly name: string;
  readonly nodeNm: number;
  readonly rows: readonly PriceRow[];
  /** What is known to be odd about this cell. */
  readonly warning: string | null;
}

const ACTIONS: readonly SramAction[] = ['sram-read', 'sram-write', 'sram-leakage', 'sram-area'];

/** @throws PRICES_… as `parseStrict` */
export function parseSramBases(content: string, file: string): SramBases {
  return parseStrict(schema, content, file);
}

/** Names of the bases in a file: one for each node and cell. */
export function sramBaseNames({ name, nodes, cells }: SramBases): string[] {
  return nodes.flatMap((node) => Object.keys(cells).map((cell) => `${name}-${node}nm-${cell}`));
}

/** @param csv of the runs. @throws PRICES_SRAM for an unknown name, PRICES_SWEEP */
export function sramBase(bases: SramBases, name: string, csv: string): SramBase {
  const points = parseSweep(csv, bases.file);
  for (const nodeNm of bases.nodes) {
    for (const [cell, inSweep] of Object.entries(bases.cells)) {
      if (`${bases.name}-${nodeNm}nm-${cell}` !== name) continue;
      const rows = ACTIONS.flatMap((action) =>
        sweepRows(action, formOf(bases, action, nodeNm, inSweep), points, bases.source, bases.file),
      );
      return { name, nodeNm, rows, warning: bases.warnings[cell] ?? null };
    }
  }
  const allowed = sramBaseNames(bases);
  const hint = didYouMean(name, allowed);
  throw new TritsimError('PRICES_SRAM', 'there is no SRAM base of this name', {
    found: `'${name}'`,
    allowed,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Leakage and area hardly depend on the port: the narrowest is taken, so that a capacity has one value. */
function formOf(bases: SramBases, action: SramAction, nodeNm: number, cell: string): SweepForm {
  const access = action === 'sram-read' || action === 'sram-write';
  return {
    source: bases.name,
    node_nm: nodeNm,
    rows_node_nm: nodeNm,
    voltage_V: null,
    unstated: bases.unstated,
    grade: bases.grade,
    range: bases.range,
    file: bases.file,
    cell,
    port_bits: access ? bases.port_bits : [Math.min(...bases.port_bits)],
    derivation: bases.derivation,
    factor: 1,
    low_factor: bases.low_factor,
    high_factor: bases.high_factor,
  };
}

/**
 * The table with the base's SRAM in place of its own.
 *
 * @param scaling by which a base of another node is brought to the table's
 * @throws PRICES_SRAM_NODE for a base of another node without a scaling, SCALING_NODE
 */
export function withSram(table: PriceTable, base: SramBase, scaling?: Scaling): PriceTable {
  if (base.nodeNm !== table.nodeNm && scaling === undefined) {
    throw new TritsimError('PRICES_SRAM_NODE', "the SRAM is of another node than the table's prices", {
      place: `prices ${table.name}`,
      found: `${base.name}, ${base.nodeNm} nm`,
      allowed: [`${table.nodeNm} nm`],
      hint: 'Choose a base of that node, or name a scaling.',
    });
  }
  const scaled = scaling !== undefined && base.nodeNm !== table.nodeNm;
  const rows = scaled ? scaleRows(base.rows, base.nodeNm, scaling, table.nodeNm) : base.rows;
  const others = table.rows.filter((row) => !(ACTIONS as readonly string[]).includes(row.action));
  const { hash: _hash, ...parts } = table;
  const name = `${table.name} with ${base.name}${scaled ? ` scaled by ${scaling.name}` : ''}`;
  return makeTable({ ...parts, name, sramPort: 'macros-in-lockstep', rows: [...others, ...rows] });
}

/** The table with its SRAM continued beyond the capacities that it has, on the line of the last two points. */
export function withSramBeyond(table: PriceTable): PriceTable {
  const { hash: _hash, ...parts } = table;
  return makeTable({
    ...parts,
    name: `${table.name}, SRAM continued`,
    sramBeyond: 'last-slope',
    rows: [...table.rows],
  });
}
