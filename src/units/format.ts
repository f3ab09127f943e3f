/**
 * Quantities to text for tables and labels: engineering prefixes, a fixed number of significant digits, the same text
 * on every machine (no locale). What these write, `parse.ts` reads.
 */
import { TritsimError } from '../errors/error.ts';

const DIGITS = 3;
const SI_PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
const SI_UNITY = SI_PREFIXES.indexOf('');
const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti'];

/** Seconds: `1.25 ms`. */
export function formatTime(seconds: number): string {
  return engineering(seconds, 's', '');
}

/** Joules: `38.1 mJ`. */
export function formatEnergy(joules: number): string {
  return engineering(joules, 'J', 'M');
}

/** Watts: `1.02 W`. */
export function formatPower(watts: number): string {
  return engineering(watts, 'W', 'M');
}

/** Hertz: `1.60 GHz`. */
export function formatFrequency(hertz: number): string {
  return engineering(hertz, 'Hz', 'G', '');
}

/** Bytes a second, decimal: `25.6 GB/s`. */
export function formatBandwidth(bytesPerSecond: number): string {
  return engineering(bytesPerSecond, 'B/s', 'T', '');
}

/** Bytes, binary: `417 B`, `256 KiB`, `1.50 MiB`. */
export function formatBytes(bytes: number): string {
  requireFinite(bytes);
  const size = Math.abs(bytes);
  let step = 0;
  while (step + 1 < BINARY_PREFIXES.length && rounded(size / 1024 ** step) >= 1024) step++;
  const value = bytes / 1024 ** step;
  const text = Number.isInteger(value) ? String(value) : formatSignificant(value);
  return `${text} ${BINARY_PREFIXES[step]!}B`;
}

/** A whole number with its thousands grouped: `12,345,678`. */
export function formatCount(count: number): string {
  if (!Number.isSafeInteger(count)) {
    throw new TritsimError('UNIT_NOT_WHOLE', 'a count must be a whole number', { found: String(count) });
  }
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** How many times one value is the other: `2.71×`. */
export function formatRatio(ratio: number): string {
  return `${formatSignificant(ratio)}×`;
}

/** A fraction of one as percent with one decimal: `42.2 %`. */
export function formatPercent(part: number): string {
  requireFinite(part);
  return `${(part * 100).toFixed(1)} %`;
}

/** A plain number with `digits` significant digits and no exponent: `0.00712`, `2.00`, `1235`. */
export function formatSignificant(value: number, digits: number = DIGITS): string {
  requireFinite(value);
  const exponent = exponentOf(value, digits);
  return value.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent)));
}

/** `value` of the unit `base`, with the prefix that leaves one to three digits before the point. */
function engineering(value: number, base: string, largest: string, smallest = 'a'): string {
  requireFinite(value);
  if (value === 0) return `0 ${base}`;
  const [mantissa, exponent] = value.toExponential(DIGITS - 1).split('e') as [string, string];
  const index = Math.min(
    Math.max(Math.floor(Number(exponent) / 3) + SI_UNITY, SI_PREFIXES.indexOf(smallest)),
    SI_PREFIXES.indexOf(largest),
  );
  const shift = Number(exponent) - 3 * (index - SI_UNITY);
  // Beyond the largest prefix all digits before the point stand.
  const scaled = shift < DIGITS ? Number(`${mantissa}e${shift}`) : value / 1000 ** (index - SI_UNITY);
  const text = scaled.toFixed(Math.max(0, DIGITS - 1 - shift));
  return `${text} ${SI_PREFIXES[index]!}${base}`;
}

/** Power of ten of the first digit once rounded to `digits`. */
function exponentOf(value: number, digits: number): number {
  return Number(value.toExponential(digits - 1).split('e')[1]);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS + 1));
}

function requireFinite(value: number): void {
  if (!Number.isFinite(value)) {
    throw new TritsimError('UNIT_RANGE', 'a quantity must be a finite number', { found: String(value) });
  }
}
