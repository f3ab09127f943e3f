/** Do tiles cover a projection exactly once, and do they fit the buffers twice? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { rowBytes } from '../../src/mapping/packing.ts';
import { parts, tileLinear } from '../../src/mapping/tiling.ts';
import type { BitLinearOperation } from '../../src/trace/operation.ts';

const linear = (k: number, n: number): BitLinearOperation => ({
  kind: 'bitlinear',
  name: 'layers.0.q_proj',
  layer: 0,
  after: [],
  in: k,
  out: n,
});

describe('rowBytes', () => {
  test('holds four trits a byte at two bits, five in base 3, and pads a row to whole bytes', () => {
    expect([rowBytes(8, 'ternary-2b'), rowBytes(9, 'ternary-2b')]).toEqual([2, 3]);
    expect([rowBytes(10, 'ternary-base3'), rowBytes(11, 'ternary-base3')]).toEqual([2, 3]);
    expect([rowBytes(7, 'int4'), rowBytes(7, 'int8'), rowBytes(7, 'fp16')]).toEqual([4, 7, 14]);
  });

  test('gives the weights of BitNet-2B-4T their published sizes: 0.521 GB at 2 bit, 0.417 GB at 1.6', () => {
    const matrices = [
      [2560, 2560],
      [640, 2560],
      [640, 2560],
      [2560, 2560],
      [6912, 2560],
      [6912, 2560],
      [2560, 6912],
    ] as const;
    const bytes = (packing: 'ternary-2b' | 'ternary-base3'): number =>
      30 * matrices.reduce((sum, [n, k]) => sum + n * rowBytes(k, packing), 0);
    expect(bytes('ternary-2b') / 1e9).toBeCloseTo(0.521, 3);
    expect(bytes('ternary-base3') / 1e9).toBeCloseTo(0.417, 3);
  });
});

describe('tileLinear', () => {
  test.each([
    'test-tiny',
    'test-tiny-fp16',
    'test-tiny-int8',
    'test-tiny-int4',
    'test-tiny-lut',
    'test-tiny-bit-serial',
    'edge-ternary',
    'edge-fp16',
  ])('on %s every tile fits half of each buffer, and the tiles cover K × N exactly once', async (name) => {
    const machine = await loadMachine(name);
    const { weights, accumulators } = machine.buffers;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 16 }),
        (k, n, rows) => {
          const tiling = tileLinear(linear(k, n), rows, machine);
          expect(2 * tiling.tileN * rowBytes(tiling.tileK, machine.packing.sram)).toBeLessThanOrEqual(
            weights.capacityBytes,
          );
          expect(2 * rows * tiling.tileN * machine.array.accumulatorBits).toBeLessThanOrEqual(
            8 * accumulators.capacityBytes,
          );
          let covered = 0;
          for (const a of parts(k, tiling.tileK))
            for (const b of parts(n, tiling.tileN)) covered += a.size * b.size;
          expect(covered).toBe(k * n);
        },
      ),
    );
  });

  test('refuses an accumulator that the projection could overflow, and names the operation', async () => {
    const machine = await loadMachine('test-tiny');
    const narrow = { ...machine, array: { ...machine.array, accumulatorBits: 12 } };
    expect(() => tileLinear(linear(512, 8), 1, narrow)).toThrow(/layers\.0\.q_proj/);
    expect(() => tileLinear(linear(512, 8), 1, narrow)).toThrow(
      expect.objectContaining({ code: 'MACHINE_ACCUMULATOR_NARROW' }),
    );
  });

  test('refuses a weight buffer that cannot hold two granules of the array', async () => {
    const machine = await loadMachine('test-tiny');
    const weights = { ...machine.buffers.weights, capacityBytes: 8 };
    const starved = { ...machine, buffers: { ...machine.buffers, weights } };
    expect(() => tileLinear(linear(64, 64), 1, starved)).toThrow(
      expect.objectContaining({ code: 'MAPPING_WEIGHTS_TOO_SMALL' }),
    );
  });
});
