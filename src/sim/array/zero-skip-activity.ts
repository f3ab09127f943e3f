/**
 * How long the passes of a zero-skip array take on the trits of a trace, and how many additions they are: for each tile
 * once where only weights are skipped, for each tile and token row where activations are skipped too.
 *
 * A synthesized trace states zero fractions: its trits are drawn (`trits.ts`) and zero activations are not skipped.
 */
import { TritsimError } from '../../errors/error.ts';
import type { ZeroSkipConfig } from '../../hardware/machine.ts';
import { parts, type Tiling } from '../../mapping/tiling.ts';
import { phasesOf, rowsOf } from '../../trace/layout.ts';
import type { MatrixRecord } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import type { Trace } from '../../trace/trace.ts';
import type { ActivitySource } from './activity.ts';
import { RowTotals } from './row-totals.ts';
import { PassTimer } from './skip-pass.ts';
import { ModelledTrits, RecordedTrits, type TritSource } from './trits.ts';

type Range = ReturnType<typeof parts>[number];

/** Token rows read at a time. */
const ROWS_AT_ONCE = 64;

export async function measureZeroSkip(
  trace: Trace,
  config: ZeroSkipConfig,
  tilings: ReadonlyMap<string, Tiling>,
): Promise<ActivitySource> {
  const totals = new RowTotals();
  const { origin, matrices } = trace.manifest;
  const byRow = config.skips === 'weights-and-activations' && origin === 'recorded';
  for (const [matrix, tiling] of tilings) {
    const source =
      origin === 'recorded'
        ? new RecordedTrits(await trace.readTrits(matrix))
        : new ModelledTrits(matrix, stated(matrices[matrix], matrix));
    const meter = new PassMeter(config, tiling, source);
    if (byRow) await measureRows(trace, matrix, meter, totals);
    else totals.add(matrix, null, meter.measure(undefined));
  }
  return totals;
}

function stated(record: MatrixRecord | undefined, matrix: string): MatrixRecord {
  if (record !== undefined) return record;
  throw new TritsimError(
    'SIM_NO_ZERO_FRACTION',
    'an array that skips zeros needs to know how many there are',
    {
      place: matrix,
      hint: 'State the fraction of weights that are zero (tritsim gemm: --zeros).',
    },
  );
}

async function measureRows(trace: Trace, matrix: string, meter: PassMeter, totals: RowTotals): Promise<void> {
  for (const [phase, record] of phasesOf(trace.manifest)) {
    const rows = rowsOf(record);
    for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
      await measureSomeRows(trace, matrix, phase, from, Math.min(rows, from + ROWS_AT_ONCE), meter, totals);
    }
  }
}

async function measureSomeRows(
  trace: Trace,
  matrix: string,
  phase: Phase,
  from: number,
  to: number,
  meter: PassMeter,
  totals: RowTotals,
): Promise<void> {
  const { rows, activations } = await trace.readRows(phase, matrix, from, to);
  const width = activations.length / rows;
  for (let row = 0; row < rows; row++) {
    const active = Uint8Array.from(activations.subarray(row * width, (row + 1) * width), (x) =>
      x === 0 ? 0 : 1,
    );
    totals.add(matrix, phase, meter.measure(active));
  }
}

/** Measures one token row through all tiles of a matrix. */
class PassMeter {
  readonly #config: ZeroSkipConfig;
  readonly #source: TritSource;
  readonly #timer: PassTimer;
  readonly #tiles: readonly { n: Range; k: Range }[];
  readonly #counts: Uint8Array;

  constructor(config: ZeroSkipConfig, tiling: Tiling, source: TritSource) {
    const { lanes, outputs, window } = config;
    this.#config = config;
    this.#source = source;
    this.#timer = new PassTimer(config);
    const kParts = parts(tiling.k, tiling.tileK);
    this.#tiles = parts(tiling.n, tiling.tileN).flatMap((n) => kParts.map((k) => ({ n, k })));
    this.#counts = new Uint8Array(outputs * lanes * Math.ceil(tiling.tileK / (lanes * window)));
  }

  /** Cycles and additions of each tile, in their order. */
  measure(active: Uint8Array | undefined): { cycles: number; operations: number }[] {
    return this.#tiles.map(({ n, k }) => this.#measureTile(n, k, active));
  }

  #measureTile(n: Range, k: Range, active: Uint8Array | undefined): { cycles: number; operations: number } {
    const { lanes, outputs, window } = this.#config;
    const beats = Math.ceil(k.size / (lanes * window));
    let cycles = 0;
    let operations = 0;
    for (const block of parts(n.size, outputs)) {
      const counts = this.#counts;
      counts.fill(0);
      for (let column = 0; column < block.size; column++) {
        const part = { row: n.from + block.from + column, from: k.from, size: k.size, window };
        operations += this.#source.count(part, active, counts, column * beats * lanes);
      }
      cycles += this.#timer.cycles(counts, block.size, beats);
    }
    return { cycles, operations };
  }
}
