/** A small YAML file of `hw-configs/tech/` in a strict form: every key known and needed, errors with file and line. */
import type * as z from 'zod';
import { parseYaml } from '../hardware/document.ts';
import { errorsOf } from '../hardware/issues.ts';
import { placeIn } from './table-file.ts';

/** @throws PRICES_YAML, PRICES_KEY_DUPLICATE, PRICES_KEY_UNKNOWN, PRICES_KEY_MISSING, PRICES_VALUE */
export function parseStrict<S extends z.ZodObject>(schema: S, content: string, file: string): z.output<S> {
  const yaml = parseYaml(content, file, 'PRICES');
  const result = schema.safeParse(yaml.data);
  if (result.success) return result.data;
  throw errorsOf(result.error.issues, {
    area: 'PRICES',
    data: yaml.data,
    placeOf: (path) => placeIn(yaml, path),
    keysAt: (keys) => (keys.length === 0 ? Object.keys(schema.shape) : []),
  })[0]!;
}
