/**
 * Where bytes come from. The pure core reads files, browser blobs and buffers in tests through this one interface;
 * the adapters that touch a file system live in `*.node.ts` files at the edge.
 */
export interface ByteSource {
  /** What to call it in an error: a path, a URL, 'memory'. */
  readonly name: string;
  /** Total length in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects with `FILE_TRUNCATED` where they are not there. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where bytes go, in order. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}
