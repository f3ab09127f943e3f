/** Do the closed forms of the units give the cycles, stalls and actions that plain units have, moved cycle by cycle? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import type { VectorRoutine, Work } from '../../../src/mapping/work.ts';
import { actionId } from '../../../src/sim/ledger.ts';
import type { Tile } from '../../../src/sim/stepper/array/tile.ts';
import { tileJob, unitJob, WorkRun } from '../../../src/sim/stepper/work.ts';
import { workCost } from '../../../src/sim/work-cost.ts';
import { arrays, buffers, floatUnits, vectorUnits } from './machines.ts';
import { check } from './support.ts';

const tiny = await loadMachine('test-tiny');

const size = (max: number) => fc.integer({ min: 1, max });
const machines = fc
  .tuple(arrays, buffers)
  .map(([array, sram]): Machine => ({ ...tiny, ...array, buffers: sram }));

const tiles = fc.record({
  rows: size(7),
  k: size(23),
  n: size(17),
  accumulate: fc.boolean(),
  seed: fc.nat(1e6),
});

/** What the accumulators held before, and small values that depend on where they are. */
function tileOf({
  rows,
  k,
  n,
  accumulate,
  seed,
}: {
  rows: number;
  k: number;
  n: number;
  accumulate: boolean;
  seed: number;
}) {
  const value = (a: number, b: number, range: number): number =>
    (Math.imul(a * 131 + b * 7919 + seed, 0x9e3779b1) >>> 0) % range;
  const before = (row: number, output: number): number => (accumulate ? value(row, output, 901) - 450 : 0);
  const outputs = Array.from({ length: n }, (_, output) => output);
  const sums = Array.from({ length: rows }, (_, row) => outputs.map((output) => before(row, output)));
  const tile: Tile = {
    rows,
    k,
    n,
    accumulate,
    activation: (row, input) => value(row, input, 256) - 128,
    weight: (input, output) => value(input, output + 1000, 3) - 1,
    accumulators: {
      read: (row, output) => sums[row]![output]!,
      write: (row, output, sum) => {
        sums[row]![output] = sum;
      },
    },
  };
  const expected = sums.map((row, r) =>
    row.map((sum, o) => {
      let total = sum;
      for (let i = 0; i < k; i++) total += tile.activation(r, i) * tile.weight(i, o);
      return total;
    }),
  );
  return { tile, sums, expected };
}

interface Outcome {
  readonly cycles: number;
  readonly stallCycles: number;
  readonly readoutCycles: number;
  readonly actions: Record<string, number>;
}

function run(work: WorkRun): Outcome {
  while (!work.step().done) {
    if (work.cycles > 1e6) throw new Error('the work does not end');
  }
  return {
    cycles: work.cycles,
    stallCycles: work.stallCycles,
    readoutCycles: work.job.readoutCycles,
    actions: work.tally.sorted(),
  };
}

function closedForm(machine: Machine, work: Work): Outcome {
  const { cycles, stallCycles, readoutCycles, actions } = workCost(machine, work);
  const counts = new Map<string, number>();
  for (const { component, action, count } of actions) {
    const id = actionId(component, action);
    if (count > 0) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return {
    cycles,
    stallCycles,
    readoutCycles,
    actions: Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

describe('an array, cell by cell', () => {
  test('takes the cycles, stalls and actions of the closed form, and sums right', async () => {
    await check(fc.tuple(machines, tiles), 600, ([machine, shape]) => {
      const { tile, sums, expected } = tileOf(shape);
      const stepped = run(new WorkRun(machine, tileJob(machine, tile)));
      const { rows, k, n, accumulate } = shape;
      expect(stepped).toEqual(closedForm(machine, { unit: 'array', rows, k, n, accumulate }));
      expect(sums).toEqual(expected);
    });
  });
});

const ROUTINES: VectorRoutine[] = [
  'embed',
  'norm',
  'quantize',
  'cast',
  'dequantize',
  'drain',
  'rope',
  'softmax',
  'rescale',
  'normalise',
  'relu2',
  'silu',
  'gate',
  'residual',
];

describe('the vector unit, pass by pass', () => {
  test('takes the cycles, stalls and actions of the closed form', async () => {
    const works = fc.tuple(fc.constantFrom(...ROUTINES), size(90), fc.nat(7));
    await check(fc.tuple(vectorUnits, buffers, works), 500, ([unit, sram, [routine, elements, groups]]) => {
      const machine = { ...tiny, vector: unit, buffers: sram };
      const work = { unit: 'vector', routine, elements, groups } as const;
      expect(run(new WorkRun(machine, unitJob(machine, work)))).toEqual(closedForm(machine, work));
    });
  });
});

describe('the float unit, cycle by cycle', () => {
  test('takes the cycles, stalls and actions of the closed form', async () => {
    const works = fc.record({
      unit: fc.constant('float' as const),
      multiplyAdds: size(400),
      operandReads: fc.nat(300),
      operandBits: fc.constantFrom(16, 32),
      activationReads: fc.nat(90),
      results: fc.nat(40),
    });
    await check(fc.tuple(floatUnits, buffers, works), 300, ([unit, sram, work]) => {
      const machine = { ...tiny, floatUnit: unit, buffers: sram };
      expect(run(new WorkRun(machine, unitJob(machine, work)))).toEqual(closedForm(machine, work));
    });
  });
});
