/** Hashes of plain data: SHA-256 over one canonical text, so that the order and spelling of a file don't count. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** JSON with the keys of every object sorted and no white space. Numbers as JavaScript writes them. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of `canonicalJson`, hex. */
export function hashOf(value: unknown): string {
  return hashText(canonicalJson(value));
}

/** SHA-256 of a text's UTF-8, hex. */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
