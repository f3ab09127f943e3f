/** Does policy `dramsim3`, which passes over cycles, send exactly what its rules send when every cycle is stepped? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstBytes, withRanks } from '../../../src/sim/dram/device.ts';
import { Interleave } from '../../../src/sim/dram/interleave.ts';
import { runTrace } from '../../../src/sim/dram/trace-run.ts';
import { dramsim3Variant } from './parity.ts';
import { PlainDramsim3 } from './plain/dramsim3.ts';
import { plainReplay } from './plain/replay.ts';
import { policyOutcome, streams, summed } from './plain/streams.ts';

const TWO_RANKS = dramsim3Variant('DDR4_8Gb_x8_3200');
const VARIANTS = [
  { name: 'DDR4, two ranks', ...TWO_RANKS },
  { name: 'DDR4, four ranks', ...TWO_RANKS, device: withRanks(TWO_RANKS.device, 4) },
  { name: 'DDR4, bank groups lowest', ...dramsim3Variant('DDR4_8Gb_x8_3200.bgint') },
  { name: 'LPDDR4', ...dramsim3Variant('LPDDR4_8Gb_x16_2400') },
  { name: 'HBM2', ...dramsim3Variant('HBM2_8Gb_x128') },
];

describe.each(VARIANTS)('$name', ({ device, config }) => {
  test('sends the same commands in the same cycles as the plain form on random streams', () => {
    fc.assert(
      fc.property(streams(device, config.interleaveBytes * config.channels), ({ list, issueWidth }) => {
        const interleave = new Interleave(config.channels, config.interleaveBytes, burstBytes(device));
        const plain = Array.from(
          { length: config.channels },
          () => new PlainDramsim3(device, config.mapping),
        );
        const options = { interleave, issueWidth, acceptFirst: false, limit: 60_000 };
        const ended = plainReplay(list, plain, options);
        const run = () => policyOutcome(device, config, list, issueWidth);
        // DRAMsim3 itself never ends where a drain waits for a read that waits for the drain.
        if (!ended) expect(run).toThrow(/never gets past this/);
        else expect(run()).toEqual(summed(plain.map(({ outcome }) => outcome)));
      }),
      { numRuns: 40 },
    );
  });
});

test('a drain that waits for a read that waits for its end is refused, as by its rules it never ends', () => {
  const { device, config } = TWO_RANKS;
  // Writes to one bank fill their queue; a read and a write of one address come behind them.
  const items = Array.from({ length: 400 }, (_, i) => {
    const both = i === 60 || i === 61;
    return { address: both ? 2 ** 20 : (2 ** 24 * i) % 2 ** 33, write: i === 60 ? 0 : 1 };
  });
  const list = {
    length: items.length,
    address: Float64Array.from(items, ({ address }) => address),
    write: Uint8Array.from(items, ({ write }) => write),
    cycle: new Float64Array(items.length),
  };
  expect(() => runTrace(device, config, list, 1)).toThrow(/never gets past this/);
});
