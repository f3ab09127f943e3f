/**
 * The values that a constraint compares: a number with its dimension (in the unit named in `BASES`), a text, or yes and no. Quantities of machine files are read as `units/` reads them.
 */
import { TritsimError } from '../../errors/error.ts';
import { parseQuantity } from '../../units/parse.ts';
import { unitOf } from '../../units/unit.ts';

export interface Quantity {
  readonly value: number;
  /** `capacity`, `time`, `energy·time`, …; empty for a plain number. */
  readonly dimension: string;
}

export type Value = Quantity | string | boolean;

/** Base unit of each dimension, in which values are held. */
const BASES: Readonly<Record<string, string>> = {
  capacity: 'B',
  width: 'bit',
  cycles: 'cycles',
  frequency: 'Hz',
  time: 's',
  energy: 'J',
  power: 'W',
  voltage: 'V',
  current: 'A',
  length: 'mm',
  area: 'mm2',
  bandwidth: 'B/s',
};
const QUANTITY = /^\S+ (?<unit>\S+)$/;

/** `4 mm2` or `256 KiB` in its base unit. @throws UNIT_… as `parseQuantity` */
export function quantityOf(text: string): Quantity {
  const unit = unitOf(QUANTITY.exec(text)?.groups?.['unit'] ?? '');
  return { value: parseQuantity(text, BASES[unit.dimension]!), dimension: unit.dimension };
}

/** A value of a machine file: a number, a quantity where the text is one, else the text. */
export function valueOfData(data: unknown): Value | undefined {
  if (typeof data === 'number') return { value: data, dimension: '' };
  if (typeof data === 'boolean') return data;
  if (typeof data !== 'string') return undefined;
  if (!QUANTITY.test(data)) return data;
  try {
    return quantityOf(data);
  } catch (error) {
    if (error instanceof TritsimError) return data;
    throw error;
  }
}

/** What a value is, for errors. */
export function describeValue(value: Value): string {
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value === 'boolean') return 'a condition';
  return value.dimension === '' ? `the number ${value.value}` : `a quantity of ${value.dimension}`;
}
