/**
 * An access of a buffer's port, and the buffer's leakage, by its capacity. Between two capacities of the table the value
 * is interpolated log-log; outside them it is refused, or continued where that was asked for by name. pJ an access; mW of a buffer.
 *
 * The capacity is that of the whole buffer, not of the bank that answers: the wires across all banks are in it.
 *
 * NOT MODELLED: bank selection and low-power modes, a second port's area (1r1w is priced as 1rw), ECC.
 */
import { TritsimError } from '../errors/error.ts';
import type { BufferConfig } from '../hardware/machine.ts';
import { derivePrice, figure, priceOfRow, renamePrice, scalePrice, type Price } from './price.ts';
import type { Grade, PriceRow, SramAction } from './row.ts';
import { hasRows, rowsFor, type PriceTable } from './table.ts';

type SramRow = PriceRow & { readonly action: SramAction };

/** How far beyond the rows the line may be followed where that is asked for. */
const BEYOND_TIMES = 16;

/** A point of a curve: its abscissa and the price there. */
interface Point {
  readonly x: number;
  readonly price: Price;
}

/**
 * The price of one access of the buffer's whole port. A table without write prices writes at the price of a read.
 *
 * @throws PRICE_SRAM_CAPACITY outside the table's capacities, PRICE_SRAM_PORT for a port narrower than it knows
 */
export function sramAccessPrice(
  table: PriceTable,
  action: 'sram-read' | 'sram-write',
  buffer: BufferConfig,
): Price {
  const hasOwn = hasRows(table, action);
  const rows: SramRow[] = rowsFor(table, hasOwn ? action : 'sram-read');
  const price =
    table.sramPort === 'proportional' ? proportional(table, rows, buffer) : inLockstep(table, rows, buffer);
  return hasOwn ? price : renamePrice(price, `as a read: ${price.derivation}`);
}

/**
 * Leakage power of the whole buffer, mW. Its port's width is left out: in CACTI's sweep it moves leakage by less than a
 * fifth.
 *
 * @throws PRICE_SRAM_CAPACITY
 */
export function sramLeakagePrice(table: PriceTable, capacityBytes: number): Price {
  return atCapacity(table, rowsFor(table, 'sram-leakage'), capacityBytes);
}

/**
 * Area of the whole buffer, mm2; its port's width is left out as for leakage.
 *
 * @throws PRICE_SRAM_CAPACITY
 */
export function sramArea(table: PriceTable, capacityBytes: number): Price {
  return atCapacity(table, rowsFor(table, 'sram-area'), capacityBytes);
}

function proportional(table: PriceTable, rows: readonly SramRow[], buffer: BufferConfig): Price {
  const portBits = rows[0]!.portBits;
  const whole = atCapacity(table, rows, buffer.capacityBytes);
  return scalePrice(whole, buffer.portBits / portBits, `${buffer.portBits} / ${portBits} bit`, 'scaled');
}

function inLockstep(table: PriceTable, rows: readonly SramRow[], buffer: BufferConfig): Price {
  const widths = [...new Set(rows.map((row) => row.portBits))].toSorted((a, b) => a - b);
  const macros = Math.ceil(buffer.portBits / widths.at(-1)!);
  const width = buffer.portBits / macros;
  if (width < widths[0]!) {
    throw new TritsimError('PRICE_SRAM_PORT', 'no price for a port this narrow', {
      place: `prices ${table.name}`,
      found: `${buffer.portBits} bit`,
      allowed: [`${widths[0]} bit and more`],
    });
  }
  const points = widths.map((x) => ({
    x,
    price: atCapacity(
      table,
      rows.filter((row) => row.portBits === x),
      buffer.capacityBytes / macros,
    ),
  }));
  return scalePrice(interpolate(points, width, 'bit'), macros, `${macros} macros in lockstep`, 'scaled');
}

/** Prices by capacity for the rows of a table: most machines of a design space share their buffers with others. */
const byCapacity = new WeakMap<readonly SramRow[], Map<number, Price>>();

function atCapacity(table: PriceTable, rows: readonly SramRow[], capacityBytes: number): Price {
  let known = byCapacity.get(rows);
  if (known === undefined) byCapacity.set(rows, (known = new Map()));
  let price = known.get(capacityBytes);
  if (price === undefined) known.set(capacityBytes, (price = findAtCapacity(table, rows, capacityBytes)));
  return price;
}

function findAtCapacity(table: PriceTable, rows: readonly SramRow[], capacityBytes: number): Price {
  const points = rows
    .map((row) => ({ x: row.capacityBytes, price: priceOfRow(row) }))
    .toSorted((a, b) => a.x - b.x);
  const [least, most] = [points[0]!.x, points.at(-1)!.x];
  if (capacityBytes < least || capacityBytes > most) {
    const within = capacityBytes >= least / BEYOND_TIMES && capacityBytes <= most * BEYOND_TIMES;
    if (table.sramBeyond === 'last-slope' && within && points.length > 1) {
      const ends = capacityBytes < least ? points.slice(0, 2) : points.slice(-2);
      return onLine(ends[0]!, ends[1]!, capacityBytes, 'B, continued,', 'assumed');
    }
    throw new TritsimError(
      'PRICE_SRAM_CAPACITY',
      `no ${rows[0]!.action} price for a buffer of this capacity`,
      {
        place: `prices ${table.name}`,
        found: `${capacityBytes} B`,
        allowed: [`${least} to ${most} B`],
        hint: 'The table is continued beyond the capacities of its source only where --sram-beyond says so.',
      },
    );
  }
  return interpolate(points, capacityBytes, 'B');
}

/** On the straight line in log-log between the two points around `x`; `points` ascend and enclose it. */
function interpolate(points: readonly Point[], x: number, unit: string): Price {
  const above = points.findIndex((point) => point.x >= x);
  const to = points[above]!;
  if (to.x === x) return to.price;
  const from = points[above - 1]!;
  return onLine(from, to, x, unit, 'scaled');
}

/** The straight line in log-log through two points, at `x`. */
function onLine(from: Point, to: Point, x: number, unit: string, grade: Grade): Price {
  const position = Math.log(x / from.x) / Math.log(to.x / from.x);
  const amount = (low: number, high: number): number => low * (high / low) ** position;
  return derivePrice(
    [from.price, to.price],
    ([low, high]) => amount(low!, high!),
    `${figure(x)} ${unit} log-log between ${figure(from.price.amount)} at ${from.x} ${unit} and ${figure(to.price.amount)} at ${to.x} ${unit}`,
    grade,
  );
}
