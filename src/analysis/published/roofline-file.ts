/** A processor as a roofline, `tritsim.roofline/1`: peak rates, bandwidth, capacity, overhead a kernel. SI units. */
import * as z from 'zod';
import { parseYaml } from '../../hardware/document.ts';
import { parseStrict } from '../../trace/strict.ts';

const positive = z.number().positive();
const whole = z.int().min(0);

const schema = z.strictObject({
  schema: z.literal('tritsim.roofline/1'),
  name: z.string().min(1),
  description: z.string().min(1),
  /** Multiplications and additions a second, each counted. */
  peak: z.strictObject({ fp16_ops_per_s: positive, int8_ops_per_s: positive }),
  memory: z.strictObject({ bytes_per_s: positive, capacity_bytes: positive }),
  kernel: z.strictObject({
    /** Time that a kernel takes beside its work, s. */
    overhead_s: z.number().nonnegative(),
    per_layer: whole,
    outside_layers: whole,
  }),
  sources: z.record(z.string(), z.string().min(1)),
});

export type Roofline = z.output<typeof schema>;

/** @throws ROOFLINE_YAML, ROOFLINE_KEY_DUPLICATE, ROOFLINE_VALUE with file and path */
export function parseRoofline(text: string, file: string): Roofline {
  return parseStrict(schema, parseYaml(text, file, 'ROOFLINE').data, 'ROOFLINE_VALUE', file);
}
