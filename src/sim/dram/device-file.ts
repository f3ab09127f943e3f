/**
 * Reads a DRAM device file (YAML text, see `device-schema.ts` and hw-configs/dram) strictly: a key that is unknown, missing
 * or there twice, a timing that the standard lacks, a wrong unit or an undeclared source is refused by name.
 * Times in ns become cycles, rounded up; refresh intervals, which are upper limits, are rounded down.
 */
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import { timingNames, type DramDevice, type DramEnergyBasis } from './device.ts';
import { deviceSchema, type DeviceFile } from './device-schema.ts';

const UPPER_LIMITS: readonly string[] = ['tREFI', 'tREFIpb'];

/** The device that `text` describes; `place` names the file in errors. Throws `DRAM_DEVICE`. */
export function parseDevice(text: string, place: string): DramDevice {
  const document = parseDocument(text, { uniqueKeys: true });
  const problem = document.errors[0];
  if (problem !== undefined) throw new TritsimError('DRAM_DEVICE', problem.message, { place });
  const result = deviceSchema.safeParse(document.toJS());
  if (!result.success) throw refusal(result.error.issues[0]!, place);
  const file = result.data;
  const periodPs = period(file.clock.value);
  checkTimings(file, place);
  const o = file.organisation;
  return {
    name: file.name,
    standard: file.standard,
    ...(file.rules === undefined ? {} : { rules: file.rules }),
    description: file.description,
    periodPs,
    organisation: {
      ranks: o.ranks.value,
      ...(o.stacks === undefined ? {} : { stacks: o.stacks.value }),
      bankGroups: o.bankGroups.value,
      banksPerGroup: o.banksPerGroup.value,
      rows: o.rows.value,
      burstsPerRow: o.burstsPerRow.value,
      busBits: o.busBits.value,
      burstLength: o.burstLength.value,
      transfersPerCycle: o.transfersPerCycle.value,
      devicesPerRank: o.devicesPerRank.value,
    },
    timings: Object.fromEntries(file.timings.map((row) => [row.name, cyclesOf(row, periodPs, place)])),
    command: {
      cycles: file.command.cycles.value,
      intervals: file.command.intervals.value,
      separateColumnBus: file.command.separateColumnBus.value,
    },
    energy: energyOf(file, place),
    sources: sourcesOf(file, place),
  };
}

function period(value: number | string): readonly [number, number] {
  const [p, q] = String(value).split('/').map(Number);
  return [p!, q ?? 1];
}

function cyclesOf(
  row: DeviceFile['timings'][number],
  [p, q]: readonly [number, number],
  place: string,
): number {
  if (row.unit === 'ns') {
    const ps = Math.round(row.value * 1000);
    return UPPER_LIMITS.includes(row.name) ? Math.floor((ps * q) / p) : Math.ceil((ps * q) / p);
  }
  if (Number.isInteger(row.value)) return row.value;
  throw new TritsimError('DRAM_DEVICE', 'a timing in cycles is a whole number', {
    place: `${place}: timings.${row.name}`,
    found: String(row.value),
  });
}

/** Exactly the timings of the standard, each once. */
function checkTimings(file: DeviceFile, place: string): void {
  const wanted = timingNames(file.standard, file.rules);
  if (wanted === null) {
    throw new TritsimError('DRAM_DEVICE', `rules ${file.rules} have no constraints for this standard`, {
      place: `${place}: standard`,
      found: file.standard,
    });
  }
  const seen = new Set<string>();
  for (const { name } of file.timings) {
    if (!wanted.includes(name)) {
      throw new TritsimError('DRAM_DEVICE', `${file.standard} has no such timing`, {
        place: `${place}: timings`,
        found: name,
        allowed: wanted,
        ...hintFor(name, wanted),
      });
    }
    if (seen.has(name)) {
      throw new TritsimError('DRAM_DEVICE', 'a timing is given twice', {
        place: `${place}: timings`,
        found: name,
      });
    }
    seen.add(name);
  }
  const missing = wanted.filter((name) => !seen.has(name));
  if (missing.length > 0) {
    throw new TritsimError('DRAM_DEVICE', `a timing of ${file.standard} is missing: ${missing.join(', ')}`, {
      place: `${place}: timings`,
    });
  }
}

function energyOf(file: DeviceFile, place: string): DramEnergyBasis {
  const { energy } = file;
  if (energy.by === 'none') return energy;
  const source = describe(file, energy.source, `${place}: energy`);
  const range = energy.range && {
    ...energy.range,
    source: describe(file, energy.range.source, `${place}: energy.range`),
  };
  return { ...energy, source, range };
}

/** Path in the file → where its value comes from. */
function sourcesOf(file: DeviceFile, place: string): Record<string, string> {
  const rows: [path: string, row: { source: string; note?: string | undefined }][] = [
    ['clock', file.clock],
    ...Object.entries(file.organisation).map(([key, row]) => [`organisation.${key}`, row] as const),
    ...Object.entries(file.command).map(([key, row]) => [`command.${key}`, row] as const),
    ...file.timings.map((row) => [`timings.${row.name}`, row] as const),
  ].map(([path, row]) => [path as string, row as { source: string; note?: string }]);
  return Object.fromEntries(
    rows.map(([path, { source, note }]) => {
      const text = describe(file, source, `${place}: ${path}`);
      return [path, note === undefined ? text : `${text} (${note})`];
    }),
  );
}

function describe(file: DeviceFile, key: string, place: string): string {
  const text = file.sources[key];
  if (text !== undefined) return text;
  const keys = Object.keys(file.sources);
  throw new TritsimError('DRAM_DEVICE', 'no such source', {
    place,
    found: key,
    allowed: keys,
    ...hintFor(key, keys),
  });
}

function refusal(issue: z.core.$ZodIssue, place: string): TritsimError {
  const path = issue.path.join('.');
  const at = path === '' ? place : `${place}: ${path}`;
  if (issue.code !== 'unrecognized_keys')
    return new TritsimError('DRAM_DEVICE', issue.message, { place: at });
  const known = knownKeys(issue.path);
  const found = issue.keys[0]!;
  return new TritsimError('DRAM_DEVICE', 'no such key', {
    place: at,
    found,
    allowed: known,
    ...hintFor(found, known),
  });
}

/** Keys that the schema has at `path`, as far as it is made of plain objects. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = deviceSchema;
  for (const key of path) {
    const { shape, element } = schema as { shape?: Record<PropertyKey, unknown>; element?: unknown };
    schema = shape?.[key] ?? element;
  }
  return Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});
}

function hintFor(name: string, names: readonly string[]): { hint?: string } {
  const hint = didYouMean(name, names);
  return hint === undefined ? {} : { hint };
}
