/**
 * What the DRAM costs, by command, from the currents of its data sheet; per bit moved where only that is public. pJ a
 * command of a whole rank (all its devices): V × mA × ns.
 *
 *   ACT (with its precharge)  V (IDD0 tRC − IDD3N tRAS − IDD2N tRP)
 *   RD, WR                    V (IDD4R − IDD3N) burst, V (IDD4W − IDD3N) burst
 *   REF                       V (IDD5AB − IDD3N) tRFC, IDD5AB being the current during the refresh, not its average
 *   standby                   V IDD3N a rank-cycle with any bank open, V IDD2N with all closed
 *
 * The band of every one of these is that of the whole device: what is published of such devices per bit, read at peak from one
 * rank, over what these prices come to then, RD + ACT ÷ bursts a row + (standby + REF ÷ tREFI) × burst. All move together.
 *
 * Summed over the supply rails. Reference: the power model of DRAMsim3 (configuration.cc). A rail
 * VDDQ of the device file brings the device's own share of I/O (LPDDR4's IDD4R on VDDQ); DDR4's currents have none.
 *
 * NOT MODELLED: controller, PHY and termination; power-down and self-refresh; that typical currents lie below the data
 * sheet's maxima (the band reaches down to what is published); that a read's I/O current depends on the bits. A refresh of one bank is the whole refresh ÷ banks.
 * INACCURACY: a refresh is priced above IDD3N, as DRAMsim3 does, while the standby under it counts as all banks closed.
 */
import { TritsimError } from '../errors/error.ts';
import type { DramCounts } from '../sim/dram/counts.ts';
import {
  burstBytes,
  burstCycles,
  type DramDevice,
  type DramEnergyRange,
  type DramRail,
} from '../sim/dram/device.ts';
import { figure, scalePrice, type Price } from './price.ts';

const PS_PER_NS = 1000;
const BITS_PER_BYTE = 8;

/** What is charged for: its price, in what unit it is counted, and how often it was. */
export interface DramPrice {
  /** `act`, `rd`, `wr`, `ref`, `refpb`, `standby-active`, `standby-precharge`; `transfer` by pJ/bit. */
  readonly name: string;
  readonly unit: string;
  readonly price: Price;
  readonly countOf: (counts: DramCounts) => number;
}

/** One line of the DRAM's account: how often, what one costs, in what unit it is counted. */
export interface DramCharge extends Omit<DramPrice, 'countOf'> {
  readonly count: number;
}

/** Energy by command, pJ, or why there is none. */
export type DramEnergy =
  | { readonly byCommand: Readonly<Record<string, number>>; readonly total: number; readonly reason: null }
  | { readonly byCommand: null; readonly total: number | null; readonly reason: string };

const known = new WeakMap<DramDevice, readonly DramPrice[]>();

/**
 * What the device charges for; worked out once for a device.
 *
 * @throws ENERGY_DRAM where the device has no public figure, ENERGY_DRAM_CURRENT where a rail lacks a current
 */
export function dramPrices(device: DramDevice): readonly DramPrice[] {
  const before = known.get(device);
  if (before !== undefined) return before;
  const prices = pricesOf(device);
  known.set(device, prices);
  return prices;
}

/** The charges for `counts`; those with a count of zero are there too. @throws as `dramPrices` */
export function dramCharges(device: DramDevice, counts: DramCounts): DramCharge[] {
  return dramPrices(device).map(({ countOf, ...charge }) => ({ ...charge, count: countOf(counts) }));
}

/** The same by command, pJ, for a report of the DRAM alone; null with a reason where it can't be divided. */
export function dramEnergy(device: DramDevice, counts: DramCounts): DramEnergy {
  const { energy } = device;
  if (energy.by === 'none') return { byCommand: null, total: null, reason: energy.reason };
  const charges = dramCharges(device, counts);
  const amounts = charges.map(({ name, count, price }) => [name, count * price.amount] as const);
  const total = amounts.reduce((sum, [, pj]) => sum + pj, 0);
  if (energy.by === 'currents') return { byCommand: Object.fromEntries(amounts), total, reason: null };
  return {
    byCommand: null,
    total,
    reason: `no public currents; ${energy.picojoulesPerBit} pJ/bit, ${energy.source}`,
  };
}

function pricesOf(device: DramDevice): DramPrice[] {
  const { energy } = device;
  const prices = typicalPrices(device);
  const range = energy.by === 'none' ? undefined : energy.range;
  return range === undefined ? prices : withRange(prices, range, device);
}

/** The prices with the band that is published for the device. */
function withRange(prices: readonly DramPrice[], range: DramEnergyRange, device: DramDevice): DramPrice[] {
  const own = readPicojoulesPerBit(prices, device);
  const { lowPicojoulesPerBit: least, highPicojoulesPerBit: most, source } = range;
  const [low, high] = [Math.min(1, least / own), Math.max(1, most / own)];
  const why = `; the band is that of ${least} to ${most} pJ/bit as published, where this device comes to ${figure(own)} reading at peak`;
  return prices.map(({ price, ...rest }) => ({
    ...rest,
    price: {
      ...price,
      low: price.amount * low,
      high: price.amount * high,
      derivation: price.derivation + why,
      citations: [...price.citations, { source, place: 'range' }],
    },
  }));
}

/** What a bit costs that is read from open rows at peak, of one rank, all included, pJ. */
export function readPicojoulesPerBit(
  prices: readonly Pick<DramPrice, 'name' | 'price'>[],
  device: DramDevice,
): number {
  if (device.energy.by === 'pJ/bit') return device.energy.picojoulesPerBit;
  const of = (name: string): number => prices.find((each) => each.name === name)!.price.amount;
  const { burstsPerRow } = device.organisation;
  const background = of('standby-active') + of('ref') / device.timings['tREFI']!;
  const burst = of('rd') + of('act') / burstsPerRow + background * burstCycles(device);
  return burst / (burstBytes(device) * BITS_PER_BYTE);
}

function typicalPrices(device: DramDevice): DramPrice[] {
  const { energy } = device;
  switch (energy.by) {
    case 'currents':
      return commandPrices(device, energy.rails, energy.source);
    case 'pJ/bit': {
      const amount = energy.picojoulesPerBit;
      const derivation = 'per bit moved; activation, standby and refresh are in it';
      const price = exactPrice(amount, device, 'energy', derivation, energy.source);
      const countOf = ({ readBytes, writeBytes }: DramCounts): number =>
        (readBytes + writeBytes) * BITS_PER_BYTE;
      return [{ name: 'transfer', unit: 'bit', price, countOf }];
    }
    case 'none':
      throw new TritsimError('ENERGY_DRAM', 'the DRAM device has no energy figures', {
        place: device.name,
        found: energy.reason,
        hint: 'Take a device whose file gives currents or pJ/bit, or a copy of this one with a pJ/bit of your own.',
      });
  }
}

function commandPrices(device: DramDevice, rails: readonly DramRail[], source: string): DramPrice[] {
  const { bankGroups, banksPerGroup } = device.organisation;
  const cycles = (name: string) => device.timings[name]!;
  const burst = burstCycles(device);
  const price = (terms: readonly Term[]) => priceOfTerms(device, rails, terms, source);
  const ref = price(above('IDD5AB', cycles('tRFC')));
  const banks = bankGroups * banksPerGroup;
  return [
    command(
      'act',
      price([
        [1, 'IDD0', cycles('tRC')],
        [-1, 'IDD3N', cycles('tRAS')],
        [-1, 'IDD2N', cycles('tRP')],
      ]),
    ),
    command('rd', price(above('IDD4R', burst))),
    command('wr', price(above('IDD4W', burst))),
    command('ref', ref),
    command('refpb', scalePrice(ref, 1 / banks, `1 / ${banks} banks`, 'assumed')),
    {
      name: 'standby-active',
      unit: 'rank-cycle',
      price: price([[1, 'IDD3N', 1]]),
      countOf: (counts) => counts.activeStandbyCycles,
    },
    {
      name: 'standby-precharge',
      unit: 'rank-cycle',
      price: price([[1, 'IDD2N', 1]]),
      countOf: (counts) => counts.prechargeStandbyCycles,
    },
  ];
}

function command(name: 'act' | 'rd' | 'wr' | 'ref' | 'refpb', price: Price): DramPrice {
  return { name, unit: 'command', price, countOf: (counts) => counts[name] };
}

/** Sign, current and cycles. */
type Term = readonly [sign: number, current: string, cycles: number];

/** A current above active standby for `cycles`. */
function above(current: string, cycles: number): Term[] {
  return [
    [1, current, cycles],
    [-1, 'IDD3N', cycles],
  ];
}

/** Σ over rails and terms of V × mA × cycles, × period × devices of a rank. */
function priceOfTerms(
  device: DramDevice,
  rails: readonly DramRail[],
  terms: readonly Term[],
  source: string,
): Price {
  const [p, q] = device.periodPs;
  const ns = p / q / PS_PER_NS;
  const devices = device.organisation.devicesPerRank;
  let perCycle = 0;
  for (const rail of rails) {
    for (const [sign, current, cycles] of terms) {
      perCycle += sign * rail.volts * currentOf(device, rail, current) * cycles;
    }
  }
  const text = rails.map((rail) => railText(rail, terms));
  const derivation = `(${text.join(' + ')}) mA·cycles × ${figure(ns)} ns × ${devices} devices`;
  return exactPrice(perCycle * ns * devices, device, terms[0]![1], derivation, source);
}

function railText(rail: DramRail, terms: readonly Term[]): string {
  const own = terms.map(
    ([sign, current, cycles]) =>
      `${sign < 0 ? '− ' : ''}${current} ${rail.milliamperes[current]} × ${cycles}`,
  );
  return `${rail.name} ${rail.volts} V × (${own.join(' ')})`;
}

function currentOf(device: DramDevice, rail: DramRail, name: string): number {
  const value = rail.milliamperes[name];
  if (value !== undefined) return value;
  throw new TritsimError('ENERGY_DRAM_CURRENT', `the rail lacks the current ${name}`, {
    place: `${device.name}: ${rail.name}`,
    allowed: Object.keys(rail.milliamperes),
  });
}

/** A price without a band. */
function exactPrice(
  amount: number,
  device: DramDevice,
  row: string,
  derivation: string,
  source: string,
): Price {
  return {
    amount,
    low: amount,
    high: amount,
    grade: 'published',
    rows: [`${device.name}.${row}`],
    derivation,
    citations: [{ source, place: device.name }],
  };
}
