/**
 * The checksum of a row of int32 results: MurmurHash3, x86 variant, 32 bits, seed 0, over the values as little-endian
 * bytes. A row is a whole number of four-byte words, so the hash works on values and never sees the host's byte order.
 *
 * Source: Austin Appleby, SMHasher, `MurmurHash3_x86_32` (public domain).
 * Not a cryptographic hash: it finds accidents, it doesn't stop forgery; the file's SHA-256 does.
 */

/** Checksum of `length` values of `values` from index `from`, as an unsigned 32-bit integer. */
export function rowChecksum(values: Int32Array, from = 0, length = values.length - from): number {
  let hash = 0;
  const end = from + length;
  for (let i = from; i < end; i++) {
    let word = Math.imul(values[i]!, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Checksums of the `rows` rows of `[rows, width]` results, `[rows]`. */
export function rowChecksums(values: Int32Array, rows: number): Uint32Array {
  const width = values.length / rows;
  return Uint32Array.from({ length: rows }, (_, row) => rowChecksum(values, row * width, width));
}
