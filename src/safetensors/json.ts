/**
 * JSON that says each thing once. `JSON.parse` keeps the last of two equal keys without a word, so a header that
 * names a tensor twice would lose one; this reader refuses it.
 *
 * Reference: RFC 8259, section 4 ("The names within an object SHOULD be unique").
 */
import { TritsimError } from '../errors/error.ts';

/**
 * The value of a JSON document.
 *
 * @param place what to call the document in an error
 * @throws JSON_INVALID where it is not JSON, JSON_DUPLICATE_KEY where an object has the same key twice
 */
export function parseJson(text: string, place: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TritsimError('JSON_INVALID', 'is not valid JSON', {
      place,
      found: (cause as Error).message,
      cause,
    });
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) {
    throw new TritsimError('JSON_DUPLICATE_KEY', `the key '${duplicate}' occurs twice in one object`, {
      place,
    });
  }
  return value;
}

/** The value of a JSON document of UTF-8 bytes; JSON_INVALID where they are not UTF-8. */
export function parseJsonBytes(bytes: Uint8Array, place: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TritsimError('JSON_INVALID', 'is not valid UTF-8', { place, cause });
  }
  return parseJson(text, place);
}

/** The first key that an object of this (valid) JSON text repeats. Escapes count as what they stand for. */
function duplicateKey(text: string): string | undefined {
  /** Keys seen so far of each open object, outermost first; null stands for an open array. */
  const open: (Set<string> | null)[] = [];
  let expectKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{') {
      open.push(new Set());
      expectKey = true;
    } else if (c === '[') {
      open.push(null);
      expectKey = false;
    } else if (c === '}' || c === ']') {
      open.pop();
      expectKey = false;
    } else if (c === ',') {
      expectKey = open.at(-1) instanceof Set;
    } else if (c === '"') {
      const end = endOfString(text, i);
      if (expectKey) {
        const key = JSON.parse(text.slice(i, end + 1)) as string;
        const keys = open.at(-1)!;
        if (keys.has(key)) return key;
        keys.add(key);
        expectKey = false;
      }
      i = end;
    }
  }
  return undefined;
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
