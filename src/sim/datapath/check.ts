/**
 * The functional check: every projection of a recorded trace is computed again through the tiles that were simulated,
 * and each row of int32 results is held against the recorded checksum. A difference stops the run and names operation,
 * token and column.
 */
import { TritsimError } from '../../errors/error.ts';
import type { ArrayConfig, Machine } from '../../hardware/machine.ts';
import { parts, type Tiling } from '../../mapping/tiling.ts';
import { rowChecksum } from '../../trace/checksum.ts';
import { rowsOf } from '../../trace/layout.ts';
import type { BitLinearOperation, Phase } from '../../trace/operation.ts';
import type { PackedTrits, RecordedRows, Trace } from '../../trace/trace.ts';
import { firstDifference, recomputeRow } from '../../trace/verify.ts';
import { LONGEST_TILE, TILE_DOTS } from './dot.ts';

/** Rows read at a time: bounds memory, whatever the number of tokens. */
const ROWS_AT_ONCE = 256;

/**
 * Computes `operation` for all rows of a phase; returns how many int32 outputs were compared.
 * @throws FUNCTIONAL_MISMATCH with operation, token and column of the first difference
 */
export async function checkOperation(
  trace: Trace,
  phase: Phase,
  operation: BitLinearOperation,
  tiling: Tiling,
  machine: Machine,
): Promise<number> {
  const rows = rowsOf(trace.manifest.phases[phase]!);
  const trits = await trace.readTrits(operation.name);
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const recorded = await trace.readRows(phase, operation.name, from, Math.min(rows, from + ROWS_AT_ONCE));
    const results = throughTiles(trits, recorded, tiling, machine.array);
    for (let row = 0; row < recorded.rows; row++) {
      if (rowChecksum(results, row * trits.out, trits.out) !== recorded.checksums[row]) {
        throw mismatch(
          phase,
          operation.name,
          from + row,
          results.subarray(row * trits.out),
          trits,
          recorded,
          row,
        );
      }
    }
  }
  return rows * operation.out;
}

/** `[rows, out]` results, tile by tile in the order of the program: outputs outside, inputs inside. */
export function throughTiles(
  trits: PackedTrits,
  recorded: RecordedRows,
  tiling: Tiling,
  array: ArrayConfig,
): Int32Array {
  if (tiling.tileK > LONGEST_TILE) {
    throw new TritsimError('SIM_TILE_TOO_LONG', 'a tile has more inputs than the datapath model holds', {
      found: String(tiling.tileK),
      allowed: [`at most ${LONGEST_TILE}`],
    });
  }
  const dot = TILE_DOTS[array.kind];
  const results = new Int32Array(recorded.rows * trits.out);
  const unpacked = new Int8Array(tiling.tileK);
  const accumulators = new Float64Array(recorded.rows);
  const kParts = parts(tiling.k, tiling.tileK);
  for (const n of parts(tiling.n, tiling.tileN)) {
    for (let output = n.from; output < n.from + n.size; output++) {
      accumulators.fill(0);
      for (const k of kParts) {
        unpack(trits, output, k.from, k.size, unpacked);
        dot(recorded.activations, trits.in, k.from, unpacked, k.size, accumulators, recorded.rows, array);
      }
      for (let row = 0; row < recorded.rows; row++) results[row * trits.out + output] = accumulators[row]!;
    }
  }
  return results;
}

function unpack(trits: PackedTrits, output: number, from: number, count: number, into: Int8Array): void {
  const base = output * trits.bytesPerRow;
  for (let i = 0; i < count; i++) {
    const input = from + i;
    into[i] = ((trits.codes[base + (input >> 2)]! >> (2 * (input & 3))) & 3) - 1;
  }
}

function mismatch(
  phase: Phase,
  operation: string,
  token: number,
  ours: Int32Array,
  trits: PackedTrits,
  recorded: RecordedRows,
  row: number,
): TritsimError {
  const activations = recorded.activations.subarray(row * trits.in, (row + 1) * trits.in);
  const plain = recomputeRow(trits, activations);
  const column = firstDifference(plain, ours.subarray(0, trits.out));
  return new TritsimError('FUNCTIONAL_MISMATCH', 'the simulated array and the trace disagree', {
    place: `${phase}: ${operation}, token ${token}`,
    found:
      column === undefined
        ? 'a recorded checksum that a plain recomputation does not give either'
        : `column ${column}: ${ours[column]} where a plain loop over the trace gives ${plain[column]}`,
    hint:
      column === undefined
        ? 'The trace is damaged: run `tritsim trace verify` on it.'
        : 'This is a defect of the simulator.',
  });
}
