/**
 * The plain form of an address trace, one request a line: `0xADDRESS READ|WRITE CYCLE`, fields separated by blanks. Addresses are in
 * bytes, cycles of the DRAM's command clock, not before which the request may be accepted.
 */
import { TritsimError } from '../../errors/error.ts';
import type { RequestList } from './replay.ts';

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const NEWLINE = 0x0a;
const READ = bytesOf('READ');
const WRITE = bytesOf('WRITE');
/** `0x0 READ 0` and a line's end. */
const SHORTEST_LINE = 11;

/** Reads a whole trace. Throws `DRAM_TRACE` with the number of the first line that is not a request. */
export function parseTrace(text: Uint8Array, place: string): RequestList {
  const most = Math.ceil((text.length + 1) / SHORTEST_LINE);
  const address = new Float64Array(most);
  const write = new Uint8Array(most);
  const cycle = new Float64Array(most);
  let length = 0;
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const first = skipBlanks(text, at, end);
    if (first < end) {
      const hex = digits(text, first + 2, end, 16);
      const kind = skipBlanks(text, hex.end, end);
      const isWrite = startsWith(text, kind, end, WRITE);
      const word = isWrite ? WRITE : READ;
      const stampAt = skipBlanks(text, kind + word.length, end);
      const stamp = digits(text, stampAt, end, 10);
      const separated = kind > hex.end && stampAt > kind + word.length;
      const prefixed = text[first] === 0x30 && (text[first + 1]! | 0x20) === 0x78;
      const complete = hex.end > first + 2 && stamp.end > stampAt && skipBlanks(text, stamp.end, end) === end;
      const named = isWrite || startsWith(text, kind, end, READ);
      const exact = Number.isSafeInteger(hex.value) && Number.isSafeInteger(stamp.value);
      if (!(prefixed && separated && complete && named && exact)) {
        throw new TritsimError('DRAM_TRACE', 'not a request', {
          place: `${place}, line ${line}`,
          found: `'${new TextDecoder().decode(text.subarray(at, Math.min(end, at + 60)))}'`,
          allowed: ['0xADDRESS READ|WRITE CYCLE'],
        });
      }
      address[length] = hex.value;
      write[length] = isWrite ? 1 : 0;
      cycle[length] = stamp.value;
      length++;
    }
    at = end + 1;
    line++;
  }
  if (length === 0) throw new TritsimError('DRAM_TRACE', 'the trace has no request', { place });
  return { length, address, write, cycle };
}

/** Digits at `from`: their value and where they end. */
function digits(
  text: Uint8Array,
  from: number,
  limit: number,
  base: 10 | 16,
): { value: number; end: number } {
  let value = 0;
  let end = from;
  while (end < limit) {
    const digit = digitOf(text[end]!);
    if (digit >= base) break;
    value = value * base + digit;
    end++;
  }
  return { value, end };
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? 10 + letter : 99;
}

function skipBlanks(text: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === SPACE || text[at] === TAB || text[at] === RETURN)) at++;
  return at;
}

function lineEnd(text: Uint8Array, from: number): number {
  const end = text.indexOf(NEWLINE, from);
  return end < 0 ? text.length : end;
}

function startsWith(text: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if (text[at + i] !== word[i]) return false;
  return true;
}

function bytesOf(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}
