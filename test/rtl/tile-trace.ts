/** One tile as a recorded trace of one matrix, so that the simulator measures its values as it does any trace's. */
import type { Machine, ZeroSkipConfig } from '../../src/hardware/machine.ts';
import { measureZeroSkip } from '../../src/sim/array/zero-skip-activity.ts';
import { zeroSkipCost } from '../../src/sim/array/zero-skip.ts';
import type { Trace } from '../../src/trace/trace.ts';
import type { ValuedTile } from './tiles.ts';

const MATRIX = 'tile';

/** Cycles that the simulator gives a tile on a zero-skip array. */
export async function zeroSkipCycles(
  machine: Machine,
  config: ZeroSkipConfig,
  tile: ValuedTile,
): Promise<number> {
  const { rows, k, n } = tile;
  const tilings = new Map([[MATRIX, { k, n, tileK: k, tileN: n }]]);
  const source = await measureZeroSkip(traceOf(tile), config, tilings);
  const activity = source.activityOf(
    { matrix: MATRIX, tile: 0, activations: { phase: 'prefill', firstRow: 0 } },
    rows,
  );
  return zeroSkipCost(machine, config, tile, activity).cycles;
}

function traceOf({ rows, k, n, activations, trits }: ValuedTile): Trace {
  const bytesPerRow = Math.ceil(k / 4);
  // Code 1, trit 0, in every place; then code t + 1 where there is an input.
  const codes = new Uint8Array(n * bytesPerRow).fill(0b01010101);
  trits.forEach((trit, at) => {
    const [row, input] = [Math.floor(at / k), at % k];
    codes[row * bytesPerRow + (input >> 2)]! += trit * 4 ** (input & 3);
  });
  const record = { steps: 1, tokensPerStep: rows, batch: 1, context: 0, ids: [] };
  const absent = { value: 0, basis: 'assumed', source: 'test' } as const;
  const matrix = { in: k, out: n, scale: 1, zeroFraction: absent, rowZeroFraction: null };
  const part: Pick<Trace['manifest'], 'origin' | 'phases' | 'matrices'> = {
    origin: 'recorded',
    phases: { prefill: record },
    matrices: { [MATRIX]: matrix },
  };
  return {
    name: MATRIX,
    hash: '',
    manifest: part as Trace['manifest'],
    readTrits: () => Promise.resolve({ out: n, in: k, bytesPerRow, codes }),
    readRows: (_phase, _operation, from, to) =>
      Promise.resolve({
        rows: to - from,
        activations: activations.subarray(from * k, to * k),
        scales: new Float32Array(to - from),
        checksums: new Uint32Array(to - from),
      }),
  };
}
