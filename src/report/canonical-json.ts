/**
 * The one serialisation of a run: the same run gives the same bytes, whatever order its keys were made in.
 *
 * Keys stand in the schema's order, the names of counted actions and the keys of the resolved machine sorted. An object or
 * list without another one inside stands on one line, so that an operation or a line of the energy account is one line of a
 * diff.
 */
import type { MachineRun, Run } from '../analysis/run.ts';
import { parseRun } from './run-schema.ts';

/**
 * `run.json`, ending in a newline.
 *
 * @throws RUN_SCHEMA where the run does not fit its schema, NaN and infinity included.
 */
export function canonicalJson(run: Run): string {
  // Parsing brings the keys into the schema's order and refuses what JSON would silently write as null.
  const parsed = parseRun(run, 'run');
  const ordered: Run = {
    ...parsed,
    ...sortedMachine(parsed),
    ...(parsed.baseline && { baseline: { ...parsed.baseline, ...sortedMachine(parsed.baseline) } }),
  };
  return `${serialise(ordered, '')}\n`;
}

/** Counts and the resolved machine, whose keys the schema does not order. */
function sortedMachine({ counts, machine }: MachineRun): Pick<MachineRun, 'counts' | 'machine'> {
  const { resolved, ...rest } = machine;
  return {
    counts: sortedCounts(counts),
    machine: { ...rest, ...(resolved && { resolved: sortDeep(resolved) as typeof resolved }) },
  };
}

function sortDeep(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return sortKeys(value as Readonly<Record<string, unknown>>, sortDeep);
}

function sortedCounts(counts: Run['counts']): Run['counts'] {
  return sortKeys(counts, (actions) => sortKeys(actions, (count) => count));
}

/** Code-unit order, so that no locale takes part. */
function sortKeys<V>(record: Readonly<Record<string, V>>, each: (value: V) => V): Record<string, V> {
  const keys = Object.keys(record).toSorted();
  return Object.fromEntries(keys.map((key) => [key, each(record[key]!)]));
}

function serialise(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const children: unknown[] = Object.values(value);
  const names = isList ? children.map(() => '') : Object.keys(value).map((key) => `${JSON.stringify(key)}: `);
  const [open, close] = isList ? '[]' : '{}';
  const flat = children.every((child) => typeof child !== 'object' || child === null);
  const inner = flat ? '' : `${indent}  `;
  const items = children.map((child, i) => names[i]! + serialise(child, inner));
  return flat
    ? `${open}${items.join(', ')}${close}`
    : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}
