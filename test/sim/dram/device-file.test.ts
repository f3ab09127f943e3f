import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDevice } from '../../../src/sim/dram/device-file.ts';
import { loadDevice, shippedDevices } from '../../../src/sim/dram/device-file.node.ts';
import { DEVICES, deviceNamed } from './support.ts';

const text = readFileSync(new URL('../../../hw-configs/dram/LPDDR4-3200.yaml', import.meta.url), 'utf8');
const changed = (from: string, to: string) => () => parseDevice(text.replace(from, to), 'x.yaml');

describe('device files', () => {
  test('ship seven devices', () => {
    expect(shippedDevices()).toEqual([
      'DDR4-2400',
      'DDR4-3200',
      'HBM2-2000',
      'HBM3-6400',
      'LPDDR4-3200',
      'LPDDR4-4266',
      'LPDDR5-6400',
    ]);
  });

  test.each(DEVICES)('$name names a source for every value', ({ sources, timings, organisation }) => {
    for (const name of Object.keys(timings)) expect(sources[`timings.${name}`]).toMatch(/\w{4}/);
    for (const name of Object.keys(organisation)) expect(sources[`organisation.${name}`]).toMatch(/\w{4}/);
  });

  test('turn nanoseconds into cycles, up; refresh intervals down', () => {
    expect(deviceNamed('DDR4-3200').timings).toMatchObject({ tRFC: 576, tREFI: 12480 });
    expect(deviceNamed('DDR4-2400').timings).toMatchObject({ tRFC: 420, tREFI: 9360 });
    expect(deviceNamed('LPDDR5-6400').timings).toMatchObject({ tRFC: 168, tREFI: 3124, tFAW: 16 });
  });

  test.each([
    ['an unknown key', 'ranks:', 'rank:', /rank/],
    ['a misspelt timing', 'name: tRCD', 'name: tRDC', /tRCD/],
    ['a missing timing', '  - { name: tRAS, value: 68, unit: cycles, source: dramsys }\n', '', /tRAS/],
    ['a timing given twice', 'name: tRAS', 'name: tRC', /twice/],
    ['a duplicate key', 'standard: LPDDR4', 'standard: LPDDR4\nstandard: LPDDR4', /unique/],
    ['a wrong unit', 'value: 68, unit: cycles', 'value: 68, unit: us', /unit/],
    ['a fraction of a cycle', 'value: 68', 'value: 68.5', /whole/],
    ['a timing of another standard', 'name: tWTR', 'name: tWTR_L', /tWTR_L/],
    [
      'an undeclared source',
      'value: 68, unit: cycles, source: dramsys',
      'value: 68, unit: cycles, source: dramsy',
      /'dramsys'/,
    ],
    ['an unknown standard', 'standard: LPDDR4', 'standard: LPDDR9', /standard/],
    ['text that is not YAML', 'organisation:', 'organisation: {', /x\.yaml/],
  ])('are refused for %s', (_, from, to, message) => {
    expect(changed(from, to)).toThrow(message);
  });

  test('an unknown name is refused with the nearest one', () => {
    expect(() => loadDevice('LPDDR4-3300')).toThrow(/LPDDR4-3200/);
  });
});
