/**
 * Checks a recorded trace against itself: every row of results is computed again from the recorded trits and
 * activations by a plain loop, and its checksum compared with the recorded one.
 *
 * A checksum says that a row differs, not where. Whoever holds a row of results of its own (a simulator) finds the
 * column with `recomputeRow` and `firstDifference`.
 */
import { TritsimError } from '../errors/error.ts';
import { rowChecksum } from './checksum.ts';
import { bitLinearsOf, phasesOf, rowsOf } from './layout.ts';
import type { PhaseRecord } from './manifest.ts';
import type { BitLinearOperation, Phase } from './operation.ts';
import type { PackedTrits, Trace } from './trace.ts';

/** Token rows read at a time. */
const ROWS_AT_ONCE = 64;

export interface Verification {
  readonly operations: number;
  /** Rows whose checksum agrees: all of them. */
  readonly rows: number;
  /** int32 results computed again. */
  readonly results: number;
}

/**
 * Recomputes every checksum.
 *
 * @param onProgress called with the multiply-adds done and the total
 * @throws TRACE_CHECKSUM naming operation, phase and token of the first row that differs; TRACE_NO_VALUES for a
 *   synthesized trace
 */
export async function verifyTrace(
  trace: Trace,
  onProgress?: (done: number, total: number) => void,
): Promise<Verification> {
  const operations = bitLinearsOf(trace.manifest);
  const phases = phasesOf(trace.manifest);
  const rowsOfAll = phases.reduce((sum, [, record]) => sum + rowsOf(record), 0);
  const total = operations.reduce((sum, { in: inputs, out }) => sum + inputs * out, 0) * rowsOfAll;
  let done = 0;
  for (const operation of operations) {
    const trits = await trace.readTrits(operation.name);
    for (const [phase, record] of phases) {
      for (let from = 0; from < rowsOf(record); from += ROWS_AT_ONCE) {
        const to = Math.min(from + ROWS_AT_ONCE, rowsOf(record));
        await verifyRows(trace, operation, trits, phase, record, from, to);
        done += (to - from) * operation.in * operation.out;
        onProgress?.(done, total);
      }
    }
  }
  const width = operations.reduce((sum, { out }) => sum + out, 0);
  return { operations: operations.length, rows: operations.length * rowsOfAll, results: width * rowsOfAll };
}

async function verifyRows(
  trace: Trace,
  { name }: BitLinearOperation,
  trits: PackedTrits,
  phase: Phase,
  record: PhaseRecord,
  from: number,
  to: number,
): Promise<void> {
  const { activations, checksums } = await trace.readRows(phase, name, from, to);
  const results = recomputeRows(trits, activations);
  for (let row = from; row < to; row++) {
    const actual = rowChecksum(results, (row - from) * trits.out, trits.out);
    const recorded = checksums[row - from]!;
    if (actual !== recorded) {
      throw new TritsimError(
        'TRACE_CHECKSUM',
        `the recorded trits and activations do not give the recorded results: checksum ${hex(actual)}`,
        {
          place: `${trace.name}: operation '${name}', ${phase} token ${row} (position ${record.context + row})`,
          found: `${hex(recorded)} in the file`,
          hint: 'The file was damaged or altered: record it again.',
        },
      );
    }
  }
}

/**
 * The int32 results of token rows, `[rows, out]`, by the definition: trits times activations, summed.
 *
 * @param activations `[rows, in]`
 */
export function recomputeRows(trits: PackedTrits, activations: Int8Array): Int32Array {
  const { out, in: inputs, bytesPerRow, codes } = trits;
  const rows = activations.length / inputs;
  const weights = new Int8Array(inputs);
  const results = new Int32Array(rows * out);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < inputs; i++) {
      weights[i] = ((codes[o * bytesPerRow + (i >> 2)]! >> ((i & 3) << 1)) & 3) - 1;
    }
    for (let row = 0; row < rows; row++) {
      const at = row * inputs;
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += weights[i]! * activations[at + i]!;
      results[row * out + o] = sum;
    }
  }
  return results;
}

/** The int32 results of one token row, `[out]`: what a simulator holds its own row against. */
export function recomputeRow(trits: PackedTrits, activations: Int8Array): Int32Array {
  return recomputeRows(trits, activations.subarray(0, trits.in));
}

/** Index of the first column in which two rows of results differ, or undefined where they agree. */
export function firstDifference(a: Int32Array, b: Int32Array): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let column = 0; column < length; column++) if (a[column] !== b[column]) return column;
  return undefined;
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`;
}
