/**
 * How far the ratio of two energies can be moved by the prices' ranges. The same row of the same table moves both
 * machines together (a dearer SRAM access is dearer on both), and so do all prices of one DRAM device; different rows move on their own: the band is from the least
 * to the largest ratio over all ways to set each row to its low, its value or its high. So a ratio of like parts has a narrow
 * band, though both energies have wide ones.
 *
 * The extremes are found by Dinkelbach's method for ratios: with the best ratio so far as the exchange rate, each row takes
 * the setting that helps most; the energies are then priced exactly with all rows so set, until nothing changes.
 * INACCURACY: which setting helps is judged row by row from the typical prices, so where rows multiply each other (an area
 * and a leakage by area) an extreme may be missed by a little; what is returned is always reached.
 */
import { askedPrice } from '../energy/asked-price.ts';
import type { Charge } from '../energy/charges.ts';
import type { Price } from '../energy/price.ts';
import type { PriceRow } from '../energy/row.ts';
import type { PriceTable } from '../energy/table.ts';

/** Rounds until the exchange rate stands still; two or three in practice. */
const MOST_ROUNDS = 8;

/** The charges of one machine and the table that they were priced with. */
export interface Account {
  readonly charges: readonly Charge[];
  readonly table: PriceTable;
  /** The price of a charge in a table with other values; absent: what the charge asks for. */
  readonly priceIn?: (charge: Charge, table: PriceTable) => Price;
}

type Setting = 'low' | 'high';
/** What each row is set to; rows that are not here have their value. */
type Settings = ReadonlyMap<string, Setting>;

/** How both energies change, pJ, where a row alone is set. */
interface Effect {
  readonly row: string;
  readonly setting: Setting;
  readonly above: number;
  readonly below: number;
}

/** Low and high of (energy of `above`) ÷ (energy of `below`). */
export function ratioBand(above: Account, below: Account): { low: number; high: number } {
  const effects = effectsOf(above, below);
  const typical = { above: energyOf(above, new Map()), below: energyOf(below, new Map()) };
  const extreme = (sign: 1 | -1): number => {
    let best = typical.above / typical.below;
    let settings: Settings = new Map();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const next = bestSettings(effects, best, sign);
      if (same(next, settings)) break;
      settings = next;
      const ratio = energyOf(above, settings) / energyOf(below, settings);
      if (sign * (ratio - best) <= 0) break;
      best = ratio;
    }
    return best;
  };
  return { low: extreme(-1), high: extreme(1) };
}

/** For each row the setting that gains most at the exchange rate `ratio`. */
function bestSettings(effects: readonly Effect[], ratio: number, sign: 1 | -1): Settings {
  const gains = new Map<string, number>();
  const settings = new Map<string, Setting>();
  for (const { row, setting, above, below } of effects) {
    const gain = sign * (above - ratio * below);
    if (gain <= (gains.get(row) ?? 0)) continue;
    gains.set(row, gain);
    settings.set(row, setting);
  }
  return settings;
}

function same(a: Settings, b: Settings): boolean {
  return a.size === b.size && [...a].every(([row, setting]) => b.get(row) === setting);
}

function effectsOf(above: Account, below: Account): Effect[] {
  const [changesAbove, changesBelow] = [changesOf(above), changesOf(below)];
  const keys = new Set([...changesAbove.keys(), ...changesBelow.keys()]);
  return [...keys].flatMap((row) =>
    (['low', 'high'] as const).map((setting): Effect => {
      const change = (of: Changes): number => of.get(row)?.[setting] ?? 0;
      return { row, setting, above: change(changesAbove), below: change(changesBelow) };
    }),
  );
}

type Changes = ReadonlyMap<string, Readonly<Record<Setting, number>>>;

/** By how much each row alone moves the account, pJ. */
function changesOf({ charges, table, priceIn = asks }: Account): Changes {
  const users = new Map<string, Charge[]>();
  for (const charge of charges) {
    for (const id of charge.price.rows) {
      const own = users.get(id);
      if (own === undefined) users.set(id, [charge]);
      else own.push(charge);
    }
  }
  const changes = new Map<string, Record<Setting, number>>();
  for (const row of table.rows) {
    const own = users.get(row.id);
    if (own === undefined || row.low === row.high) continue;
    const before = own.reduce((sum, { count, price }) => sum + count * price.amount, 0);
    const change = (setting: Setting): number => {
      const changed = withRows(table, new Map([[keyOf(table, row.id), setting]]));
      return own.reduce((sum, charge) => sum + charge.count * priceIn(charge, changed).amount, 0) - before;
    };
    changes.set(keyOf(table, row.id), { low: change('low'), high: change('high') });
  }
  for (const { asked, count, price } of charges) {
    if (asked.for !== 'dram' || price.low === price.high) continue;
    const key = dramKey(asked.device);
    const before = changes.get(key) ?? { low: 0, high: 0 };
    const change = (setting: Setting): number => before[setting] + count * (price[setting] - price.amount);
    changes.set(key, { low: change('low'), high: change('high') });
  }
  return changes;
}

function energyOf({ charges, table, priceIn = asks }: Account, settings: Settings): number {
  const changed = settings.size === 0 ? table : withRows(table, settings);
  return charges.reduce((sum, charge) => {
    const { asked, count } = charge;
    const setting = asked.for === 'dram' ? settings.get(dramKey(asked.device)) : undefined;
    const amount = setting === undefined ? priceIn(charge, changed).amount : charge.price[setting];
    return sum + count * amount;
  }, 0);
}

/** A DRAM device's prices are in no table: they are one row of their own. */
function dramKey(device: string): string {
  return `dram ${device}`;
}

function asks({ asked }: Charge, table: PriceTable): Price {
  return askedPrice(asked, table);
}

function withRows(table: PriceTable, settings: Settings): PriceTable {
  const rows = table.rows.map((row): PriceRow => {
    const setting = settings.get(keyOf(table, row.id));
    return setting === undefined ? row : { ...row, value: row[setting] };
  });
  return { ...table, rows };
}

/** Rows of two tables are one only where the tables are. */
function keyOf({ hash }: PriceTable, id: string): string {
  return `${hash} ${id}`;
}
