import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAccumulator, requiredAccumulatorBits } from '../../src/hardware/check.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';

describe('requiredAccumulatorBits', () => {
  it.each([
    [1, 'trit', 9],
    [64, 'trit', 15],
    [6912, 'trit', 21],
    [65535, 'trit', 24],
    [65536, 'trit', 25],
    [1, 'int8', 16],
    [131071, 'int8', 32],
    [131072, 'int8', 33],
  ] as const)('for K = %i of %s is %i', (k, operand, bits) => {
    expect(requiredAccumulatorBits(k, operand)).toBe(bits);
  });

  it('holds the worst sum in two’s complement, and one bit fewer does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 24 }), fc.constantFrom('trit', 'int8'), (k, operand) => {
        const worst = BigInt(k) * (operand === 'trit' ? 128n : 16384n);
        const bits = requiredAccumulatorBits(k, operand);
        expect(BigInt.asIntN(bits, worst)).toBe(worst);
        expect(BigInt.asIntN(bits - 1, worst)).not.toBe(worst);
      }),
    );
  });
});

const narrowed = (machine: Machine, accumulatorBits: number): Machine => ({
  ...machine,
  array: { ...machine.array, accumulatorBits },
});

describe('checkAccumulator', () => {
  it('lets every published width of BitNet through on the shipped machines', async () => {
    for (const name of ['edge-ternary', 'edge-fp16', 'edge-int8']) {
      const machine = await loadMachine(name);
      for (const k of [1536, 8640, 28672, 45568])
        expect(() => checkAccumulator(machine, k, 'down_proj')).not.toThrow();
    }
  });

  it('refuses a K whose worst case is one too large, naming the operation and the width that it needs', async () => {
    const machine = narrowed(await loadMachine('edge-ternary'), 20);
    expect(() => checkAccumulator(machine, 4095, 'layers.0.down_proj')).not.toThrow();
    expect(() => checkAccumulator(machine, 4096, 'layers.0.down_proj')).toThrow(
      expect.objectContaining({
        code: 'MACHINE_ACCUMULATOR_NARROW',
        message:
          'edge-ternary: array.accumulator: the accumulators are too narrow for K = 4096 of layers.0.down_proj ' +
          '(found 20 bit). The worst case needs 21 bit',
      }),
    );
  });

  it('holds int8 products to their full range and FP32 sums to exact integers', async () => {
    const int8 = narrowed(await loadMachine('edge-int8'), 24);
    expect(() => checkAccumulator(int8, 511, 'q')).not.toThrow();
    expect(() => checkAccumulator(int8, 512, 'q')).toThrow('The worst case needs 25 bit');
    const fp16 = await loadMachine('edge-fp16');
    const exact = 131072;
    expect(Math.fround(exact * 128 - 1)).toBe(exact * 128 - 1);
    expect(() => checkAccumulator(fp16, exact, 'q')).not.toThrow();
    expect(() => checkAccumulator(fp16, exact + 1, 'q')).toThrow('exact up to K = 131072');
  });
});
