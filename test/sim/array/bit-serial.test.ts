/** Does the bit-serial array take a cycle for every bit that a block needs, and no more? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { BitSerialConfig } from '../../../src/hardware/machine.ts';
import { measureActivity } from '../../../src/sim/array/activity.ts';
import { significantBits } from '../../../src/sim/array/bit-serial-activity.ts';
import { bitSerialCost } from '../../../src/sim/array/bit-serial.ts';
import type { UnitCost } from '../../../src/sim/cost.ts';
import { tinyTrace } from '../../trace/tiny.ts';

const machine = await loadMachine('test-tiny-bit-serial');
const config = machine.array as BitSerialConfig;
const depth = config.pipeline.select + config.pipeline.tree + config.pipeline.accumulate;
const adds = (cost: UnitCost): number =>
  cost.actions.filter(({ action }) => action.type === 'int-add').reduce((sum, { count }) => sum + count, 0);

describe('significantBits', () => {
  test('is the shortest two’s complement width of every int8 value', () => {
    for (let x = -128; x <= 127; x++) {
      const width = [1, 2, 3, 4, 5, 6, 7, 8].find((w) => x >= -(2 ** (w - 1)) && x < 2 ** (w - 1))!;
      expect(significantBits(x), String(x)).toBe(width);
    }
  });
});

describe('bitSerialCost with all bits', () => {
  test('takes eight cycles for every row, block of inputs and block of outputs, and the pipeline once', () => {
    const size = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), size, size, (rows, k, n) => {
        const cost = bitSerialCost(machine, { ...config, bits: 'all' }, { rows, k, n, accumulate: false });
        const beats = rows * Math.ceil(k / config.inputs) * Math.ceil(n / config.outputs);
        expect(cost.cycles).toBe(8 * beats + depth - 1);
        // Every bit of an input takes one addition, in a tree or in the accumulator.
        expect(adds(cost)).toBe(8 * rows * k * n);
        expect(cost.laneCycles).toBe(rows * k * n);
      }),
    );
  });

  test('a full beat of eight cycles does what inputs × outputs ÷ 8 lanes do in eight', () => {
    const tile = { rows: 100, k: 160, n: 160, accumulate: false };
    const cost = bitSerialCost(machine, { ...config, bits: 'all' }, tile);
    expect(cost.laneCycles / (cost.cycles * 32)).toBeGreaterThan(0.99);
    expect(cost.laneCycles).toBeLessThanOrEqual(cost.cycles * 32);
  });
});

describe('bitSerialCost with significant bits', () => {
  test('takes for each block the bits of its widest activation: recomputed from the trace for every tile', async () => {
    const trace = await tinyTrace({ prompt: 7 });
    const name = 'layers.1.down_proj';
    const { in: k, out: n } = trace.manifest.matrices[name]!;
    const tiling = { k, n, tileK: 32, tileN: 20 };
    const source = await measureActivity(trace, machine, new Map([[name, tiling]]));
    const { activations } = await trace.readRows('prefill', name, 0, 7);
    for (const [tile, [from, size]] of [
      [0, 32],
      [32, k - 32],
    ].entries()) {
      let [cycles, operations] = [0, 0];
      for (let row = 2; row < 6; row++) {
        for (let block = 0; block < size!; block += config.inputs) {
          const inputs = Math.min(config.inputs, size! - block);
          const at = row * k + from! + block;
          const widest = Math.max(...[...activations.subarray(at, at + inputs)].map(significantBits));
          cycles += widest;
          operations += widest * inputs;
        }
      }
      const values = { matrix: name, tile, activations: { phase: 'prefill', firstRow: 2 } } as const;
      const activity = source!.activityOf(values, 4);
      expect(activity).toEqual({ cycles, operations });
      const cost = bitSerialCost(machine, config, { rows: 4, k: size!, n: 20, accumulate: false }, activity);
      expect(cost.cycles).toBe(2 * cycles + depth - 1);
      expect(adds(cost)).toBe(operations * 20);
    }
  });

  test('a synthesized trace has no activations: all eight bits are taken', async () => {
    const recorded = await tinyTrace();
    const trace = { ...recorded, manifest: { ...recorded.manifest, origin: 'synthesized' as const } };
    const name = 'layers.0.q_proj';
    const { in: k, out: n } = trace.manifest.matrices[name]!;
    const source = await measureActivity(trace, machine, new Map([[name, { k, n, tileK: k, tileN: n }]]));
    const tile = { rows: 3, k, n, accumulate: false };
    const values = { matrix: name, tile: 0, activations: { phase: 'decode', firstRow: 0 } } as const;
    expect(bitSerialCost(machine, config, tile, source!.activityOf(values, 3))).toEqual(
      bitSerialCost(machine, { ...config, bits: 'all' }, tile),
    );
  });
});
