/** Does the report say where an accumulator of several cycles is wrong? */
import { expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { simulationNotModelled } from '../../src/sim/not-modelled.ts';

const of = (machine: Machine): string[] => simulationNotModelled(machine, true, 'cycle');

test('sums that follow each other into a slow accumulator are named, and only there', async () => {
  const edge = await loadMachine('edge-ternary');
  if (edge.array.kind !== 'adder-tree') throw new Error('edge-ternary has an adder tree');
  const pipeline = { ...edge.array.pipeline, accumulate: 3 };
  const slow: Machine = { ...edge, array: { ...edge.array, pipeline } };
  expect(of(slow).filter((sentence) => !of(edge).includes(sentence))).toEqual([
    expect.stringContaining('an accumulator of 3 cycles'),
  ]);
});
