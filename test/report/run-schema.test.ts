/** Does the schema of run.json take what a run is and nothing else? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseRun, runJsonSchema } from '../../src/report/run-schema.ts';
import { aloneRun, exampleRun } from './fixture.ts';

/** The example as plain JSON with the value at a dotted path changed; undefined takes the key away. */
function spoiled(place: string, value: unknown): unknown {
  const run: unknown = JSON.parse(JSON.stringify(exampleRun()));
  const keys = place.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], run);
  if (value === undefined) Reflect.deleteProperty(parent as object, last);
  else (parent as Record<string, unknown>)[last] = value;
  return run;
}

describe('the schema of run.json', () => {
  test('takes a run with a baseline and one without', () => {
    expect(parseRun(exampleRun(), 'run')).toEqual(exampleRun());
    expect(parseRun(aloneRun(), 'run')).toEqual(aloneRun());
  });

  test('takes a run of one phase and refuses a run of none', () => {
    expect(parseRun(spoiled('phases.prefill', undefined), 'run').phases.prefill).toBeUndefined();
    expect(() => parseRun(spoiled('phases', {}), 'run.json')).toThrow(
      /run\.json: phases: at least one phase/,
    );
  });

  test('refuses an unknown key and names its place', () => {
    const run = spoiled('phases.decode.components.2.enrgy_J', 1);
    expect(() => parseRun(run, 'old/run.json')).toThrow(
      expect.objectContaining({
        code: 'RUN_SCHEMA',
        message: expect.stringMatching(/old\/run\.json: phases\.decode\.components\.2: .*enrgy_J/),
      }),
    );
  });

  test.each([
    ['a missing key', 'trace.hash', undefined],
    ['another version', 'schema', 'tritsim.run/2'],
    ['a time that is not a number', 'phases.decode.time_s', Number.NaN],
    ['a negative energy', 'energy.0.energy_J', -1],
    ['a component of another name', 'baseline.phases.decode.bottleneck', 'cpu'],
    ['a utilisation above one', 'phases.decode.array_utilisation', 1.01],
    ['a phase without tokens', 'phases.decode.tokens', 0],
    ['a hash that is none', 'program', 'abc'],
  ])('refuses %s by its place', (_what, place, value) => {
    expect(() => parseRun(spoiled(place, value), 'run.json')).toThrow(`run.json: ${place}:`);
  });

  test('the committed JSON Schema is the one that the code gives', () => {
    const committed: unknown = JSON.parse(readFileSync('hw-configs/schema/run.schema.json', 'utf8'));
    expect(committed, 'run npx tsx scripts/write-schemas.ts').toEqual(runJsonSchema());
  });
});
