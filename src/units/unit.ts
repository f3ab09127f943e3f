/**
 * The units that quantities may be written in: one table of symbols, each with its dimension and its exact factor to
 * the dimension's base unit. Decimal and binary prefixes are different symbols (`kB` is 1000 bytes, `KiB` is 1024).
 * Prefixes: SI brochure (BIPM, 9th edition) and IEC 80000-13.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';

export type Dimension =
  | 'capacity'
  | 'width'
  | 'cycles'
  | 'frequency'
  | 'time'
  | 'energy'
  | 'power'
  | 'voltage'
  | 'current'
  | 'length'
  | 'area'
  | 'bandwidth';

/** A unit: 10^decimal × 2^binary of its dimension's base unit. */
export interface Unit {
  readonly symbol: string;
  readonly dimension: Dimension;
  readonly decimal: number;
  readonly binary: number;
}

interface DimensionRow {
  readonly base: string;
  readonly prefixes: readonly string[];
  /** Power of the base that a prefix is raised to: 2 for an area. */
  readonly power: number;
  readonly example: string;
}

const PREFIXES: Readonly<Record<string, readonly [decimal: number, binary: number]>> = {
  a: [-18, 0],
  f: [-15, 0],
  p: [-12, 0],
  n: [-9, 0],
  u: [-6, 0],
  µ: [-6, 0],
  m: [-3, 0],
  '': [0, 0],
  k: [3, 0],
  M: [6, 0],
  G: [9, 0],
  T: [12, 0],
  Ki: [0, 10],
  Mi: [0, 20],
  Gi: [0, 30],
  Ti: [0, 40],
};

const LARGE = ['', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti'];
const SMALL = ['a', 'f', 'p', 'n', 'u', 'µ', 'm', '', 'k', 'M'];

const DIMENSIONS: Readonly<Record<Dimension, DimensionRow>> = {
  capacity: { base: 'B', prefixes: LARGE, power: 1, example: '256 KiB' },
  width: { base: 'bit', prefixes: LARGE, power: 1, example: '64 bit' },
  cycles: { base: 'cycles', prefixes: [''], power: 1, example: '3 cycles' },
  frequency: { base: 'Hz', prefixes: ['', 'k', 'M', 'G'], power: 1, example: '1.6 GHz' },
  time: { base: 's', prefixes: ['f', 'p', 'n', 'u', 'µ', 'm', ''], power: 1, example: '0.625 ns' },
  energy: { base: 'J', prefixes: SMALL, power: 1, example: '12 pJ' },
  power: { base: 'W', prefixes: SMALL, power: 1, example: '38 mW' },
  voltage: { base: 'V', prefixes: ['m', ''], power: 1, example: '0.8 V' },
  current: { base: 'A', prefixes: ['n', 'u', 'µ', 'm', ''], power: 1, example: '48 mA' },
  length: { base: 'm', prefixes: ['n', 'u', 'µ', 'm'], power: 1, example: '7 nm' },
  area: { base: 'm2', prefixes: ['n', 'u', 'µ', 'm'], power: 2, example: '0.81 mm2' },
  bandwidth: { base: 'B/s', prefixes: LARGE, power: 1, example: '25.6 GB/s' },
};

/** Symbols that people write and that mean two things. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  KB: "Write 'kB' for 1000 bytes or 'KiB' for 1024",
  Kb: "Write 'kbit' for 1000 bits or 'Kibit' for 1024",
  b: "Write 'bit' or 'B'",
};

const UNITS: ReadonlyMap<string, Unit> = tabulate();

function tabulate(): Map<string, Unit> {
  const units = new Map<string, Unit>([
    ['cycle', { symbol: 'cycle', dimension: 'cycles', decimal: 0, binary: 0 }],
  ]);
  for (const [dimension, row] of Object.entries(DIMENSIONS) as [Dimension, DimensionRow][]) {
    for (const prefix of row.prefixes) {
      const [decimal, binary] = PREFIXES[prefix]!;
      const symbol = prefix + row.base;
      units.set(symbol, { symbol, dimension, decimal: decimal * row.power, binary: binary * row.power });
    }
  }
  return units;
}

/** Symbols of a dimension, in the order of the table. */
export function symbolsOf(dimension: Dimension): string[] {
  return [...UNITS.values()].filter((unit) => unit.dimension === dimension).map((unit) => unit.symbol);
}

/** A quantity of this dimension as one would write it. */
export function exampleOf(dimension: Dimension): string {
  return DIMENSIONS[dimension].example;
}

/**
 * The unit of a symbol.
 * @throws UNIT_UNKNOWN with the nearest symbol; `expected` narrows what is offered.
 */
export function unitOf(symbol: string, expected?: Dimension): Unit {
  const unit = UNITS.get(symbol);
  if (unit !== undefined) return unit;
  const offered = expected === undefined ? [...UNITS.keys()] : symbolsOf(expected);
  const hint = AMBIGUOUS[symbol] ?? didYouMean(symbol, offered);
  throw new TritsimError('UNIT_UNKNOWN', 'unknown unit', {
    found: `'${symbol}'`,
    ...(expected === undefined ? {} : { allowed: offered }),
    ...(hint === undefined ? {} : { hint }),
  });
}
