/** The flags of the commands that price: which table, and which steps on it. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { loadBasis, SCALINGS } from '../energy/load-basis.node.ts';
import type { PriceTable } from '../energy/table.ts';

export interface PriceFlags {
  readonly prices?: string;
  readonly priceTable?: string;
  readonly scaleTo?: number;
  readonly scaling?: (typeof SCALINGS)[number];
  readonly sram?: string;
  readonly sramBeyond?: 'last-slope';
}

export function addPriceFlags(command: Command): Command {
  return command
    .option('--prices <file>', 'rows that override those of the price table')
    .option('--price-table <table>', "a price table in place of the machine's")
    .option('--scale-to <node>', "scale the table to the machine's node ('7nm'); needs --scaling", parseNode)
    .addOption(
      new Option('--scaling <name>', 'the scaling between nodes, a named step and never silent').choices(
        SCALINGS,
      ),
    )
    .option('--sram <base>', "SRAM of CACTI 7 in place of the table's: cacti7-<45|32|22>nm-<hp|lop|lstp>")
    .addOption(
      new Option('--sram-beyond <how>', 'continue SRAM prices beyond the capacities of the table').choices([
        'last-slope',
      ]),
    );
}

/** The table that the flags ask for. @throws as `loadBasis` */
export function tableOf(ofMachine: string, flags: PriceFlags): Promise<PriceTable> {
  return loadBasis(ofMachine, {
    table: flags.priceTable,
    scaleToNm: flags.scaleTo,
    scaling: flags.scaling,
    sram: flags.sram,
    sramBeyond: flags.sramBeyond,
    overrides: flags.prices,
  });
}

function parseNode(value: string): number {
  const node = /^(\d+) ?nm$/.exec(value)?.[1];
  if (node === undefined) throw new InvalidArgumentError("a node in nm, for example '7nm'");
  return Number(node);
}
