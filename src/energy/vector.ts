/**
 * Elementary operations of the vector unit, each made of multiplications and additions of its own format. pJ an element.
 *
 * NOT MODELLED: the seed tables of division and reciprocal root, the shifter of the exponential, and the shorter
 * iterations that 16-bit formats would do with.
 */
import { TritsimError } from '../errors/error.ts';
import type { VectorOp } from '../hardware/machine.ts';
import type { NumberFormat } from '../sim/ledger.ts';
import { integerAddPrice } from './integer-add.ts';
import { derivePrice, figure, priceOfRow, type Price } from './price.ts';
import { formatPrice, rowsFor, type PriceTable } from './table.ts';

/** Width of the operands of an int8 addition. */
const INT8_BITS = 8;

/** An addition of two numbers of one format; int8 is the integer addition of eight bits. @throws PRICE_MISSING */
export function addPrice(table: PriceTable, format: NumberFormat): Price {
  return format === 'int8' ? integerAddPrice(table, INT8_BITS) : formatPrice(table, 'add', format);
}

/** One element through one operation. @throws PRICE_MISSING for an operation or format that the table lacks */
export function vectorPrice(table: PriceTable, op: VectorOp, format: NumberFormat): Price {
  const rows = rowsFor(table, 'vector').filter((row) => row.op === op);
  if (rows.length === 0) {
    throw new TritsimError('PRICE_MISSING', `the table has no row for the vector operation ${op}`, {
      place: `prices ${table.name}`,
    });
  }
  const parts = rows.flatMap((row) => [
    priceOfRow(row),
    row.part === 'add' ? addPrice(table, format) : formatPrice(table, 'multiply', format),
  ]);
  const text = rows.map((row, i) => `${figure(row.value)} ${row.part} × ${figure(parts[2 * i + 1]!.amount)}`);
  return derivePrice(parts, sumOfProducts, `${text.join(' + ')} in ${format}`);
}

/** Of count, price, count, price, … */
function sumOfProducts(amounts: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < amounts.length; i += 2) sum += amounts[i]! * amounts[i + 1]!;
  return sum;
}
