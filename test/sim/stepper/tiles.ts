/** Random tiles with their values, and the runs of the stepped and the simulated unit that are compared. */
import * as fc from 'fast-check';
import type { Machine } from '../../../src/hardware/machine.ts';
import type { Work } from '../../../src/mapping/work.ts';
import { Pcg32 } from '../../../src/random/pcg32.ts';
import { measureActivity, type ActivitySource } from '../../../src/sim/array/activity.ts';
import { actionId } from '../../../src/sim/ledger.ts';
import type { Tile } from '../../../src/sim/stepper/array/tile.ts';
import type { WorkRun } from '../../../src/sim/stepper/work.ts';
import { workCost } from '../../../src/sim/work-cost.ts';
import { traceOf } from '../array/one-matrix.ts';

const size = (max: number) => fc.integer({ min: 1, max });

/** Sizes from one row, one input and one output up; values with few and with many zeros, narrow and wide. */
export const tiles = fc.record({
  rows: size(7),
  k: size(23),
  n: size(17),
  accumulate: fc.boolean(),
  /** In tenths: trits that are zero, activations that are zero. */
  zeroTrits: fc.nat(10),
  zeroActivations: fc.nat(10),
  /** Magnitude that activations stay below or reach from below zero. */
  magnitude: fc.constantFrom(1, 2, 5, 40, 128),
  seed: fc.nat(1e6),
});

type TileShape = typeof tiles extends fc.Arbitrary<infer T> ? T : never;

export interface ValuedTile {
  readonly tile: Tile;
  /** What the accumulators hold, and what they must hold in the end. */
  readonly sums: readonly (readonly number[])[];
  readonly expected: readonly (readonly number[])[];
  /** `[n, k]` and `[rows, k]` */
  readonly trits: readonly (readonly number[])[];
  readonly activations: readonly (readonly number[])[];
}

function grid(height: number, width: number, value: () => number): number[][] {
  return Array.from({ length: height }, () => Array.from({ length: width }, value));
}

/** The tile with its values, its accumulators, and its product by a plain loop. */
export function tileOf(shape: TileShape): ValuedTile {
  const { rows, k, n, accumulate, zeroTrits, zeroActivations, magnitude, seed } = shape;
  const random = new Pcg32(seed);
  const trits = grid(n, k, () => (random.below(10) < zeroTrits ? 0 : 2 * random.below(2) - 1));
  const activations = grid(rows, k, () =>
    random.below(10) < zeroActivations ? 0 : random.below(2 * magnitude) - magnitude,
  );
  const sums = grid(rows, n, () => (accumulate ? random.below(901) - 450 : 0));
  const expected = sums.map((row, r) =>
    row.map((sum, o) => trits[o]!.reduce((total, trit, i) => total + trit * activations[r]![i]!, sum)),
  );
  const tile: Tile = {
    rows,
    k,
    n,
    accumulate,
    activation: (row, input) => activations[row]![input]!,
    weight: (input, output) => trits[output]![input]!,
    accumulators: {
      read: (row, output) => sums[row]![output]!,
      write: (row, output, sum) => {
        sums[row]![output] = sum;
      },
    },
  };
  return { tile, sums, expected, trits, activations };
}

/** A tile's work as a command names it, and what its values make the machine's array do. */
export async function workOf(
  machine: Machine,
  { tile, trits, activations }: ValuedTile,
): Promise<{ work: Work; activity: ActivitySource | undefined }> {
  const { rows, k, n, accumulate } = tile;
  const tilings = new Map([['w', { k, n, tileK: k, tileN: n }]]);
  const activity = await measureActivity(traceOf({ trits, activations }), machine, tilings);
  const values = { matrix: 'w', tile: 0, activations: { phase: 'prefill', firstRow: 0 } } as const;
  return { work: { unit: 'array', rows, k, n, accumulate, values }, activity };
}

export interface UnitOutcome {
  readonly cycles: number;
  readonly stallCycles: number;
  readonly readoutCycles: number;
  readonly multiplyAdds: number;
  readonly laneCycles: number;
  readonly actions: Record<string, number>;
}

/** Runs a piece of work to its end. */
export function run(work: WorkRun): UnitOutcome {
  while (!work.step().done) {
    if (work.cycles > 1e6) throw new Error('the work does not end');
  }
  const { products, laneCycles = products, readoutCycles } = work.job;
  return {
    cycles: work.cycles,
    stallCycles: work.stallCycles,
    readoutCycles,
    multiplyAdds: products,
    laneCycles,
    actions: work.tally.sorted(),
  };
}

/** The same by the simulator's closed forms. */
export function closedForm(machine: Machine, work: Work, activity?: ActivitySource): UnitOutcome {
  const { actions, ...cost } = workCost(machine, work, activity);
  const counts = new Map<string, number>();
  for (const { component, action, count } of actions) {
    const id = actionId(component, action);
    if (count > 0) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return {
    cycles: cost.cycles,
    stallCycles: cost.stallCycles,
    readoutCycles: cost.readoutCycles,
    multiplyAdds: cost.multiplyAdds,
    laneCycles: cost.laneCycles,
    actions: Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
