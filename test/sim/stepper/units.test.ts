/** Do the closed forms of the units give the cycles, stalls and actions that plain units have, moved cycle by cycle? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { Machine } from '../../../src/hardware/machine.ts';
import type { VectorRoutine } from '../../../src/mapping/work.ts';
import { Pcg32 } from '../../../src/random/pcg32.ts';
import type { Component } from '../../../src/sim/stepper/component.ts';
import { tileJob, unitJob, WorkRun } from '../../../src/sim/stepper/work.ts';
import { arrays, buffers, floatUnits, vectorUnits } from './machines.ts';
import { check, shuffled } from './support.ts';
import { closedForm, run, tileOf, tiles, workOf } from './tiles.ts';
import { arraysOf, VALUE_KINDS } from './value-arrays.ts';

const tiny = await loadMachine('test-tiny');

const size = (max: number) => fc.integer({ min: 1, max });
const machines = fc
  .tuple(arrays, buffers)
  .map(([array, sram]): Machine => ({ ...tiny, ...array, buffers: sram }));

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

  test.for(VALUE_KINDS)(
    '%s: takes the cycles, stalls and actions that its values make, and sums right',
    async (kind) => {
      await check(fc.tuple(arraysOf(kind), buffers, tiles), 400, async ([array, sram, shape]) => {
        const machine: Machine = { ...tiny, ...array, buffers: sram };
        const valued = tileOf(shape);
        const { work, activity } = await workOf(machine, valued);
        const stepped = run(new WorkRun(machine, tileJob(machine, valued.tile)));
        expect(stepped).toEqual(closedForm(machine, work, activity));
        expect(valued.sums).toEqual(valued.expected);
      });
    },
  );

  test.for(VALUE_KINDS)('%s: the order in which its components are visited changes nothing', async (kind) => {
    await check(fc.tuple(arraysOf(kind), tiles, fc.nat(1e6)), 100, ([array, shape, seed]) => {
      const machine: Machine = { ...tiny, ...array };
      const [plain, permuted] = [tileOf(shape), tileOf(shape)];
      const order = (components: readonly Component[]): Component[] => shuffled(components, new Pcg32(seed));
      expect(run(new WorkRun(machine, tileJob(machine, permuted.tile, order)))).toEqual(
        run(new WorkRun(machine, tileJob(machine, plain.tile))),
      );
      expect(permuted.sums).toEqual(plain.sums);
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
