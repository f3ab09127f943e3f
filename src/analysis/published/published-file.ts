/**
 * The form of `reports/published/*.yaml`, `tritsim.published/1`: one paper, its printed values row by row, what each is a
 * value of, and how near ours must come. Strict. The files' README explains the keys.
 */
import * as z from 'zod';
import { TritsimError } from '../../errors/error.ts';
import { parseYaml } from '../../hardware/document.ts';
import { parseStrict } from '../../trace/strict.ts';

const text = z.string().min(1);
const fraction = z.number().positive();

/** A model of the rows: its shape, and how its weights are kept. */
const weights = z.enum(['fp32', 'fp16', 'ternary']);
const model = { shape: text, weights };
const count = z.int().min(1);
const pass = { tokens: count };
const cluster = { gpus: count };
const node = { node_nm: z.number().positive() };

/** What a printed value is a value of; `kind` says which formula gives ours. */
const what = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('energy'),
    ...model,
    ...pass,
    ...node,
    part: z.enum(['add', 'multiply', 'total']),
  }),
  z.strictObject({ kind: z.literal('energy-ratio'), shape: text, ...pass, ...node }),
  z.strictObject({ kind: z.literal('operation-ratio'), bits: count, ...node }),
  z.strictObject({ kind: z.literal('memory'), ...model }),
  z.strictObject({ kind: z.literal('memory-ratio'), shape: text, than: text }),
  z.strictObject({ kind: z.literal('weight-memory'), shape: text, bits: fraction }),
  z.strictObject({ kind: z.literal('latency'), ...model, context: z.int().min(0) }),
  z.strictObject({ kind: z.literal('latency-ratio'), shape: text, than: text, context: z.int().min(0) }),
  z.strictObject({ kind: z.literal('batch'), ...model, ...pass, ...cluster, parameters: fraction }),
  z.strictObject({
    kind: z.literal('batch-ratio'),
    shape: text,
    ...pass,
    ...cluster,
    parameters: fraction,
  }),
  z.strictObject({ kind: z.literal('throughput'), ...model, ...pass, ...cluster, batch: count }),
  z.strictObject({
    kind: z.literal('throughput-ratio'),
    shape: text,
    ...pass,
    ...cluster,
    batch: count,
    than_batch: count,
  }),
  z.strictObject({
    kind: z.literal('cheaper'),
    of: z.enum(['latency', 'memory', 'energy']),
    shape: text,
    than: text,
    ...pass,
    ...node,
  }),
  z.strictObject({ kind: z.literal('none') }),
]);

/**
 * `printed-digit`: ours, rounded to the printed digits, is the printed value. `memory`: within 3 %. `order`: the statement
 * is true. `reported`: nothing is asked.
 */
const TOLERANCES = ['printed-digit', 'memory', 'order', 'reported'] as const;

const row = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
  place: text,
  unit: text,
  /** As printed, digits and all. */
  printed: text,
  what,
  tolerance: z.enum(TOLERANCES),
  /** `memory`: the value was not seen in a source; `shape-memory`: its shape was not. Such rows never gate. */
  seen: z.enum(['text', 'memory', 'shape-memory']),
  /** Off by one of the last printed digit, which the paper's own rounding does not explain. */
  last_digit_off: z.literal(true).exactOptional(),
  /** Why ours differs, or what to know of it. */
  note: text,
});

const file = z.strictObject({
  schema: z.literal('tritsim.published/1'),
  paper: z.strictObject({ arxiv: text, title: text, read: text, page: text }),
  /** Parameters that were fitted to the rows of this file, each with what it stands for. */
  fitted: z
    .strictObject({
      cache_tokens: z.strictObject({ value: fraction, unit: z.literal('tokens'), how: text }),
      fp16_engine_bytes: z.strictObject({ value: fraction, unit: z.literal('B'), how: text }),
    })
    .nullable(),
  rows: z.array(row).min(1),
});

export type PublishedFile = z.output<typeof file>;
export type PublishedRow = z.output<typeof row>;
export type What = z.output<typeof what>;

/** @throws PUBLISHED_YAML, PUBLISHED_KEY_DUPLICATE, PUBLISHED_VALUE with file and path; PUBLISHED_ID for one used twice */
export function parsePublished(yaml: string, name: string): PublishedFile {
  const parsed = parseStrict(file, parseYaml(yaml, name, 'PUBLISHED').data, 'PUBLISHED_VALUE', name);
  const ids = parsed.rows.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return parsed;
  throw new TritsimError('PUBLISHED_ID', 'two rows have the same id', { place: name, found: twice });
}
