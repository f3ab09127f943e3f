/**
 * Transistor counts of synthesized array elements (`tritsim.transistors/1`) as rows of a price table. The file also counts
 * elements that no array kind is made of (a ternary systolic cell, an INT8 tree), for comparison; they make no rows.
 */
import * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import type { Parsed } from './table-file.ts';
import { ELEMENTS, GRADES, type ElementKind, type PriceRow } from './row.ts';

export const TRANSISTORS_SCHEMA = 'tritsim.transistors/1';

const text = z.string().min(1);
const whole = z.int().min(1);

export const transistorsFile = z.strictObject({
  schema: z.literal(TRANSISTORS_SCHEMA),
  name: text,
  description: text,
  unit: z.literal('transistors'),
  per: z.literal('element'),
  command: text,
  place: text,
  derivation: text,
  source: text,
  grade: z.enum(GRADES).exclude(['user']),
  range: text,
  not_counted: text,
  rows: z.record(
    text,
    z.strictObject({
      design: text,
      inputs: whole.exactOptional(),
      lanes: whole.exactOptional(),
      window: whole.exactOptional(),
      queue: whole.exactOptional(),
      accumulator_bits: whole,
      value: whole,
      low: whole,
      high: whole,
    }),
  ),
});
export type TransistorsFile = z.output<typeof transistorsFile>;

/** @throws PRICES_VALUE where an element that arrays are made of is missing */
export function transistorRows({ value: file, yaml }: Parsed<TransistorsFile>): PriceRow[] {
  const rows = Object.entries(file.rows).flatMap(([id, row]): PriceRow[] => {
    const element = ELEMENTS.find((kind) => (row.queue === undefined ? id === kind : id.startsWith(kind)));
    if (element === undefined) return [];
    return [
      {
        id: `transistors.${id}`,
        action: 'element-transistors',
        element,
        trits: (row.window ?? 1) * (row.queue ?? 1),
        value: row.value,
        unit: 'count',
        nodeNm: null,
        voltageV: null,
        unstated: 'a count of transistors',
        source: file.source,
        place: `${file.place} ${row.design}`,
        derivation: file.derivation,
        grade: file.grade,
        low: row.low,
        high: row.high,
        range: file.range,
      },
    ];
  });
  const counted = new Set<ElementKind | undefined>(
    rows.map((row) => ('element' in row ? row.element : undefined)),
  );
  const missing = ELEMENTS.find((kind) => !counted.has(kind));
  if (missing === undefined) return rows;
  throw new TritsimError('PRICES_VALUE', 'an element that arrays are made of is not counted', {
    place: `${yaml.file}: rows`,
    found: `no row of ${missing}`,
    allowed: ELEMENTS,
  });
}
