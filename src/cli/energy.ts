/** `tritsim energy`: the price tables with their sources, and the prices and counts behind a component's energy. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { accelergyFiles } from '../analysis/accelergy.ts';
import type { EnergyLine, MachineRun } from '../analysis/run.ts';
import { listPrices, loadPrices } from '../energy/load.node.ts';
import { ENERGY_COMPONENTS, type EnergyComponent } from '../energy/report.ts';
import type { PriceRow } from '../energy/row.ts';
import { TritsimError } from '../errors/error.ts';
import { readRun } from '../report/read.node.ts';
import { renderTable } from '../report/table.ts';
import { formatEnergy, formatPercent, formatSignificant } from '../units/format.ts';
import { BesideFile } from './beside-file.ts';
import { createOutput } from './output.ts';

const RUN = 'folder that simulate --out wrote, or its run.json';

interface ExplainFlags {
  readonly component: EnergyComponent;
  readonly phase?: 'prefill' | 'decode';
  readonly baseline?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const energy = program.command('energy').description('price tables, and where an energy comes from');
  energy
    .command('prices')
    .description('the rows of a price table with their grade and source; without a name, the shipped tables')
    .argument('[table]', 'name of a shipped table, or a .yaml file')
    .option('--json', 'print the table as JSON')
    .addHelpText('after', '\nExamples:\n  tritsim energy prices\n  tritsim energy prices jouppi-7nm')
    .action(prices);
  energy
    .command('explain')
    .description("the counts, prices and sources that make a component's energy, largest first")
    .argument('<run>', RUN)
    .addOption(
      new Option('--component <name>', 'whose energy').choices(ENERGY_COMPONENTS).makeOptionMandatory(),
    )
    .addOption(new Option('--phase <name>', 'one phase only').choices(['prefill', 'decode']))
    .option('--baseline', 'of the baseline instead of the machine')
    .option('--json', 'print the lines as JSON')
    .addHelpText('after', '\nExample:\n  tritsim energy explain reports/latest --component dram')
    .action(explain);
  energy
    .command('export')
    .description(
      "a run's counts and prices as Accelergy v0.4 files: ERT, ART and action counts of each phase",
    )
    .argument('<run>', RUN)
    .requiredOption('-o, --out <folder>', 'where the files go; those of the same names are replaced')
    .option('--baseline', 'of the baseline instead of the machine')
    .option('--json', 'print the list of files as JSON')
    .addHelpText('after', '\nExample:\n  tritsim energy export reports/latest -o accelergy')
    .action(exportRun);
}

interface ExportFlags {
  readonly out: string;
  readonly baseline?: boolean;
  readonly json?: boolean;
}

async function exportRun(place: string, { out, baseline, json }: ExportFlags): Promise<void> {
  const files = accelergyFiles(await machineOf(place, baseline === true));
  await mkdir(out, { recursive: true });
  const paths: string[] = [];
  for (const [name, text] of files) {
    const target = path.join(out, name);
    const beside = new BesideFile(target);
    beside.write(text);
    beside.commit();
    paths.push(target);
  }
  if (json === true) createOutput().json(paths);
  else createOutput().result(paths.join('\n'));
}

async function prices(table: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const output = createOutput();
  if (table === undefined) {
    const tables = await Promise.all((await listPrices()).map((name) => loadPrices(name)));
    const rows = tables.map(({ name, nodeNm, rows: { length }, hash, description }) => {
      return { name, nodeNm, rows: length, hash, description };
    });
    if (json === true) return output.json(rows);
    return output.result(rows.map((row) => `${row.name}: ${row.description}`).join('\n'));
  }
  const loaded = await loadPrices(table);
  if (json === true) return output.json(loaded);
  const head = ['row', 'value', 'unit', 'low', 'high', 'grade', 'source'];
  const lines = renderTable(
    [head, ...loaded.rows.map(priceCells)],
    ['left', 'right', 'left', 'right', 'right'],
  );
  output.result([`${loaded.name}, ${loaded.nodeNm} nm, hash ${loaded.hash}`, '', ...lines].join('\n'));
}

function priceCells(row: PriceRow): string[] {
  const [value, low, high] = [row.value, row.low, row.high].map((each) => formatSignificant(each, 4));
  return [row.id, value!, row.unit, low!, high!, row.grade, `${row.source}; ${row.place}: ${row.derivation}`];
}

async function explain(place: string, { component, phase, baseline, json }: ExplainFlags): Promise<void> {
  const lines = (await machineOf(place, baseline === true)).energy
    .filter((line) => line.component === component && (phase === undefined || line.phase === phase))
    .toSorted((a, b) => b.energy_J - a.energy_J);
  if (json === true) return createOutput().json(lines);
  const total = lines.reduce((sum, line) => sum + line.energy_J, 0);
  const title = `${component}: ${formatEnergy(total)} in ${lines.length} lines`;
  createOutput().result([title, ...lines.map((line) => paragraph(line, total))].join('\n\n'));
}

function paragraph(line: EnergyLine, total: number): string {
  const share = total === 0 ? '' : `, ${formatPercent(line.energy_J / total)}`;
  const price = `${formatSignificant(line.price_pJ, 4)} pJ`;
  return [
    `${line.phase} ${line.action}: ${formatEnergy(line.energy_J)}${share}`,
    `  ${line.count} (${line.unit}) × ${price}, ${line.grade}, from ${line.price}`,
    `  ${line.derivation}`,
    `  ${line.source}`,
  ].join('\n');
}

async function machineOf(place: string, ofBaseline: boolean): Promise<MachineRun> {
  const run = await readRun(place);
  const machine: MachineRun | undefined = ofBaseline ? run.baseline : run;
  if (machine !== undefined) return machine;
  throw new TritsimError('RUN_BASELINE', 'the run has no baseline', { place });
}
