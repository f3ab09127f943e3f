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
  return GRADES[Math.max(...grades.map((grade) => GRADES.indexOf(grade)))]!;
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
  return {
    amount: calculate(parts.map((part) => part.amount)),
    low: calculate(parts.map((part) => part.low)),
    high: calculate(parts.map((part) => part.high)),
    grade: weakest([atBest, ...parts.map((part) => part.grade)]),
    rows: [...new Set(parts.flatMap((part) => part.rows))],
    derivation,
    citations: distinct(parts.flatMap((part) => part.citations)),
  };
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
