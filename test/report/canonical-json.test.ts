/** Does the same run give the same bytes, and do the bytes give the run back? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/report/canonical-json.ts';
import { aloneRun, exampleRun } from './fixture.ts';

/** The same value with the keys of every object in an order that `random` draws. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, child]) => [random(), key, shuffled(child, random)] as const,
  );
  return Object.fromEntries(entries.toSorted((a, b) => a[0] - b[0]).map(([, key, child]) => [key, child]));
}

describe('canonicalJson', () => {
  test('gives the run back when it is parsed', () => {
    expect(JSON.parse(canonicalJson(exampleRun()))).toEqual(exampleRun());
    expect(JSON.parse(canonicalJson(aloneRun()))).toEqual(aloneRun());
  });

  test('gives the same bytes whatever order the keys were made in', () => {
    const expected = canonicalJson(exampleRun());
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (draws) => {
        const run = shuffled(exampleRun(), () => draws.next().value);
        expect(canonicalJson(run as ReturnType<typeof exampleRun>)).toBe(expected);
      }),
      { numRuns: 10 },
    );
  });

  test('begins with the schema and puts an operation and an energy line on a line of its own', () => {
    const lines = canonicalJson(aloneRun()).split('\n');
    expect(lines[1]).toBe('  "schema": "tritsim.run/1",');
    const { phases, energy } = aloneRun();
    const operations = [...phases.prefill!.operations, ...phases.decode!.operations];
    expect(lines.filter((line) => /^\s+\{"name": .*"multiply_adds": .*\},?$/.test(line))).toHaveLength(
      operations.length,
    );
    expect(lines.filter((line) => /^\s+\{"phase": .*"price_pJ": .*\},?$/.test(line))).toHaveLength(
      energy.length,
    );
  });

  test('writes an empty list and an empty object as such', () => {
    const text = canonicalJson({ ...aloneRun(), not_modelled: [], counts: {} });
    expect(text).toContain('"not_modelled": []');
    expect(text).toContain('"counts": {}');
  });

  test('refuses a number that JSON cannot hold instead of writing null', () => {
    const prices = { ...exampleRun().prices, node_nm: Number.POSITIVE_INFINITY };
    expect(() => canonicalJson(exampleRun({ prices }))).toThrow(/run: prices\.node_nm/);
  });
});
