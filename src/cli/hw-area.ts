/** `tritsim hw area`: what a machine's parts measure in its price table, with bands, grades and sources. */
import type { Command } from 'commander';
import { machineArea, type AreaPart } from '../energy/machine-area.ts';
import { citationText, type Price } from '../energy/price.ts';
import { loadMachine } from '../hardware/load.node.ts';
import { renderTable } from '../report/table.ts';
import { formatPercent, formatSignificant } from '../units/format.ts';
import { createOutput } from './output.ts';
import { addPriceFlags, tableOf, type PriceFlags } from './price-flags.ts';

interface AreaFlags extends PriceFlags {
  readonly json?: boolean;
}

const DIGITS = 4;

export function registerHwArea(hw: Command): void {
  const command = hw
    .command('area')
    .description('area of a machine by component, mm2, with low and high, grade and source')
    .argument('<machine>', 'name of a shipped machine, or a .yaml file')
    .option('--json', 'print the components as JSON')
    .addHelpText('after', '\nExample:\n  tritsim hw area edge-ternary')
    .action(area);
  addPriceFlags(command);
}

async function area(nameOrPath: string, { json, ...flags }: AreaFlags): Promise<void> {
  const machine = await loadMachine(nameOrPath);
  const table = await tableOf(machine.technology.prices, flags);
  const { parts, total } = machineArea(table, machine);
  const output = createOutput();
  if (json === true) {
    const rows = parts.map(({ name, area: price }) => ({ name, ...figures(price) }));
    output.json({
      machine: { name: machine.name, hash: machine.hash },
      prices: { table: table.name, hash: table.hash, node_nm: table.nodeNm },
      total: figures(total),
      parts: rows,
    });
    return;
  }
  const head = ['component', 'mm2', 'low', 'high', 'share', 'grade', 'how, and from where'];
  const rows = [...parts.map((part) => cells(part, total)), cells({ name: 'total', area: total }, total)];
  output.result(
    [
      `${machine.name} in ${table.name}, ${table.nodeNm} nm`,
      '',
      ...renderTable([head, ...rows], ['left', 'right', 'right', 'right', 'right', 'left', 'left']),
    ].join('\n'),
  );
}

function figures({ amount, low, high, grade, rows, derivation, citations }: Price) {
  return {
    area_mm2: amount,
    low_mm2: low,
    high_mm2: high,
    grade,
    price: rows.join(' + '),
    derivation,
    source: citationText(citations),
  };
}

function cells({ name, area: price }: Omit<AreaPart, 'name'> & { name: string }, total: Price): string[] {
  const [mm2, low, high] = [price.amount, price.low, price.high].map((each) =>
    formatSignificant(each, DIGITS),
  );
  const text = name === 'total' ? price.derivation : `${price.derivation}; ${citationText(price.citations)}`;
  return [name, mm2!, low!, high!, formatPercent(price.amount / total.amount), price.grade, text];
}
