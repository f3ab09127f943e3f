/**
 * A strict schema's complaints as the project's errors: where in the document, what is wrong, the nearest valid key
 * where a key is unknown.
 */
import type { z } from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';

/**
 * The value as the schema's type.
 *
 * @param place what to call the document in an error
 * @throws `code`, naming the first place that does not fit and how many others do not
 */
export function parseStrict<T>(schema: z.ZodType<T>, value: unknown, code: string, place: string): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issues = result.error.issues.map(firstLeaf);
  // A misspelt key is also a missing one; the misspelling is the better news.
  const issue = issues.find(({ code: kind }) => kind === 'unrecognized_keys') ?? issues[0]!;
  const path = issue.path.map(String).join('.');
  const rest = issues.length - 1;
  const hint = [
    ...(issue.code === 'unrecognized_keys' ? unknownKeyHint(schema, value, issue) : []),
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? 'place does' : 'places do'} not fit either.`] : []),
  ].join(' ');
  throw new TritsimError(code, issue.message, {
    place: path === '' ? place : `${place}: ${path}`,
    ...(issue.code === 'unrecognized_keys' || issue.input === undefined
      ? {}
      : { found: shorten(JSON.stringify(issue.input)) }),
    ...(hint === '' ? {} : { hint }),
  });
}

/** The complaint of the branch that came nearest, where a union has one to offer. */
function firstLeaf(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors[0]?.[0];
  return inner === undefined ? issue : firstLeaf({ ...inner, path: [...issue.path, ...inner.path] });
}

function unknownKeyHint(
  schema: z.ZodType,
  value: unknown,
  issue: z.core.$ZodIssueUnrecognizedKeys,
): string[] {
  const hint = didYouMean(issue.keys[0]!, missingKeys(schema, value, issue.path));
  return hint === undefined ? [] : [hint];
}

/** Keys that the object at `path` lacks: asked of the schema by taking everything away from that object. */
function missingKeys(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  const probe = structuredClone(value);
  let parent: Record<PropertyKey, unknown> = { root: probe };
  let key: PropertyKey = 'root';
  for (const step of path) {
    parent = parent[key] as Record<PropertyKey, unknown>;
    key = step;
  }
  const object = parent[key] as Record<PropertyKey, unknown>;
  parent[key] = 'kind' in object ? { kind: object['kind'] } : {};
  const result = schema.safeParse(path.length === 0 ? parent[key] : probe);
  return (result.error?.issues ?? [])
    .filter((issue) => issue.path.length === path.length + 1 && path.every((p, i) => issue.path[i] === p))
    .map((issue) => String(issue.path.at(-1)));
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
