/** A recorded trace of one matrix, for tests of what measures values. */
import type { Trace } from '../../../src/trace/trace.ts';

/** Trits [n, k] and activations [rows, k] as plain lists. */
export interface Problem {
  readonly trits: readonly (readonly number[])[];
  readonly activations: readonly (readonly number[])[];
}

/** A recorded trace of the one matrix, in memory; its rows are those of a prefill. */
export function traceOf({ trits, activations }: Problem): Trace {
  const [out, width, rows] = [trits.length, trits[0]!.length, activations.length];
  const bytesPerRow = Math.ceil(width / 4);
  const codes = new Uint8Array(out * bytesPerRow);
  trits.forEach((row, o) =>
    row.forEach((trit, i) => (codes[o * bytesPerRow + (i >> 2)]! |= (trit + 1) << (2 * (i & 3)))),
  );
  const manifest = {
    origin: 'recorded',
    matrices: {},
    phases: { prefill: { steps: 1, tokensPerStep: rows, batch: 1, context: 0, ids: [] } },
  } as unknown as Trace['manifest'];
  return {
    name: 'test',
    hash: '',
    manifest,
    readTrits: () => Promise.resolve({ out, in: width, bytesPerRow, codes }),
    readRows: (_phase, _operation, from, to) =>
      Promise.resolve({
        rows: to - from,
        activations: Int8Array.from(activations.slice(from, to).flat()),
        scales: new Float32Array(to - from),
        checksums: new Uint32Array(to - from),
      }),
  };
}
