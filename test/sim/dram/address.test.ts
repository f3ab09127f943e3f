import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressMap } from '../../../src/sim/dram/address.ts';
import { Interleave } from '../../../src/sim/dram/interleave.ts';
import { deviceNamed } from './support.ts';

const ddr4 = deviceNamed('DDR4-3200').organisation;

function located(mapping: string, burst: number, organisation = ddr4) {
  const map = new AddressMap(organisation, mapping);
  map.locate(burst);
  return [map.bank, map.row];
}

describe('an address mapping', () => {
  test('puts the last field lowest', () => {
    expect(located('row-rank-bankgroup-bank-column', 128)).toEqual([1, 0]);
    expect(located('row-rank-bankgroup-bank-column', 128 * 4)).toEqual([4, 0]);
    expect(located('row-rank-bankgroup-bank-column', 128 * 16 * 5)).toEqual([0, 5]);
    expect(located('row-rank-bank-column-bankgroup', 1)).toEqual([4, 0]);
    expect(located('bankgroup-bank-row-column', 128 * 3)).toEqual([0, 3]);
  });

  test('splits a field', () => {
    expect(located('row-bank-column-bankgroup-column:2', 3)).toEqual([0, 0]);
    expect(located('row-bank-column-bankgroup-column:2', 4)).toEqual([4, 0]);
    expect(located('row:6-bank-row-bankgroup-column', 2 ** 19)).toEqual([1, 0]);
  });

  test('hashes bank bits with the low row bits, low fields first', () => {
    const mapping = 'row-bank^row-bankgroup^row-column';
    // Row 0b1101: bank group ^ 0b01, bank ^ 0b11.
    expect(located(mapping, 0b1101 * 2048)).toEqual([0b01 * 4 + 0b11, 0b1101]);
    expect(located('row-bank-bankgroup^column-column', 0b1000000)).toEqual([4, 0]);
  });

  test('hashes with the low column bits, low fields first, and the row with those that are left', () => {
    const mapping = 'row^lowcolumn-column-bank^lowcolumn-bankgroup^lowcolumn-column:2';
    // Column 0b1110110: bank group ^ 0b10, bank ^ 0b01, row ^ 0b111.
    expect(located(mapping, (0b11101 << 6) | 0b10)).toEqual([0b10 * 4 + 0b01, 0b111]);
  });

  test.each([
    'row-rank-bankgroup-bank-column',
    'row-bank-column-bankgroup',
    'row-bank^row-column-bankgroup^row-column:3',
    'row-bank:1^row-column-bank^column-bankgroup^column-column:4',
    'row^lowcolumn-column-bank^lowcolumn-bankgroup^lowcolumn-column:2',
  ])('%s is one to one', (mapping) => {
    const small = { ...ddr4, rows: 16 };
    const map = new AddressMap(small, mapping);
    const seen = new Map<string, number>();
    for (let burst = 0; burst < 16 * 16 * 128; burst++) {
      map.locate(burst);
      const key = `${map.bank} ${map.row}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(16 * 16);
    expect(new Set(seen.values())).toEqual(new Set([128]));
  });

  test.each([
    ['row-bank-colum', "'column'"],
    ['row-bankgroup-bank', 'column'],
    ['row-row-bankgroup-bank-column', 'row'],
    ['row-bankgroup-bank-column:9', 'column'],
    ['row^row-bankgroup-bank-column', 'hashed'],
  ])('refuses %s', (mapping, what) => {
    expect(() => new AddressMap(ddr4, mapping)).toThrow(what);
  });
});

describe('interleaving over channels', () => {
  test('gives each channel the consecutive bursts that hold its share of a range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(5000),
        fc.integer({ min: 1, max: 3000 }),
        (channels, burstsPerChunk, address, bytes) => {
          const map = new Interleave(channels, burstsPerChunk * 32, 32);
          const wanted = new Set<string>();
          for (let at = address; at < address + bytes; at++) {
            const [channel, burst] = [map.channelOf(at), map.burstOf(at)];
            wanted.add(`${channel} ${burst}`);
            expect(map.address(channel, burst)).toBe(at - (at % 32));
          }
          const got = new Set<string>();
          for (let channel = 0; channel < channels; channel++) {
            const [first, end] = map.bursts(channel, address, bytes);
            for (let burst = first; burst < end; burst++) got.add(`${channel} ${burst}`);
          }
          expect(got).toEqual(wanted);
        },
      ),
    );
  });
});
