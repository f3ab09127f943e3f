import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withRanks, type DramDevice } from '../../../src/sim/dram/device.ts';
import { deviceNamed, runRequests } from './support.ts';

const golden = readFileSync(new URL('../../fixtures/dram/dramsim3.sparse_read.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

/** The 512 addresses of the pattern, as bursts of 64 B. */
function sparseBursts(): number[] {
  let x = 0x0badf00d;
  return Array.from({ length: 512 }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 10;
  });
}

/** DRAMsim3's own roundings of what differs: refresh of 560 cycles there. */
const ONE_RANK: DramDevice = {
  ...deviceNamed('DDR4-3200'),
  timings: { ...deviceNamed('DDR4-3200').timings, tRFC: 560 },
};

test.each([
  ['DDR4_8Gb_x8_3200.1rank', ONE_RANK],
  ['DDR4_8Gb_x8_2400', withRanks(deviceNamed('DDR4-2400'), 2)],
])('single reads end in the same cycle as in DRAMsim3, refreshes met included: %s', (name, device) => {
  const rows = golden.filter(([golds]) => golds === name);
  const requests = sparseBursts().map((burst, i) => ({ burst, cycle: Number(rows[i]![2]) }));
  const { ends } = runRequests(device, requests, {
    mapping: 'row-rank-bank-bankgroup-column',
    policy: { refreshPrecharge: 'each' },
  });
  expect(ends).toEqual(rows.map((row) => Number(row[3])));
});
