/**
 * A price: an amount with its band, the rows it rests on and the arithmetic that made it. Prices are pJ a counted unit
 * (areas um2, leakage pJ/ns = mW); the unit is the caller's.
 *
 * A price is as weak as the weakest row in it, and interpolating weakens it further. Bands are added as if all rows were
 * low, or high, together: the sources' errors share causes, so they are not taken as independent.
 */
import { GRADES, type Grade, type PriceRow } from './row.ts';

export interface Price {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  readonly grade: Grade;
  /** Ids of the rows used. */
  readonly rows: readonly string[];
  readonly derivation: string;
  /** Sources of the rows, each place once. */
  readonly citations: readonly Citation[];
}

export interface Citation {
  readonly source: string;
  /** Table, page or run in the source. */
  readonly place: string;
}

export function priceOfRow(row: PriceRow): Price {
  return {
    amount: row.value,
    low: row.low,
    high: row.high,
    grade: row.grade,
    rows: [row.id],
    derivation: row.derivation,
    citations: [{ source: row.source, place: row.place }],
  };
}

export function weakest(grades: readonly Grade[]): Grade {
  let rank = 0;
  for (const grade of grades) rank = Math.max(rank, RANKS[grade]);
  return GRADES[rank]!;
}

const RANKS = Object.fromEntries(GRADES.map((grade, i) => [grade, i])) as Readonly<Record<Grade, number>>;

/** A price of other prices. What it rests on is gathered when it is asked for: most of a design space never asks. */
class DerivedPrice implements Price {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  readonly grade: Grade;
  readonly derivation: string;
  readonly #parts: readonly Price[];
  #rows: readonly string[] | undefined;
  #citations: readonly Citation[] | undefined;

  constructor(
    parts: readonly Price[],
    calculate: (amounts: readonly number[]) => number,
    derivation: string,
    atBest: Grade,
  ) {
    this.amount = calculate(parts.map((part) => part.amount));
    this.low = calculate(parts.map((part) => part.low));
    this.high = calculate(parts.map((part) => part.high));
    this.grade = weakest([atBest, ...parts.map((part) => part.grade)]);
    this.derivation = derivation;
    this.#parts = parts;
  }

  get rows(): readonly string[] {
    return (this.#rows ??= [...new Set(this.#parts.flatMap((part) => part.rows))]);
  }

  get citations(): readonly Citation[] {
    return (this.#citations ??= distinct(this.#parts.flatMap((part) => part.citations)));
  }
}

/**
 * A price made from others: `calculate` is applied to their amounts, to their lows and to their highs. It must be
 * monotone in each. `atBest` is the best grade that the calculation deserves.
 */
export function derivePrice(
  parts: readonly Price[],
  calculate: (amounts: readonly number[]) => number,
  derivation: string,
  atBest: Grade = 'measured',
): Price {
  return new DerivedPrice(parts, calculate, derivation, atBest);
}

/** The same price, come by in other words. */
export function renamePrice(price: Price, derivation: string): Price {
  return derivePrice([price], ([amount]) => amount!, derivation);
}

/** `price` × `factor`; a factor of one changes nothing. */
export function scalePrice(price: Price, factor: number, why: string, atBest: Grade = 'measured'): Price {
  if (factor === 1) return price;
  return derivePrice(
    [price],
    ([amount]) => amount! * factor,
    `${figure(price.amount)} (${price.derivation}) × ${why}`,
    atBest,
  );
}

/** Several prices together. */
export function sumPrices(parts: readonly Price[], derivation: string): Price {
  return derivePrice(parts, (amounts) => amounts.reduce((a, b) => a + b, 0), derivation);
}

/** A number as it stands in a derivation: four significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Citations as one text: each source once, with all its places. */
export function citationText(citations: readonly Citation[]): string {
  const sources = [...new Set(citations.map(({ source }) => source))];
  const placesIn = (source: string) =>
    citations.filter((each) => each.source === source).map(({ place }) => place);
  return sources.map((source) => [source, ...placesIn(source)].join('; ')).join('; ');
}

function distinct(citations: readonly Citation[]): Citation[] {
  const byText = new Map(citations.map((each) => [`${each.source}; ${each.place}`, each]));
  return [...byText.values()];
}
