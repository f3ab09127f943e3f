/** Question: does DRAM energy by command equal the closed form, and another simulator's account? */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dramCharges, dramEnergy, dramPrices, readPicojoulesPerBit } from '../../src/energy/dram.ts';
import type { DramDevice } from '../../src/sim/dram/device.ts';
import { loadDevice } from '../../src/sim/dram/device-file.node.ts';
import { DDR4_3200, device, NO_DRAM } from './fixtures.ts';

const DDR4_2400 = device(
  'DDR4-2400',
  830,
  { busBits: 64, burstLength: 8, devicesPerRank: 8 },
  { tRC: 56, tRAS: 39, tRP: 17, tRFC: 420 },
  [
    {
      name: 'VDD',
      volts: 1.2,
      milliamperes: { IDD0: 48, IDD2N: 34, IDD3N: 43, IDD4R: 135, IDD4W: 123, IDD5AB: 250 },
    },
  ],
);
const HBM2 = device(
  'HBM2',
  1000,
  { busBits: 128, burstLength: 4, devicesPerRank: 1 },
  { tRC: 48, tRAS: 34, tRP: 14, tRFC: 260 },
  [
    {
      name: 'VDD',
      volts: 1.2,
      milliamperes: { IDD0: 65, IDD2N: 40, IDD3N: 55, IDD4R: 390, IDD4W: 500, IDD5AB: 250 },
    },
  ],
);
const LPDDR4 = loadDevice('LPDDR4-3200');
if (LPDDR4.energy.by !== 'currents') throw new Error('LPDDR4-3200 has currents');
const LPDDR4_CORE: DramDevice = {
  ...LPDDR4,
  energy: { ...LPDDR4.energy, rails: LPDDR4.energy.rails.filter((rail) => rail.name !== 'VDDQ') },
};

/** pJ of one command. */
function priceOf(of: DramDevice, name: string): number {
  return dramCharges(of, NO_DRAM).find((charge) => charge.name === name)!.price.amount;
}

describe('DDR4-3200 x8, eight devices, at the 0.63 ns that DRAMsim3 rounds its clock to', () => {
  const bits = 512;
  it('reads at 5.48 pJ/bit and writes at 4.63 pJ/bit', () => {
    expect((priceOf(DDR4_3200, 'rd') / bits).toFixed(2)).toBe('5.48');
    expect((priceOf(DDR4_3200, 'wr') / bits).toFixed(2)).toBe('4.63');
  });

  it('activates and precharges a rank for 4.23 nJ', () => {
    expect((priceOf(DDR4_3200, 'act') / 1000).toFixed(2)).toBe('4.23');
  });

  it('stands by at 499 mW and refreshes at 85 mW', () => {
    const ns = 0.63;
    expect((priceOf(DDR4_3200, 'standby-active') / ns).toFixed(0)).toBe('499');
    expect((priceOf(DDR4_3200, 'ref') / (12480 * ns)).toFixed(0)).toBe('85');
  });
});

describe('the shipped DDR4-3200', () => {
  it('costs 0.625 / 0.63 of that, since its clock is not rounded', () => {
    const shipped = loadDevice('DDR4-3200');
    expect(priceOf(shipped, 'rd') / priceOf(DDR4_3200, 'rd')).toBeCloseTo(0.625 / 0.63, 12);
    expect(priceOf(shipped, 'act') / priceOf(DDR4_3200, 'act')).toBeCloseTo(0.625 / 0.63, 12);
  });
});

describe('the shipped LPDDR4-3200 x16, on its rails', () => {
  it('reads at 5.26 pJ/bit in its core and 8.47 with its I/O rail, and writes at 5.03', () => {
    expect((priceOf(LPDDR4_CORE, 'rd') / 256).toFixed(2)).toBe('5.26');
    expect((priceOf(LPDDR4, 'rd') / 256).toFixed(2)).toBe('8.47');
    expect((priceOf(LPDDR4, 'wr') / 256).toFixed(2)).toBe('5.03');
  });

  it('activates for 1.20 nJ: VDD1 and VDD2 above standby, VDDQ nothing', () => {
    const vdd1 = 1.8 * (3.5 * 97 - 2.25 * 68 - 2 * 29);
    const vdd2 = 1.1 * (45 * 97 - 30 * 68 - 27 * 29);
    expect(priceOf(LPDDR4, 'act')).toBeCloseTo((vdd1 + vdd2) * 0.625, 9);
    expect((priceOf(LPDDR4, 'act') / 1000).toFixed(2)).toBe('1.20');
  });

  it('stands by at 38 mW and refreshes at 6 mW', () => {
    expect((priceOf(LPDDR4, 'standby-active') / 0.625).toFixed(0)).toBe('38');
    expect((priceOf(LPDDR4, 'ref') / (6246 * 0.625)).toFixed(0)).toBe('6');
  });

  it('refreshes one bank at its share of a whole refresh, graded as assumed', () => {
    const refpb = dramCharges(LPDDR4, NO_DRAM).find((charge) => charge.name === 'refpb')!;
    expect(refpb.price.amount).toBeCloseTo(priceOf(LPDDR4, 'ref') / 8, 9);
    expect(refpb.price.grade).toBe('assumed');
  });
});

describe("DRAMsim3's own account", () => {
  const [header, ...lines] = readFileSync(
    new URL('../fixtures/energy/dramsim3-energy.csv', import.meta.url),
    'utf8',
  )
    .trimEnd()
    .split('\n');
  const columns = header!.split(',');
  const devices: Readonly<Record<string, DramDevice>> = {
    DDR4_8Gb_x8_3200: DDR4_3200,
    DDR4_8Gb_x8_2400: DDR4_2400,
    HBM2_8Gb_x128: HBM2,
  };
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i]!, cell])));

  it.each(rows)('of $device under $pattern is ours, class by class', (row) => {
    const number = (column: string) => Number(row[column]);
    const energy = dramEnergy(devices[row['device']!]!, {
      ...NO_DRAM,
      act: number('act'),
      rd: number('rd'),
      wr: number('wr'),
      ref: number('ref'),
      activeStandbyCycles: number('rank_active_cycles'),
      prechargeStandbyCycles: number('all_bank_idle_cycles'),
    });
    const theirs = {
      act: number('e_act_pJ'),
      rd: number('e_read_pJ'),
      wr: number('e_write_pJ'),
      ref: number('e_ref_pJ'),
      'standby-active': number('e_act_stb_pJ'),
      'standby-precharge': number('e_pre_stb_pJ'),
    };
    // Both sum in double precision, in another order.
    for (const [name, pj] of Object.entries(theirs)) {
      const ours = energy.byCommand![name]!;
      expect(Math.abs(ours - pj), name).toBeLessThanOrEqual(1e-9 * pj);
    }
    expect(Math.abs(energy.total! - number('e_total_pJ'))).toBeLessThanOrEqual(1e-9 * number('e_total_pJ'));
  });
});

describe('a device without currents', () => {
  it('is priced per bit moved, and not by command, with the reason', () => {
    const flat: DramDevice = {
      ...DDR4_3200,
      name: 'LPDDR5',
      energy: { by: 'pJ/bit', picojoulesPerBit: 9, source: 'a paper' },
    };
    const counts = { ...NO_DRAM, rd: 3, readBytes: 192, writeBytes: 64 };
    expect(dramCharges(flat, counts)).toMatchObject([{ name: 'transfer', count: 2048, unit: 'bit' }]);
    expect(dramEnergy(flat, counts)).toEqual({
      byCommand: null,
      total: 2048 * 9,
      reason: 'no public currents; 9 pJ/bit, a paper',
    });
  });

  it('is refused where it has no figure at all', () => {
    const none: DramDevice = {
      ...DDR4_3200,
      name: 'HBM9',
      energy: { by: 'none', reason: 'nothing published' },
    };
    expect(() => dramCharges(none, NO_DRAM)).toThrow(/HBM9.*nothing published/);
    expect(dramEnergy(none, NO_DRAM)).toEqual({ byCommand: null, total: null, reason: 'nothing published' });
  });

  it('is refused by the name of the current that a rail lacks', () => {
    const rail = { name: 'VDD', volts: 1.2, milliamperes: { IDD0: 57, IDD3N: 52 } };
    const bad: DramDevice = { ...DDR4_3200, energy: { by: 'currents', rails: [rail], source: 'a test' } };
    expect(() => dramCharges(bad, NO_DRAM)).toThrow(/DDR4-3200: VDD.*IDD5AB.*IDD0, IDD3N/);
  });
});

describe('the band', () => {
  it.each([
    ['LPDDR4-3200', 9.4, 8, 14],
    ['DDR4-3200', 8.4, 8.4, 20.3],
    ['HBM2-2000', 3.92, 3.9, 7],
  ])('of %s, which reads at %d pJ/bit at peak, is that of %d to %d', (name, typical, least, most) => {
    const of = loadDevice(name);
    const prices = dramPrices(of);
    expect(readPicojoulesPerBit(prices, of)).toBeCloseTo(typical, 1);
    const at = (end: 'low' | 'high') =>
      readPicojoulesPerBit(
        prices.map(({ name: command, price }) => ({
          name: command,
          price: { ...price, amount: price[end] },
        })),
        of.energy.by === 'pJ/bit'
          ? { ...of, energy: { ...of.energy, picojoulesPerBit: prices[0]!.price[end] } }
          : of,
      );
    expect(at('low')).toBeCloseTo(Math.min(least, readPicojoulesPerBit(prices, of)), 9);
    expect(at('high')).toBeCloseTo(most, 9);
  });

  it('moves all commands by one factor, and names its source', () => {
    const prices = dramPrices(LPDDR4);
    const factors = new Set(prices.map(({ price }) => (price.high / price.amount).toFixed(12)));
    expect(factors.size).toBe(1);
    for (const { price } of prices) {
      expect(price.low).toBeLessThan(price.amount);
      expect(price.citations.at(-1)).toEqual({
        source: LPDDR4.energy.by === 'currents' && LPDDR4.energy.range!.source,
        place: 'range',
      });
      expect(price.derivation).toContain('8 to 14 pJ/bit as published');
    }
  });

  it('is the value where nothing is published', () => {
    for (const { price } of dramPrices(DDR4_3200))
      expect([price.low, price.high]).toEqual([price.amount, price.amount]);
  });
});
