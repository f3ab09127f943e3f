/** The hash by which results name the files that they came from. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ByteSource } from './bytes.ts';

/** Read at a time: large enough to amortize the call, small beside any file, whatever its size. */
export const HASH_CHUNK_BYTES = 1 << 16;

/** SHA-256 of all bytes of a source, as 64 hexadecimal digits; reads it in pieces. */
export async function sha256Of(source: ByteSource): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < source.size; at += HASH_CHUNK_BYTES) {
    hash.update(await source.read(at, Math.min(HASH_CHUNK_BYTES, source.size - at)));
  }
  return bytesToHex(hash.digest());
}
