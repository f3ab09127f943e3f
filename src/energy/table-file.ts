/**
 * The form of the price files: `tritsim.prices/1` (a table), `tritsim.price-rows/1` (rows that tables include),
 * `tritsim.transistors/1` (counts that tables include, `transistor-file.ts`) and `tritsim.price-overrides/1` (a user's own values). Strict: every key is known and needed, no defaults.
 */
import * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { childPath, isMapping, parseYaml, type YamlFile } from '../hardware/document.ts';
import { errorsOf } from '../hardware/issues.ts';
import { ELEMENT_PARTS, ENGINES, GRADES, TOGGLING, VECTOR_PARTS } from './row.ts';
import { TRANSISTORS_SCHEMA, transistorsFile, type TransistorsFile } from './transistor-file.ts';

const text = z.string().min(1);
const amount = z.number().nonnegative();
const whole = z.int().min(1);
const format = z.enum(['int4', 'int8', 'fp16', 'bf16', 'fp32']);
const grade = z.enum(GRADES).exclude(['user']);

const rowFacts = { value: amount, place: text, derivation: text, low: amount, high: amount };
const energy = { ...rowFacts, unit: z.literal('pJ') };
const area = { ...rowFacts, unit: z.literal('um2') };
const sramKey = { capacity_bytes: whole, port_bits: whole };

/** What each kind of row must say, by its action. */
const rowForms = [
  z.strictObject({ action: z.enum(['int-add', 'trit-select', 'register']), bits: whole, ...energy }),
  z.strictObject({ action: z.literal('area-int-add'), bits: whole, ...area }),
  z.strictObject({ action: z.enum(['multiply', 'add']), format, ...energy }),
  z.strictObject({ action: z.enum(['area-multiply', 'area-add']), format, ...area }),
  z.strictObject({
    action: z.enum(['trit-decode', 'trit-decode-5b3', 'trit-decode-bitmap', 'dma-byte', 'clock']),
    ...energy,
  }),
  z.strictObject({
    action: z.enum(['area-register', 'area-mux', 'area-transistor']),
    ...area,
  }),
  z.strictObject({ action: z.literal('wire'), ...rowFacts, unit: z.literal('pJ/mm') }),
  z.strictObject({
    action: z.enum(['area-overhead', 'register-clock-share']),
    ...rowFacts,
    unit: z.literal('ratio'),
  }),
  z.strictObject({
    action: z.literal('toggle'),
    of: z.enum(TOGGLING),
    ...rowFacts,
    unit: z.literal('ratio'),
  }),
  z.strictObject({ action: z.literal('logic-leakage'), ...rowFacts, unit: z.literal('mW/mm2') }),
  z.strictObject({ action: z.enum(['sram-read', 'sram-write']), ...sramKey, ...energy }),
  z.strictObject({ action: z.literal('sram-leakage'), ...sramKey, ...rowFacts, unit: z.literal('mW') }),
  z.strictObject({
    action: z.literal('vector'),
    op: z.enum(['add', 'multiply', 'compare', 'convert', 'exponential', 'reciprocal-root', 'divide']),
    part: z.enum(VECTOR_PARTS),
    ...rowFacts,
    unit: z.literal('count'),
  }),
  z.strictObject({
    action: z.literal('ternary-element'),
    engine: z.enum(ENGINES),
    trits: z.enum(['synthetic', 'real']),
    period_ns: z.number().positive(),
    zero_fraction: z.number().min(0).max(1),
    ...energy,
  }),
  z.strictObject({
    action: z.literal('ternary-element-area'),
    engine: z.enum(ENGINES),
    period_ns: z.number().positive(),
    ...area,
  }),
  z.strictObject({
    action: z.literal('ternary-element-share'),
    part: z.enum(ELEMENT_PARTS),
    ...rowFacts,
    unit: z.literal('ratio'),
  }),
] as const;

/** What the rows of a group, or of a sweep, have in common. */
const shared = {
  source: text,
  node_nm: z.number().positive().nullable(),
  voltage_V: z.number().positive().nullable(),
  /** Needed where node or voltage is null, refused elsewhere. */
  unstated: text.exactOptional(),
  grade,
  range: text,
};
const group = z.strictObject({ ...shared, rows: z.record(text, z.discriminatedUnion('action', rowForms)) });

/** Rows made from a sweep of a memory generator. */
const sweep = z.strictObject({
  ...shared,
  file: text,
  node_nm: z.number().positive(),
  cell: text,
  port_bits: z.array(whole).min(1),
  derivation: text,
  /** What the figures of the sweep are multiplied by, and the node that they are for afterwards. */
  factor: z.number().positive(),
  rows_node_nm: z.number().positive(),
  low_factor: amount,
  high_factor: amount,
});
const sweeps = z.partialRecord(z.enum(['sram-read', 'sram-write', 'sram-leakage', 'sram-area']), sweep);

const rowsFile = z.strictObject({
  schema: z.literal('tritsim.price-rows/1'),
  sources: z.record(text, text),
  groups: z.record(text, group),
});
const tableFile = rowsFile.extend({
  schema: z.literal('tritsim.prices/1'),
  name: text,
  description: text,
  node_nm: z.number().positive(),
  includes: z.array(text),
  sram_port: z.enum(['proportional', 'macros-in-lockstep']),
  sram_port_reason: text,
  sweeps,
});
const override = z.strictObject({
  value: amount,
  unit: z.enum(['pJ', 'pJ/mm', 'mW', 'mW/mm2', 'um2', 'mm2', 'count', 'ratio']),
  source: text,
  low: amount.exactOptional(),
  high: amount.exactOptional(),
});
const overridesFile = z.strictObject({
  schema: z.literal('tritsim.price-overrides/1'),
  rows: z.record(text, override),
});

export type RowForm = z.output<(typeof rowForms)[number]>;
export type GroupForm = z.output<typeof group>;
export type SweepForm = z.output<typeof sweep>;
export type RowsFile = z.output<typeof rowsFile>;
export type TableFile = z.output<typeof tableFile>;
export type OverridesFile = z.output<typeof overridesFile>;

/** A file that fits its form, and where its values stand. */
export interface Parsed<T> {
  readonly value: T;
  readonly yaml: YamlFile;
}

const FORMS = {
  table: tableFile,
  rows: rowsFile,
  overrides: overridesFile,
  transistors: transistorsFile,
} as const;

/**
 * Reads one price file.
 *
 * @throws PRICES_YAML, PRICES_KEY_DUPLICATE, PRICES_SCHEMA, PRICES_KEY_UNKNOWN, PRICES_KEY_MISSING, PRICES_VALUE, all
 *   with file and line
 */
export function parseTableFile(content: string, file: string): Parsed<TableFile> {
  return parse('table', content, file) as Parsed<TableFile>;
}

/** A file that a table includes: rows of prices, or transistor counts. */
export function parseIncludedFile(content: string, file: string): Parsed<RowsFile | TransistorsFile> {
  const counts = parseYaml(content, file, 'PRICES').data['schema'] === TRANSISTORS_SCHEMA;
  return parse(counts ? 'transistors' : 'rows', content, file) as Parsed<RowsFile | TransistorsFile>;
}

export function parseOverridesFile(content: string, file: string): Parsed<OverridesFile> {
  return parse('overrides', content, file) as Parsed<OverridesFile>;
}

function parse(form: keyof typeof FORMS, content: string, file: string): Parsed<unknown> {
  const yaml = parseYaml(content, file, 'PRICES');
  const schema = FORMS[form];
  const expected = schema.shape.schema.value;
  const found = yaml.data['schema'];
  if (found !== expected) {
    const hint = typeof found === 'string' ? didYouMean(found, [expected]) : undefined;
    throw new TritsimError('PRICES_SCHEMA', 'this is not a price file of the form expected here', {
      place: placeIn(yaml, 'schema'),
      found: found === undefined ? 'no schema key' : JSON.stringify(found),
      allowed: [expected],
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const result = schema.safeParse(yaml.data);
  if (result.success) return { value: result.data, yaml };
  throw errorsOf(result.error.issues, {
    area: 'PRICES',
    data: yaml.data,
    placeOf: (path) => placeIn(yaml, path),
    keysAt: (keys) => keysAt(schema, yaml.data, keys),
  })[0]!;
}

/** `file:line: path`; the line is that of the nearest mapping around a path that has none of its own. */
export function placeIn({ file, lines }: YamlFile, path: string): string {
  const keys = path.split('.');
  for (let n = keys.length; n > 0; n--) {
    const line = lines.get(keys.slice(0, n).join('.'));
    if (line !== undefined) return `${file}:${line}: ${path}`;
  }
  return `${file}: ${path}`;
}

/** Valid keys of the mapping at `path`. */
function keysAt(
  schema: (typeof FORMS)[keyof typeof FORMS],
  data: unknown,
  path: readonly string[],
): string[] {
  const [section, , rows] = path;
  if (section === undefined) return Object.keys(schema.shape);
  if (section === 'sweeps') return Object.keys(sweep.shape);
  if (section === 'rows') {
    const counts = schema === transistorsFile;
    return Object.keys(counts ? transistorsFile.shape.rows.valueType.shape : override.shape);
  }
  if (section === 'groups' && rows === undefined) return Object.keys(group.shape);
  const row = path.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), data);
  const action = isMapping(row) ? row['action'] : undefined;
  const form = rowForms.find(({ shape }) => shape.action.safeParse(action).success);
  return form === undefined ? [] : Object.keys(form.shape);
}

/** The path of a row in its file. */
export function rowPath(groupName: string, id: string): string {
  return ['groups', groupName, 'rows', id].reduce(childPath, '');
}
