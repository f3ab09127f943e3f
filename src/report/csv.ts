/** `layers.csv` and `energy.csv`: the run's operations and energy lines as flat tables, one row each. */
import { stringify } from 'csv-stringify/sync';
import type { Run } from '../analysis/run.ts';
import { ENERGY_COLUMNS, type EnergyRow, LAYER_COLUMNS, type LayerRow } from './columns.ts';
import { machinesOf, phasesOf } from './components.ts';

/** One row per machine × phase × operation, in the order of the trace. */
export function layersCsv(run: Run): string {
  const rows = machinesOf(run).flatMap(({ role, run: { machine, phases } }) =>
    phasesOf(phases).flatMap(({ name: phase, phase: { operations } }) =>
      operations.map(({ name, ...rest }): LayerRow => {
        return { role, machine: machine.name, phase, operation: name, ...rest };
      }),
    ),
  );
  return toCsv(
    LAYER_COLUMNS.map(([name]) => name),
    rows,
  );
}

/** One row per machine × line of the energy account, in the account's order. */
export function energyCsv(run: Run): string {
  const rows = machinesOf(run).flatMap(({ role, run: { machine, energy } }) =>
    energy.map((line): EnergyRow => ({ ...line, role, machine: machine.name })),
  );
  return toCsv(
    ENERGY_COLUMNS.map(([name]) => name),
    rows,
  );
}

/**
 * RFC 4180 with a header and `\n`. Numbers keep all their digits. A text that a spreadsheet would run as a formula
 * gets a leading apostrophe.
 */
export function toCsv<Row>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => row[column]));
  return stringify([columns, ...cells], { escape_formulas: true });
}
