/** Are tables and bits right in every case that is small enough to try them all? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { TILE_DOTS } from '../../src/sim/datapath/dot.ts';

const machines = await Promise.all(['test-tiny-lut', 'test-tiny-bit-serial'].map(loadMachine));
const [lut, serial] = machines.map(({ array }) => array) as [
  (typeof machines)[number]['array'],
  (typeof machines)[number]['array'],
];

describe('the table datapath', () => {
  test.each([1, 2, 3, 4])(
    'fetches the right sum for each of the 3^%i patterns of trits of a group',
    (groupSize) => {
      const activations = Int8Array.from([-128, 127, -3, 50].slice(0, groupSize));
      for (let pattern = 0; pattern < 3 ** groupSize; pattern++) {
        const trits = Int8Array.from(activations, (_, i) => (Math.floor(pattern / 3 ** i) % 3) - 1);
        const accumulators = new Float64Array([1000]);
        const array = { ...lut, groupSize } as typeof lut;
        TILE_DOTS.lut(activations, groupSize, 0, trits, groupSize, accumulators, 1, array);
        expect(accumulators[0]).toBe(1000 + activations.reduce((sum, x, i) => sum + x * trits[i]!, 0));
      }
    },
  );

  test('refuses to guess the size of a group', () => {
    expect(() => TILE_DOTS.lut(new Int8Array(1), 1, 0, new Int8Array(1), 1, new Float64Array(1), 1)).toThrow(
      expect.objectContaining({ code: 'SIM_DATAPATH' }),
    );
  });
});

describe('the bit-serial datapath', () => {
  test.each(['all', 'significant'])('with %s bits multiplies every int8 value by every trit', (bits) => {
    for (let x = -128; x <= 127; x++) {
      for (const trit of [-1, 0, 1]) {
        const accumulators = new Float64Array(1);
        const array = { ...serial, bits } as typeof serial;
        TILE_DOTS['bit-serial'](Int8Array.of(x), 1, 0, Int8Array.of(trit), 1, accumulators, 1, array);
        expect(accumulators[0]).toBe(x * trit + 0);
      }
    }
  });
});
