/**
 * Quantities from text: a decimal number, one space, a unit (`256 KiB`, `1.6 GHz`, `0.625 ns`). The value is exact
 * until it is handed out as a number in the unit that the caller names, so `0.1 KiB` is known not to be whole and a
 * frequency gives its period as a true fraction.
 */
import { TritsimError } from '../errors/error.ts';
import { exampleOf, unitOf, type Unit } from './unit.ts';

/** A clock's frequency, hertz, and its period as a reduced fraction p/q of picoseconds. */
export interface Frequency {
  readonly hz: number;
  readonly periodPs: readonly [p: number, q: number];
}

interface Exact {
  readonly digits: bigint;
  readonly exponent: number;
  readonly unit: Unit;
}

/** At most 30 digits and a two-digit exponent: wider numbers are mistakes, and exact arithmetic on them is slow. */
const FORM =
  /^(?<whole>0|[1-9]\d{0,29})(?:\.(?<fraction>\d{1,30}))?(?:e(?<exponent>[+-]?\d{1,2}))? (?<unit>\S+)$/;
const PICOSECONDS_PER_SECOND = 10n ** 12n;

/**
 * The value of `text` in `unit`, correctly rounded to a double.
 * @throws UNIT_SYNTAX where it is not "number space unit", UNIT_UNKNOWN, UNIT_DIMENSION.
 */
export function parseQuantity(text: string, unit: string): number {
  const target = unitOf(unit);
  const { digits, exponent, unit: own } = parseExact(text, target);
  return Number(`${digits}e${exponent + own.decimal - target.decimal}`) * 2 ** (own.binary - target.binary);
}

/**
 * The value of `text` in `unit`, a whole number.
 * @throws as parseQuantity, and UNIT_NOT_WHOLE where it is a fraction or beyond 2^53 − 1.
 */
export function parseWhole(text: string, unit: string): number {
  const target = unitOf(unit);
  const [numerator, denominator] = fraction(parseExact(text, target), target);
  const value = Number(numerator / denominator);
  if (numerator % denominator !== 0n || !Number.isSafeInteger(value)) {
    throw new TritsimError('UNIT_NOT_WHOLE', `expected a whole number of ${unit}`, { found: `'${text}'` });
  }
  return value;
}

/**
 * A frequency and its exact period: `1.6 GHz` is 625/1 ps, `3 GHz` is 1000/3 ps.
 * @throws as parseQuantity, and UNIT_RANGE where it is zero or its period is no fraction of safe integers.
 */
export function parseFrequency(text: string): Frequency {
  const hertz = unitOf('Hz');
  const [numerator, denominator] = fraction(parseExact(text, hertz), hertz);
  if (numerator === 0n)
    throw new TritsimError('UNIT_RANGE', 'a frequency must be above zero', { found: `'${text}'` });
  const p = PICOSECONDS_PER_SECOND * denominator;
  const divisor = greatestCommonDivisor(p, numerator);
  const period = [Number(p / divisor), Number(numerator / divisor)] as const;
  if (!period.every((part) => Number.isSafeInteger(part))) {
    throw new TritsimError('UNIT_RANGE', 'the period is no fraction of whole numbers below 2^53', {
      found: `'${text}'`,
      hint: 'Write the frequency with fewer digits',
    });
  }
  return { hz: parseQuantity(text, 'Hz'), periodPs: period };
}

function parseExact(text: string, target: Unit): Exact {
  const groups = FORM.exec(text)?.groups;
  if (groups === undefined) {
    throw new TritsimError(
      'UNIT_SYNTAX',
      `expected a number, one space and a unit, as in '${exampleOf(target.dimension)}'`,
      {
        found: `'${text}'`,
      },
    );
  }
  const unit = unitOf(groups['unit']!, target.dimension);
  if (unit.dimension !== target.dimension) {
    throw new TritsimError(
      'UNIT_DIMENSION',
      `expected a ${target.dimension} such as '${exampleOf(target.dimension)}'`,
      {
        found: `'${text}', a ${unit.dimension}`,
      },
    );
  }
  const fractionDigits = groups['fraction'] ?? '';
  return {
    digits: BigInt(groups['whole']! + fractionDigits),
    exponent: Number(groups['exponent'] ?? 0) - fractionDigits.length,
    unit,
  };
}

/** The exact value in `target` as numerator and denominator, not reduced. */
function fraction({ digits, exponent, unit }: Exact, target: Unit): [bigint, bigint] {
  let numerator = digits;
  let denominator = 1n;
  for (const [base, power] of [
    [10n, exponent + unit.decimal - target.decimal],
    [2n, unit.binary - target.binary],
  ] as const) {
    if (power >= 0) numerator *= base ** BigInt(power);
    else denominator *= base ** BigInt(-power);
  }
  return [numerator, denominator];
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
