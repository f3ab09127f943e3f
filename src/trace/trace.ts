/** A trace as the simulator reads it: the manifest at once, values by range. */
import type { TraceManifest } from './manifest.ts';
import type { Phase } from './operation.ts';

/** Trits of one matrix: `[out, ceil(in / 4)]` bytes, code t + 1, low bits first. */
export interface PackedTrits {
  readonly out: number;
  readonly in: number;
  readonly bytesPerRow: number;
  readonly codes: Uint8Array;
}

/** Recorded rows `from` to `to` of one projection in one phase. */
export interface RecordedRows {
  readonly rows: number;
  /** `[rows, in]` */
  readonly activations: Int8Array;
  /** `[rows]` */
  readonly scales: Float32Array;
  /** `[rows]` */
  readonly checksums: Uint32Array;
}

export interface Trace {
  readonly name: string;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  readonly manifest: TraceManifest;
  /** Refuses with `TRACE_NO_VALUES` where the trace was synthesized. */
  readTrits(matrix: string): Promise<PackedTrits>;
  readRows(phase: Phase, operation: string, from: number, to: number): Promise<RecordedRows>;
}
