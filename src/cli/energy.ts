/** `tritsim energy`: the price tables with their sources, and the prices and counts behind a component's energy. */
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { EnergyLine, MachineRun } from '../analysis/run.ts';
import { listPrices, loadPrices } from '../energy/load.node.ts';
import { ENERGY_COMPONENTS, type EnergyComponent } from '../energy/report.ts';
import type { PriceRow } from '../energy/row.ts';
import { TritsimError } from '../errors/error.ts';
import { parseRun } from '../report/run-schema.ts';
import { renderTable } from '../report/table.ts';
import { parseJson } from '../safetensors/json.ts';
import { formatEnergy, formatPercent, formatSignificant } from '../units/format.ts';
import { createOutput } from './output.ts';

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
    .argument('<run>', 'run.json of tritsim simulate')
    .addOption(
      new Option('--component <name>', 'whose energy').choices(ENERGY_COMPONENTS).makeOptionMandatory(),
    )
    .addOption(new Option('--phase <name>', 'one phase only').choices(['prefill', 'decode']))
    .option('--baseline', 'of the baseline instead of the machine')
    .option('--json', 'print the lines as JSON')
    .addHelpText('after', '\nExample:\n  tritsim energy explain reports/latest/run.json --component dram')
    .action(explain);
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

async function explain(file: string, { component, phase, baseline, json }: ExplainFlags): Promise<void> {
  const lines = (await accountOf(file, baseline === true))
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

async function accountOf(file: string, ofBaseline: boolean): Promise<readonly EnergyLine[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new TritsimError('RUN_FILE', 'the run cannot be read', { place: file, cause });
  }
  const run = parseRun(parseJson(text, file), file);
  const machine: MachineRun | undefined = ofBaseline ? run.baseline : run;
  if (machine !== undefined) return machine.energy;
  throw new TritsimError('RUN_BASELINE', 'the run has no baseline', { place: file });
}
