/** From what zod says of a JSON document to the project's error: the path, what was found, what is allowed. */
import type { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';

/**
 * The value as the schema's type.
 *
 * @param place what to call the document
 * @throws CONFIG_INVALID naming the first offending key
 */
export function checkJson<T extends z.ZodType>(schema: T, value: unknown, place: string): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [place, ...issue.path.map(String)].join(issue.path.length > 0 ? ': ' : '');
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!;
    const known = 'shape' in schema ? Object.keys(schema.shape as object) : [];
    const hint = didYouMean(unknown, known);
    throw new TritsimError('CONFIG_INVALID', `the key '${unknown}' is not known`, {
      place: path,
      ...(known.length > 0 ? { allowed: known } : {}),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  throw new TritsimError('CONFIG_INVALID', issue.message, {
    place: path,
    found: issue.input === undefined ? 'nothing' : JSON.stringify(issue.input),
  });
}
