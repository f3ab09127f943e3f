/** Does policy `ramulator2`, which passes over cycles, send exactly what its rules send when every cycle is stepped? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstBytes } from '../../../src/sim/dram/device.ts';
import { Interleave } from '../../../src/sim/dram/interleave.ts';
import { ramulator2Variant } from './parity.ts';
import { PlainRamulator2 } from './plain/ramulator2.ts';
import { plainReplay } from './plain/replay.ts';
import { policyOutcome, streams, summed } from './plain/streams.ts';

const DEVICES = [
  'DDR4_3200',
  'DDR4_3200.mop',
  'DDR4_3200.rowhit',
  'LPDDR5_6400',
  'HBM2_2000',
  'HBM2_2000.8ch',
  'HBM3_6400',
];

describe.each(DEVICES)('%s', (name) => {
  const { device, config } = ramulator2Variant(name);
  const protect = config.controller.policy === 'ramulator2-rowhit';

  test('sends the same commands in the same cycles as the plain form on random streams', () => {
    fc.assert(
      fc.property(streams(device, config.interleaveBytes * config.channels), ({ list, issueWidth }) => {
        const interleave = new Interleave(config.channels, config.interleaveBytes, burstBytes(device));
        const plain = Array.from(
          { length: config.channels },
          () => new PlainRamulator2(device, config.mapping, protect),
        );
        expect(plainReplay(list, plain, { interleave, issueWidth, acceptFirst: true, limit: 200_000 })).toBe(
          true,
        );
        expect(policyOutcome(device, config, list, issueWidth)).toEqual(
          summed(plain.map(({ outcome }) => outcome)),
        );
      }),
      { numRuns: 30 },
    );
  });
});
