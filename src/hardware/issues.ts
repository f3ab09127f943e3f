/**
 * What a schema found wrong, told as our errors: the file and line of each fault, what was found, what is allowed and
 * the nearest valid name.
 */
import type * as z from 'zod';
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { childPath, isMapping } from './document.ts';

/** Where a document's values stand and which keys a mapping in it may have. */
export interface IssueContext {
  /** First word of the error codes. */
  readonly area: string;
  readonly data: unknown;
  /** `file:line: path` of the value at `path`, or of the nearest mapping around it. */
  placeOf(path: string): string;
  /** Valid keys of the mapping at `keys`. */
  keysAt(keys: readonly string[]): readonly string[];
}

/**
 * `<area>_KEY_UNKNOWN`, `<area>_KEY_MISSING`, `<area>_VALUE`, or the code of the quantity's own error. Unknown keys come
 * first: a misspelt key is missing too, and the spelling is what to mend.
 */
export function errorsOf(issues: readonly z.core.$ZodIssue[], context: IssueContext): TritsimError[] {
  const [unknown, others] = [true, false].map((wanted) =>
    issues.filter((issue) => (issue.code === 'unrecognized_keys') === wanted),
  ) as [z.core.$ZodIssue[], z.core.$ZodIssue[]];
  return [...unknown, ...others].flatMap((issue) => errorsOfIssue(issue, context));
}

function errorsOfIssue(issue: z.core.$ZodIssue, context: IssueContext): TritsimError[] {
  const { area } = context;
  const keys = issue.path.map(String);
  const path = keys.reduce(childPath, '');
  if (issue.code === 'unrecognized_keys') {
    const allowed = context.keysAt(keys);
    return issue.keys.map((key) => {
      const hint = didYouMean(key, allowed);
      return new TritsimError(`${area}_KEY_UNKNOWN`, 'unknown key', {
        place: context.placeOf(childPath(path, key)),
        allowed,
        ...(hint === undefined ? {} : { hint }),
      });
    });
  }
  const place = context.placeOf(path);
  const value = valueAt(context.data, keys);
  if (value === undefined) {
    const { values } = allowedOf(issue);
    return [new TritsimError(`${area}_KEY_MISSING`, 'the key is missing', { place, allowed: values })];
  }
  const own: unknown = issue.code === 'custom' ? issue.params?.['error'] : undefined;
  if (own instanceof TritsimError) return [own.at(place)];
  const { sentence, values } = allowedOf(issue);
  const hint = typeof value === 'string' ? didYouMean(value, values) : undefined;
  return [
    new TritsimError(`${area}_VALUE`, sentence, {
      place,
      found: JSON.stringify(value),
      allowed: values,
      ...(hint === undefined ? {} : { hint }),
    }),
  ];
}

function allowedOf(issue: z.core.$ZodIssue): { sentence: string; values: readonly string[] } {
  if (issue.code === 'invalid_value')
    return { sentence: 'the value is not one of those known', values: issue.values.map(String) };
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return { sentence: 'the value is not one of those known', values: issue.options.map(String) };
  }
  if (issue.code === 'invalid_type') {
    const what = { int: 'a whole number', object: 'a mapping', string: 'text' }[issue.expected as string];
    return { sentence: `the value must be ${what ?? issue.expected}`, values: [] };
  }
  if (issue.code === 'too_small') {
    const what = issue.origin === 'string' ? 'not be empty' : `be at least ${issue.minimum}`;
    return { sentence: `the value must ${what}`, values: [] };
  }
  return { sentence: issue.message, values: [] };
}

function valueAt(data: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      isMapping(value) ? value[key] : Array.isArray(value) ? (value[Number(key)] as unknown) : undefined,
    data,
  );
}
