/** Does a bitmap with signs take the bytes that writing it out takes, from real trits and from a stated fraction? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { countNonzeros, statedNonzeros } from '../../src/mapping/nonzeros.ts';
import { decodeGroups, rowBytes, tileBytes } from '../../src/mapping/packing.ts';
import { planTrace } from '../../src/mapping/plan.ts';
import { tileTrace } from '../../src/mapping/tile-trace.ts';
import { parts } from '../../src/mapping/tiling.ts';
import { loadDevice } from '../../src/sim/dram/device-file.node.ts';
import { simulate } from '../../src/sim/simulate.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import type { PackedTrits } from '../../src/trace/trace.ts';
import { tinyTrace } from '../trace/tiny.ts';

const base = await loadMachine('test-tiny');
const machine = { ...base, packing: { dram: 'bitmap-sign', sram: 'ternary-2b' } as const };

const tritAt = ({ codes, bytesPerRow }: PackedTrits, row: number, i: number): number =>
  ((codes[row * bytesPerRow + (i >> 2)]! >> (2 * (i & 3))) & 3) - 1;

/** A tile written out: rows of presence bits, then all signs. */
function written(
  trits: PackedTrits,
  n: { from: number; size: number },
  k: { from: number; size: number },
): number[] {
  const bytes: number[] = [];
  const signs: number[] = [];
  for (let row = n.from; row < n.from + n.size; row++) {
    const presence = Array.from({ length: Math.ceil(k.size / 8) }, () => 0);
    for (let i = 0; i < k.size; i++) {
      const trit = tritAt(trits, row, k.from + i);
      if (trit === 0) continue;
      presence[i >> 3]! |= 1 << (i & 7);
      signs.push(trit < 0 ? 1 : 0);
    }
    bytes.push(...presence);
  }
  for (let i = 0; i < signs.length; i += 8) {
    bytes.push(signs.slice(i, i + 8).reduce((byte, sign, bit) => byte | (sign << bit), 0));
  }
  return bytes;
}

test('every tile of a recorded trace has the size of its bits written out', async () => {
  const trace = await tinyTrace();
  const { tilings } = tileTrace(trace.manifest, machine);
  const { addresses } = planTrace(trace.manifest, machine, await countNonzeros(trace, tilings));
  for (const { name } of bitLinearsOf(trace.manifest)) {
    const trits = await trace.readTrits(name);
    const { k, n, tileK, tileN } = tilings.get(name)!;
    const sizes = parts(n, tileN).flatMap((a) => parts(k, tileK).map((b) => written(trits, a, b).length));
    expect(addresses.weightTiles.get(name)!.map(({ bytes }) => bytes)).toEqual(sizes);
  }
});

test('a synthesized trace is sized by its stated fraction; a recorded one is never guessed', async () => {
  const { manifest } = await tinyTrace();
  const { tilings } = tileTrace(manifest, machine);
  expect(() => planTrace(manifest, machine)).toThrow(
    expect.objectContaining({ code: 'MAPPING_NO_NONZEROS' }),
  );
  const stated = statedNonzeros({ ...manifest, origin: 'synthesized' }, tilings);
  for (const [name, { k, n }] of tilings) {
    const zeros = manifest.matrices[name]!.zeroFraction.value;
    const sum = stated.get(name)!.reduce((a, b) => a + b, 0);
    expect(Math.abs(sum - k * n * (1 - zeros))).toBeLessThanOrEqual(stated.get(name)!.length);
  }
});

describe('sizes', () => {
  test('three trits in five bits: 1.67 bits a trit, each row padded to bytes', () => {
    expect([3, 8, 9, 24, 25].map((k) => rowBytes(k, 'ternary-5b3'))).toEqual([1, 2, 2, 5, 6]);
    expect((8 * rowBytes(6912, 'ternary-5b3')) / 6912).toBeCloseTo(5 / 3, 10);
  });

  test('a bitmap takes 2 − z bits a trit, which passes 1.6 at 40 % zeros', () => {
    expect((8 * tileBytes(100, 2560, 'bitmap-sign', 0.6 * 256_000)) / 256_000).toBeCloseTo(1.6, 4);
    expect(tileBytes(4, 10, 'bitmap-sign', 0)).toBe(4 * 2);
    expect(tileBytes(4, 10, 'bitmap-sign', 40)).toBe(4 * 2 + 5);
    expect(tileBytes(4, 10, 'ternary-base3', 40)).toBe(4 * 2);
  });

  test('a row is decoded in whole groups, its padding too', () => {
    expect(decodeGroups(11, 'ternary-base3')).toBe(3);
    expect(decodeGroups(11, 'ternary-5b3')).toBe(4);
    expect(decodeGroups(11, 'bitmap-sign')).toBe(2);
  });
});

describe('on a machine', () => {
  const device = loadDevice('LPDDR4-3200');

  test.each([
    ['ternary-base3', 'dma.trit-decode', (k: number) => Math.ceil(k / 5)],
    ['ternary-5b3', 'dma.trit-decode-5b3', (k: number) => Math.ceil(k / 3)],
    ['bitmap-sign', 'dma.trit-decode-bitmap', (k: number) => Math.ceil(k / 8)],
  ] as const)(
    '%s computes the same integers and counts its decoding once a step',
    async (dram, id, groups) => {
      const trace = await tinyTrace();
      const packed = { ...base, packing: { dram, sram: 'ternary-2b' } as const };
      const { phases, functional } = await simulate(trace, packed, device);
      expect(functional.mismatches).toBe(0);
      const projections = bitLinearsOf(trace.manifest);
      const expected = projections.reduce((sum, { in: k, out }) => sum + out * groups(k), 0);
      for (const { ledger, steps } of phases) {
        expect(ledger.find((row) => row.id === id)!.count).toBe(steps * expected);
      }
    },
  );

  test('the array decodes what the weight buffer holds packed, at every read', async () => {
    const trace = await tinyTrace();
    const packed = { ...base, packing: { dram: 'ternary-5b3', sram: 'ternary-5b3' } as const };
    const { phases } = await simulate(trace, packed, device);
    const groups = bitLinearsOf(trace.manifest).reduce(
      (sum, { in: k, out }) => sum + out * Math.ceil(k / 3),
      0,
    );
    for (const { ledger, tokens } of phases) {
      expect(ledger.find(({ id }) => id === 'dma.trit-decode-5b3')).toBeUndefined();
      // Output-stationary: weights are read for every token row.
      expect(ledger.find(({ id }) => id === 'array.trit-decode-5b3')!.count).toBe(tokens * groups);
    }
  });
});
