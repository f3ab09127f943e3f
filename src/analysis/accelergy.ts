/**
 * A run's counts and prices in the files of Accelergy v0.4: an energy reference table (ERT, pJ an action), an area reference
 * table (ART, um2), and action counts for each phase. Accelergy's own sum over counts × ERT gives the phase's energy.
 *
 * Reference: the parsers of Accelergy-Project/accelergy (raw_inputs_2_dicts.py, ERT_generator.py, ART_generator.py): an ERT
 * and an ART are `version` and a list `tables`, action counts are `version` and a list `local`; names of components are
 * paths with dots, so the dots of our action names are written as underscores. Actions have no arguments: sizes are in the
 * names. Leakage is an action a nanosecond, since Accelergy has no power.
 */
import { stringify } from 'yaml';
import type { EnergyLine, MachineRun } from './run.ts';

const VERSION = 0.4;
const UM2_PER_MM2 = 1e6;
const PHASES = ['prefill', 'decode'] as const;

/** Texts by file name. */
export function accelergyFiles(run: MachineRun): ReadonlyMap<string, string> {
  const files = new Map([
    ['ERT.yaml', write({ ERT: { version: VERSION, tables: energyTables(run) } })],
    ['ART.yaml', write({ ART: { version: VERSION, tables: areaTables(run) } })],
  ]);
  for (const phase of PHASES) {
    const lines = run.energy.filter((line) => line.phase === phase);
    if (lines.length === 0) continue;
    const counts = { action_counts: { version: VERSION, local: actionCounts(run, lines) } };
    files.set(`${phase}.action_counts.yaml`, write(counts));
  }
  return files;
}

function energyTables(run: MachineRun) {
  return grouped(run, run.energy).map(([name, lines]) => {
    const byAction = new Map(lines.map((line) => [actionOf(line), line.price_pJ]));
    const actions = [...byAction].map(([action, energy]) => ({ name: action, arguments: {}, energy }));
    return { name, actions };
  });
}

function areaTables({ machine, area }: MachineRun) {
  return area.parts.map(({ name, mm2 }) => {
    return { name: `${safe(machine.name)}.${safe(name)}`, area: mm2 * UM2_PER_MM2 };
  });
}

function actionCounts(run: MachineRun, energy: readonly EnergyLine[]) {
  return grouped(run, energy).map(([name, lines]) => {
    return { name, action_counts: lines.map((line) => ({ name: actionOf(line), counts: line.count })) };
  });
}

/** Lines by component, under the path that Accelergy knows it by. */
function grouped({ machine }: MachineRun, lines: readonly EnergyLine[]): [string, EnergyLine[]][] {
  const groups = new Map<string, EnergyLine[]>();
  for (const line of lines) {
    const name = `${safe(machine.name)}.${line.component}`;
    const own = groups.get(name);
    if (own === undefined) groups.set(name, [line]);
    else own.push(line);
  }
  return [...groups];
}

/** The action's name without its component. */
function actionOf({ component, action }: EnergyLine): string {
  return safe(action.startsWith(`${component}.`) ? action.slice(component.length + 1) : action);
}

/** A name in which Accelergy reads no path and no range. */
function safe(name: string): string {
  return name.replace(/[.[\]\s]/g, '_');
}

function write(content: object): string {
  return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}
