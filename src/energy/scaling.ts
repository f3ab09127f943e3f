/**
 * A price table at another node, by a scaling that is named (`tritsim.scaling/1`): never part of a published table, only a
 * step that someone asks for. All rows of a table are for its node.
 *
 *   energies               × energy polynomial of the new node at its supply ÷ of the old one at the row's supply, or at
 *                            the node's own where the row states none
 *   areas                  × ratio of areas
 *   leakage of an SRAM     × ratio of areas; of logic by area: kept. The power density is taken to stay (`assumed`).
 *   wires                  × ratio of supplies squared: capacitance per mm is taken to stay
 *   counts and ratios      as they are
 *
 * INACCURACY: see `disagreement` of the file; `comparePublished` says by how much for the rows at hand.
 */
import * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { parseStrict } from './strict-file.ts';
import { weakest } from './price.ts';
import { describeKey, ROW_UNITS, type Grade, type PriceRow } from './row.ts';
import { makeTable, type PriceTable } from './table.ts';

const text = z.string().min(1);
const positive = z.number().positive();
const schema = z.strictObject({
  schema: z.literal('tritsim.scaling/1'),
  name: text,
  description: text,
  source: text,
  place: text,
  disagreement: text,
  nodes: z.record(
    z.string().regex(/^\d+$/),
    z.strictObject({
      supply_V: positive,
      energy: z.tuple([z.number(), z.number(), z.number()]),
      area: positive,
    }),
  ),
});
export type Scaling = z.output<typeof schema>;
type Node = Scaling['nodes'][string];

/** @throws PRICES_… as `parseStrict` */
export function parseScaling(content: string, file: string): Scaling {
  return parseStrict(schema, content, file);
}

/** The table at `toNm`. @throws SCALING_NODE where the scaling does not know a node */
export function scaleTable(table: PriceTable, scaling: Scaling, toNm: number): PriceTable {
  const { hash: _hash, ...parts } = table;
  return makeTable({
    ...parts,
    name: `${table.name} scaled to ${toNm} nm by ${scaling.name}`,
    nodeNm: toNm,
    rows: scaleRows(table.rows, table.nodeNm, scaling, toNm),
  });
}

/** Rows of `fromNm` at `toNm`. @throws SCALING_NODE */
export function scaleRows(
  rows: readonly PriceRow[],
  fromNm: number,
  scaling: Scaling,
  toNm: number,
): PriceRow[] {
  const [from, to] = [nodeOf(scaling, fromNm), nodeOf(scaling, toNm)];
  return rows.map((row) => {
    const supply = row.nodeNm === fromNm && row.voltageV !== null ? row.voltageV : from.supply_V;
    const factor = factorOf(row, from, to, supply);
    if (factor === null) return row;
    const atBest: Grade = ROW_UNITS[row.action].startsWith('mW') ? 'assumed' : 'scaled';
    return {
      ...row,
      value: row.value * factor,
      low: row.low * factor,
      high: row.high * factor,
      nodeNm: toNm,
      voltageV: to.supply_V,
      unstated: null,
      grade: weakest([atBest, row.grade]),
      derivation: `${row.derivation}; × ${factor.toPrecision(4)} from ${fromNm} nm at ${supply} V to ${toNm} nm at ${to.supply_V} V (${scaling.name})`,
    };
  });
}

/** What a row is multiplied by; null for what has no node. */
function factorOf(row: PriceRow, from: Node, to: Node, supply: number): number | null {
  switch (ROW_UNITS[row.action]) {
    case 'pJ':
      return energyAt(to, to.supply_V) / energyAt(from, supply);
    case 'pJ/mm':
      return (to.supply_V / supply) ** 2;
    case 'um2':
    case 'mm2':
    case 'mW':
      return to.area / from.area;
    case 'mW/mm2':
      return 1;
    case 'count':
    case 'ratio':
      return null;
  }
}

function energyAt({ energy: [b2, b1, b0] }: Node, volts: number): number {
  return b2 * volts ** 2 + b1 * volts + b0;
}

function nodeOf(scaling: Scaling, nm: number): Node {
  const node = scaling.nodes[String(nm)];
  if (node !== undefined) return node;
  const allowed = Object.keys(scaling.nodes);
  const hint = didYouMean(String(nm), allowed);
  throw new TritsimError('SCALING_NODE', `${scaling.name} has no figures for this node`, {
    found: `${nm} nm`,
    allowed: allowed.map((each) => `${each} nm`),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A scaled price beside the published one for the same thing and node. */
export interface Disagreement {
  readonly id: string;
  readonly scaled: number;
  readonly published: number;
  /** Published ÷ scaled. */
  readonly ratio: number;
}

/** The scaled energies and areas that `published` has a published row for, largest ratio first. */
export function comparePublished(scaled: PriceTable, published: PriceTable): Disagreement[] {
  const known = new Map(
    published.rows
      .filter((row) => row.grade === 'published' && row.nodeNm === scaled.nodeNm)
      .map((row) => [describeKey(row), row.value]),
  );
  return scaled.rows
    .flatMap(({ id, value, ...row }): Disagreement[] => {
      const other = known.get(describeKey(row));
      return other === undefined ? [] : [{ id, scaled: value, published: other, ratio: other / value }];
    })
    .toSorted((a, b) => b.ratio - a.ratio);
}
