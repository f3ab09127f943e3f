/** Do the vector and float units take the cycles of their closed forms? */
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { floatCost } from '../../src/sim/float/float-unit.ts';
import { vectorCost } from '../../src/sim/vector/routines.ts';

const machine = await loadMachine('test-tiny');
const { lanes, latency } = machine.vector;

describe('vectorCost', () => {
  test('an addition of two vectors takes a cycle for each set of lanes and the latency once', () => {
    expect(vectorCost(machine, 'residual', 33, 0).cycles).toBe(Math.ceil(33 / lanes) + latency.add);
  });

  test('a norm is three multiplications and an addition a value, and one root a row', () => {
    const cost = vectorCost(machine, 'norm', 2 * 32, 2);
    const passes = Math.ceil((3 * 64) / lanes) + 3 * latency.multiply + Math.ceil(64 / lanes) + latency.add;
    expect(cost.cycles).toBe(passes + Math.ceil(2 / lanes) + latency['reciprocal-root']);
    expect(cost.laneCycles).toBe(4 * 64 + 2);
  });

  test('each pass fills lanes of its own: one value passes three times in three cycles and three latencies', () => {
    const once = 1 + latency.multiply;
    const sums = 1 + latency.add + 1 + latency['reciprocal-root'];
    expect(vectorCost(machine, 'norm', 1, 1).cycles).toBe(3 * once + sums);
  });

  test('quantizing reads 32-bit values twice and writes int8 once', () => {
    expect(vectorCost(machine, 'quantize', 10, 1).demands).toEqual([
      { buffer: 'activations', readBits: 2 * 10 * 32, writeBits: 10 * 8 },
    ]);
  });

  test('emptying accumulators reads them at their own width', () => {
    expect(vectorCost(machine, 'dequantize', 10, 0).demands[0]).toEqual({
      buffer: 'accumulators',
      readBits: 10 * machine.array.accumulatorBits,
      writeBits: 0,
    });
  });
});

describe('floatCost', () => {
  test('takes the multiply-adds divided by the lanes, and its pipeline once', () => {
    const { multiplyAdds, latency: depth } = machine.floatUnit;
    const work = {
      unit: 'float',
      multiplyAdds: 10 * multiplyAdds + 1,
      operandReads: 4,
      operandBits: 16,
      activationReads: 2,
      results: 1,
    } as const;
    expect(floatCost(machine, work).cycles).toBe(11 + depth - 1);
  });
});
