/** `layers.csv`, `energy.csv`, `actions.csv`: the run's operations, energy lines, and these by part, as flat tables. */
import { stringify } from 'csv-stringify/sync';
import type { Run } from '../analysis/run.ts';
import {
  ACTION_COLUMNS,
  type ActionRow,
  ENERGY_COLUMNS,
  type EnergyRow,
  LAYER_COLUMNS,
  type LayerRow,
} from './columns.ts';
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

const JOULES_PER_PICOJOULE = 1e-12;

/** One row per machine × part of the model × line of the energy account that the part has a share of. */
export function actionsCsv(run: Run): string {
  const rows = machinesOf(run).flatMap(({ role, run: { machine, phases, energy } }) =>
    phasesOf(phases).flatMap(({ name: phase, phase: { parts } }) => {
      const lines = energy.filter((line) => line.phase === phase);
      return (parts?.names ?? []).flatMap((part, p) =>
        parts!.actions.flatMap(({ component, action, basis, counts }, i): ActionRow[] => {
          const [count, { unit, price_pJ }] = [counts[p]!, lines[i]!];
          if (count === 0) return [];
          const energy_J = count * price_pJ * JOULES_PER_PICOJOULE;
          const key = { role, machine: machine.name, phase, part, component, action, basis };
          return [{ ...key, count, unit, price_pJ, energy_J }];
        }),
      );
    }),
  );
  return toCsv(
    ACTION_COLUMNS.map(([name]) => name),
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
