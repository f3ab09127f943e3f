/** Question: does a price file with any one thing wrong get refused, with its line and the nearest name? */
import { describe, expect, it } from 'vitest';
import { TritsimError } from '../../src/errors/error.ts';
import { filesBeside, resolveTable } from '../../src/energy/resolve-table.ts';

const VALID = `schema: tritsim.prices/1
name: mini
description: for a test
node_nm: 7
includes: [more]
sram_port: proportional
sram_port_reason: one width
sources:
  paper: A paper
groups:
  arithmetic:
    source: paper
    node_nm: 7
    voltage_V: null
    unstated: not printed
    grade: published
    range: a judgement
    rows:
      int-add.8:
        action: int-add
        bits: 8
        value: 0.007
        unit: pJ
        place: Table 2
        derivation: as printed
        low: 0.005
        high: 0.009
sweeps:
  sram-read:
    source: paper
    file: sweep.csv
    node_nm: 22
    cell: itrs-lstp
    port_bits: [64]
    voltage_V: 0.8
    grade: assumed
    derivation: read energy
    factor: 1
    rows_node_nm: 22
    range: a judgement
    low_factor: 0.5
    high_factor: 2
`;
const MORE = `schema: tritsim.price-rows/1
sources: { here: This file }
groups:
  vector:
    source: here
    node_nm: null
    voltage_V: null
    unstated: a count
    grade: assumed
    range: none
    rows:
      vector.add.add: { action: vector, op: add, part: add, value: 1, unit: count, place: p, derivation: d, low: 1, high: 1 }
`;
const HEADER =
  'node_nm,cell,width_b,KB,read_pJ,write_pJ,read_pJ_per_bit,leak_mW,gateleak_mW,area_mm2,access_ns,cycle_ns';
const SWEEP = `${HEADER}\n22,itrs-lstp,64,8,1.59,1.771,0.0248,0.0047,0.0015,0.00627,0.6,0.5\n`;

function resolve(table: string, more = MORE, sweep = SWEEP) {
  return resolveTable(
    table,
    'mini.yaml',
    new Map([
      ['more.yaml', more],
      ['sweep.csv', sweep],
    ]),
  );
}

/** The error of a table with `from` replaced by `to`. */
function refusal(from: string, to: string): TritsimError {
  expect(VALID).toContain(from);
  try {
    resolve(VALID.replace(from, to));
  } catch (error) {
    if (error instanceof TritsimError) return error;
    throw error;
  }
  throw new Error('the table was accepted');
}

describe('a price table', () => {
  it('holds its own rows, those it includes and those of its sweep', () => {
    expect(filesBeside(VALID, 'mini.yaml')).toEqual(['more.yaml', 'sweep.csv']);
    const table = resolve(VALID);
    expect(table.rows.map((row) => row.id)).toEqual(['int-add.8', 'vector.add.add', 'sram-read.64b.8KiB']);
    expect(table.rows[0]).toMatchObject({
      source: 'A paper',
      place: 'Table 2',
      nodeNm: 7,
      unstated: 'not printed',
    });
    expect(table.rows[2]).toMatchObject({
      value: 1.59,
      low: 0.795,
      high: 3.18,
      voltageV: 0.8,
      grade: 'assumed',
    });
  });

  it('has the same hash for the same values in another order and spelling, and another for another value', () => {
    const reordered = VALID.replace(
      '        bits: 8\n        value: 0.007\n',
      '        value: 7.0e-3\n        bits: 8\n',
    );
    expect(resolve(reordered).hash).toBe(resolve(VALID).hash);
    expect(resolve(VALID.replace('0.007', '0.0071')).hash).not.toBe(resolve(VALID).hash);
    expect(resolve(VALID).hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    [
      'an unknown key of the table',
      'node_nm: 7\n',
      'node_mn: 7\n',
      'PRICES_KEY_UNKNOWN',
      /mini.yaml:4: node_mn.*'node_nm'/,
    ],
    [
      'an unknown key of a row',
      '        bits: 8',
      '        bit: 8',
      'PRICES_KEY_UNKNOWN',
      /mini.yaml:21.*'bits'/,
    ],
    [
      'an unknown key of a group',
      '    grade: published',
      '    grades: published',
      'PRICES_KEY_UNKNOWN',
      /'grade'/,
    ],
    [
      'an unknown key of a sweep',
      '    cell: itrs-lstp',
      '    cells: itrs-lstp',
      'PRICES_KEY_UNKNOWN',
      /'cell'/,
    ],
    ['a missing key', '        place: Table 2\n', '', 'PRICES_KEY_MISSING', /rows\["int-add\.8"\]\.place/],
    [
      'a row that stands twice',
      '      int-add.8:\n',
      '      int-add.8: {}\n      int-add.8:\n',
      'PRICES_KEY_DUPLICATE',
      /:20/,
    ],
    ['another unit than the action has', 'unit: pJ', 'unit: mW', 'PRICES_VALUE', /mini.yaml:23.*pJ/],
    ['an unknown grade', 'grade: published', 'grade: publishd', 'PRICES_VALUE', /'published'/],
    [
      'the grade of an override',
      'grade: published',
      'grade: user',
      'PRICES_VALUE',
      /measured, published, scaled, assumed/,
    ],
    ['a negative price', 'value: 0.007', 'value: -0.007', 'PRICES_VALUE', /at least 0/],
    [
      'a band that does not hold its value',
      'low: 0.005',
      'low: 0.008',
      'PRICES_RANGE',
      /0.008, 0.007, 0.009/,
    ],
    [
      'a source that is not listed',
      '    source: paper\n    node_nm: 7',
      '    source: papre\n    node_nm: 7',
      'PRICES_SOURCE',
      /'paper'/,
    ],
    [
      'a source that nothing uses',
      '  paper: A paper',
      '  paper: A paper\n  idle: Another',
      'PRICES_SOURCE',
      /sources\.idle/,
    ],
    [
      'a missing voltage without a reason',
      '    unstated: not printed\n',
      '',
      'PRICES_UNSTATED',
      /int-add\.8/,
    ],
    ['a reason beside a voltage', 'voltage_V: null', 'voltage_V: 0.8', 'PRICES_UNSTATED', /int-add\.8/],
    [
      'memories that the sweep lacks',
      'cell: itrs-lstp',
      'cell: itrs-hp',
      'PRICES_SWEEP',
      /22 nm, itrs-lstp, 64 bit/,
    ],
    ['another form of file', 'tritsim.prices/1', 'tritsim.machine/1', 'PRICES_SCHEMA', /tritsim.prices\/1/],
    ['text that is no YAML', 'schema:', '[schema:', 'PRICES_YAML', /mini.yaml/],
  ])('is refused for %s', (_, from, to, code, message) => {
    const error = refusal(from, to);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('is refused for two rows that price the same thing', () => {
    const twice = VALID.replace(
      'sweeps:',
      `      another:
        { action: int-add, bits: 8, value: 1, unit: pJ, place: p, derivation: d, low: 1, high: 1 }
sweeps:`,
    );
    expect(() => resolve(twice)).toThrow(/two rows for int-add of 8 bit.*the other at mini.yaml:19/);
  });

  it('is refused for a sweep with other columns or a value that is no number, with its line', () => {
    expect(() => resolve(VALID, MORE, SWEEP.replace('KB', 'KiB'))).toThrow(/sweep.csv:1/);
    expect(() => resolve(VALID, MORE, SWEEP.replace('1.59', 'n/a'))).toThrow(/sweep.csv:2: read_pJ.*'n\/a'/);
  });
});
