/**
 * The prices that a command is asked for: a table, and the steps on it that were named, in this order: another node, another
 * SRAM, the SRAM continued, the user's rows.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TritsimError } from '../errors/error.ts';
import { formatSignificant } from '../units/format.ts';
import { listPrices, loadOverrides, loadPrices } from './load.node.ts';
import { overrideRows } from './overrides.ts';
import { comparePublished, parseScaling, scaleTable, type Scaling } from './scaling.ts';
import {
  parseSramBases,
  sramBase,
  sramBaseNames,
  withSram,
  withSramBeyond,
  type SramBase,
  type SramBases,
} from './sram-base.ts';
import { withNotes, type PriceTable } from './table.ts';

export const SCALINGS = ['stillmaker-baas'] as const;
const SRAM_FILE = 'cacti7-sram.yaml';

export interface PriceBasis {
  /** Name of a table or path of a file, in place of the machine's. */
  readonly table?: string | undefined;
  /** Node to scale to, nm. */
  readonly scaleToNm?: number | undefined;
  readonly scaling?: (typeof SCALINGS)[number] | undefined;
  /** Name of an SRAM base in place of the table's SRAM. */
  readonly sram?: string | undefined;
  readonly sramBeyond?: 'last-slope' | undefined;
  /** File of the user's rows. */
  readonly overrides?: string | undefined;
}

/**
 * @param ofMachine the table that the machine names
 * @throws PRICES_…, SCALING_NODE; PRICES_SCALING where a node is asked for without a scaling, or a scaling for nothing
 */
export async function loadBasis(ofMachine: string, basis: PriceBasis): Promise<PriceTable> {
  const { scaleToNm, scaling: scalingName, sram, sramBeyond, overrides } = basis;
  const scaling = scalingName === undefined ? undefined : await loadScaling(scalingName);
  let table = await loadPrices(basis.table ?? ofMachine);
  if (scaleToNm !== undefined) {
    if (scaling === undefined) {
      throw new TritsimError('PRICES_SCALING', 'no prices are scaled without a named scaling', {
        found: `${scaleToNm} nm and no scaling`,
        allowed: SCALINGS,
        hint: 'Add --scaling stillmaker-baas.',
      });
    }
    table = await scaledTable(table, scaling, scaleToNm);
  } else if (scaling !== undefined && sram === undefined) {
    throw new TritsimError('PRICES_SCALING', 'a scaling was named and nothing is to be scaled', {
      found: scaling.name,
      hint: 'Add --scale-to NODE, or --sram with a base of another node.',
    });
  }
  if (sram !== undefined) {
    const base = await loadSramBase(sram);
    const notes = base.warning === null ? [] : [`Energy: ${base.warning}`];
    table = withNotes(withSram(table, base, scaling), notes);
  }
  if (sramBeyond !== undefined) table = withSramBeyond(table);
  return overrides === undefined ? table : overrideRows(table, await loadOverrides(overrides));
}

export async function loadScaling(name: (typeof SCALINGS)[number]): Promise<Scaling> {
  return parseScaling(await shipped(`${name}.yaml`), `${name}.yaml`);
}

/** @throws PRICES_SRAM with the nearest name */
export async function loadSramBase(name: string): Promise<SramBase> {
  const bases = await loadBases();
  return sramBase(bases, name, await shipped(bases.file));
}

/** Names of the shipped SRAM bases. */
export async function listSramBases(): Promise<string[]> {
  return sramBaseNames(await loadBases());
}

async function loadBases(): Promise<SramBases> {
  return parseSramBases(await shipped(SRAM_FILE), SRAM_FILE);
}

/** The scaled table, with a note of how it compares with what is published for its new node. */
async function scaledTable(table: PriceTable, scaling: Scaling, toNm: number): Promise<PriceTable> {
  const scaled = scaleTable(table, scaling, toNm);
  const notes: string[] = [];
  for (const name of await listPrices()) {
    const published = await loadPrices(name);
    if (published.nodeNm !== toNm) continue;
    const found = comparePublished(scaled, published);
    if (found.length === 0) continue;
    const [most, least] = [found[0]!, found.at(-1)!].map(({ ratio }) => formatSignificant(ratio));
    notes.push(
      `Energy: ${scaled.name}: ${name} publishes ${least} to ${most} times the scaled value for ${found.length} rows (${found
        .map(({ id, ratio }) => `${id} ${formatSignificant(ratio)}`)
        .join(', ')}).`,
    );
  }
  return withNotes(scaled, notes);
}

async function shipped(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../hw-configs/tech/${file}`, import.meta.url)), 'utf8');
}
