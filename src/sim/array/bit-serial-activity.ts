/**
 * How many bits the activations of a trace need, block by block: for each tile and token row. A synthesized trace has no
 * activations; all eight bits are taken.
 */
import type { BitSerialConfig } from '../../hardware/machine.ts';
import { parts, type Tiling } from '../../mapping/tiling.ts';
import { phasesOf, rowsOf } from '../../trace/layout.ts';
import type { Trace } from '../../trace/trace.ts';
import type { ActivitySource, TileActivity } from './activity.ts';
import { OPERAND_BITS } from './bit-serial.ts';
import { RowTotals } from './row-totals.ts';

/** Token rows read at a time. */
const ROWS_AT_ONCE = 256;

export async function measureBitSerial(
  trace: Trace,
  { inputs }: BitSerialConfig,
  tilings: ReadonlyMap<string, Tiling>,
): Promise<ActivitySource> {
  const totals = new RowTotals();
  for (const [matrix, tiling] of tilings) {
    if (trace.manifest.origin === 'synthesized') {
      const bits = new Uint8Array(tiling.k).fill(OPERAND_BITS);
      totals.add(matrix, null, ofTiles(bits, tiling, inputs));
      continue;
    }
    for (const [phase, record] of phasesOf(trace.manifest)) {
      const end = rowsOf(record);
      for (let from = 0; from < end; from += ROWS_AT_ONCE) {
        const { rows, activations } = await trace.readRows(
          phase,
          matrix,
          from,
          Math.min(end, from + ROWS_AT_ONCE),
        );
        for (let row = 0; row < rows; row++) {
          const values = activations.subarray(row * tiling.k, (row + 1) * tiling.k);
          totals.add(matrix, phase, ofTiles(Uint8Array.from(values, significantBits), tiling, inputs));
        }
      }
    }
  }
  return totals;
}

/** Width of the shortest two's complement number that is `x`: 1 for 0 and −1, 8 for −128 … −65 and 64 … 127. */
export function significantBits(x: number): number {
  return 33 - Math.clz32(x < 0 ? ~x : x);
}

/** Sums over the blocks of each tile; tiles of the same inputs are alike, whatever their outputs. */
function ofTiles(bits: Uint8Array, { k, n, tileK, tileN }: Tiling, inputs: number): TileActivity[] {
  const ofInputs = parts(k, tileK).map(({ from, size }): TileActivity => {
    let cycles = 0;
    let operations = 0;
    for (const block of parts(size, inputs)) {
      let most = 1;
      for (let i = 0; i < block.size; i++) most = Math.max(most, bits[from + block.from + i]!);
      cycles += most;
      operations += most * block.size;
    }
    return { cycles, operations };
  });
  return parts(n, tileN).flatMap(() => ofInputs);
}
