/** Do the CSV files say what run.json says, and does docs/outputs.md say what they hold? */
import { readFileSync } from 'node:fs';
import { csvParse } from 'd3';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTION_COLUMNS, ENERGY_COLUMNS, LAYER_COLUMNS } from '../../src/report/columns.ts';
import { actionsCsv, energyCsv, layersCsv, toCsv } from '../../src/report/csv.ts';
import { aloneRun, exampleRun } from './fixture.ts';

const run = exampleRun();

describe('layers.csv', () => {
  test('has a row per machine, phase and operation, equal to run.json digit by digit', () => {
    const expected = [run, run.baseline!].flatMap((machineRun, i) =>
      (['prefill', 'decode'] as const).flatMap((phase) =>
        machineRun.phases[phase]!.operations.map((operation) => ({
          role: i === 0 ? 'machine' : 'baseline',
          machine: machineRun.machine.name,
          phase,
          layer: operation.layer === null ? '' : String(operation.layer),
          operation: operation.name,
          kind: operation.kind,
          time_s: String(operation.time_s),
          busy_cycles: String(operation.busy_cycles),
          multiply_adds: String(operation.multiply_adds),
          dram_read_bytes: String(operation.dram_read_bytes),
          dram_write_bytes: String(operation.dram_write_bytes),
        })),
      ),
    );
    expect([...csvParse(layersCsv(run))]).toEqual(expected);
  });

  test("adds up to each phase's time", () => {
    const rows = csvParse(layersCsv(run)).filter(
      (row) => row['role'] === 'baseline' && row['phase'] === 'decode',
    );
    const sum = rows.reduce((total, row) => total + Number(row['time_s']), 0);
    expect(sum).toBe(run.baseline!.phases.decode!.time_s);
  });

  test('leaves the baseline out where there is none', () => {
    expect(new Set(csvParse(layersCsv(aloneRun())).map((row) => row['role']))).toEqual(new Set(['machine']));
  });
});

describe('energy.csv', () => {
  test('has a row per machine and line of the account, equal to run.json digit by digit', () => {
    const expected = [run, run.baseline!].flatMap(({ machine, energy }, i) =>
      energy.map((line) => ({
        role: i === 0 ? 'machine' : 'baseline',
        machine: machine.name,
        ...Object.fromEntries(Object.entries(line).map(([key, value]) => [key, String(value)])),
      })),
    );
    expect([...csvParse(energyCsv(run))]).toEqual(expected);
  });
});

describe('actions.csv', () => {
  test('adds up to the lines of energy.csv, count by count and joule by joule', () => {
    const rows = csvParse(actionsCsv(run));
    for (const line of csvParse(energyCsv(run))) {
      const own = rows.filter((row) =>
        ['role', 'phase', 'component', 'action'].every((key) => row[key] === line[key]),
      );
      const sum = (key: string): number => own.reduce((total, row) => total + Number(row[key]), 0);
      expect(sum('count')).toBeCloseTo(Number(line['count']), 6);
      expect(sum('energy_J') / Number(line['energy_J'])).toBeCloseTo(1, 12);
    }
  });

  test('has no row where a part did nothing, and none at all where a run was not counted by part', () => {
    expect(csvParse(actionsCsv(run)).filter((row) => Number(row['count']) === 0)).toEqual([]);
    const { parts: _parts, ...decode } = aloneRun().phases.decode!;
    expect(csvParse(actionsCsv({ ...aloneRun(), phases: { decode } }))).toHaveLength(0);
  });
});

describe('toCsv', () => {
  test('keeps any text that is no formula', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((drawn) => !/^[=+\-@\t\r\uFF0B-\uFF20]/u.test(drawn));
    fc.assert(
      fc.property(text, (value) => {
        const csv = toCsv(['text', 'end'], [{ text: value, end: 'end' }]);
        expect(csvParse(csv)[0]).toEqual({ text: value, end: 'end' });
      }),
    );
  });

  test('disarms a text that a spreadsheet would run', () => {
    const machine = { ...run.machine, name: '=HYPERLINK("http://example.org")' };
    const rows = csvParse(layersCsv(exampleRun({ machine })));
    expect(rows[0]!['machine']).toBe('\'=HYPERLINK("http://example.org")');
  });
});

test('docs/outputs.md lists every column in order with its unit and meaning', () => {
  const documented = readFileSync('docs/outputs.md', 'utf8');
  for (const columns of [LAYER_COLUMNS, ENERGY_COLUMNS, ACTION_COLUMNS]) {
    const rows = columns.map(([name, unit, meaning]) => `| \`${name}\` | ${unit} | ${meaning} |`);
    expect(documented).toContain(rows.join('\n'));
  }
});
