/** Does a mapping given as data do what it says, move the bytes of the closed form, and is it refused where it does not fit? */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TritsimError } from '../../src/errors/error.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { Machine } from '../../src/hardware/machine.ts';
import { mappingOfPlan, type ExplicitMapping } from '../../src/mapping/explicit.ts';
import { buildProgram, planTrace, type Plan } from '../../src/mapping/plan.ts';
import { ENGINES, type Program } from '../../src/mapping/program.ts';
import { PhaseSimulation } from '../../src/sim/phase.ts';
import { productTrace } from '../../src/sim/product.ts';
import type { TraceManifest } from '../../src/trace/manifest.ts';
import { batches, machines, traces } from '../sim/stepper/machines.ts';
import { tinyTrace } from '../trace/tiny.ts';

function programs(manifest: TraceManifest, plan: Plan, machine: Machine): Program[] {
  return Object.values(plan.steps)
    .flat()
    .map((step) => buildProgram(manifest, plan, step, machine));
}

function unlessTooSmall(make: () => Plan): Plan | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TritsimError && error.code.startsWith('MAPPING_')) return undefined;
    throw error;
  }
}

test('any plan, written as data and planned again, is the same plan command by command', async () => {
  const seen = new Set<string>();
  const capacities = fc.constantFrom(96, 160, 256, 512, 2048);
  await fc.assert(
    fc.asyncProperty(
      machines,
      traces,
      batches,
      capacities,
      async ({ machine: drawn }, { shape }, record, bytes) => {
        const { manifest: tiny } = await tinyTrace({ shape: shape!, prompt: 1, decode: 0 });
        const prefill = { ...record, steps: 1, tokensPerStep: 2 * record.tokensPerStep, ids: [] };
        const manifest: TraceManifest = { ...tiny, origin: 'synthesized', phases: { prefill } };
        const { activations } = drawn.buffers;
        const buffers = { ...drawn.buffers, activations: { ...activations, capacityBytes: bytes } };
        const machine = { ...drawn, buffers };
        const plan = unlessTooSmall(() => planTrace(manifest, machine));
        if (plan === undefined) return;
        seen.add(plan.partitions.prefill!.mapping);
        const again = planTrace(manifest, machine, undefined, mappingOfPlan(plan));
        expect(again.partitions.prefill!.bytes).toBe(plan.partitions.prefill!.bytes);
        // Not toEqual: the difference of two programs fills the memory.
        const [made, known] = [again, plan].map((each) => programs(manifest, each, machine));
        expect(isDeepStrictEqual(made, known)).toBe(true);
      },
    ),
    { numRuns: 80 },
  );
  expect([...seen].toSorted()).toEqual(['chunked', 'spilled', 'whole']);
});

test('a product in any tiles, chunks and order moves the bytes of the closed form and passes every check of a run', () => {
  const seen = new Set<string>();
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 40 }),
  );
  const part = fc.double({ min: 0.05, max: 1, noNaN: true });
  const choices = fc.record({
    tiles: fc.tuple(fc.oneof(part, fc.constant(1)), part, part),
    slots: fc.constantFrom(1 as const, 2 as const),
    order: fc.constantFrom('rows' as const, 'weights' as const),
  });
  fc.assert(
    fc.property(machines, sizes, choices, ({ machine, device }, [m, n, k], { tiles, slots, order }) => {
      const { manifest } = productTrace({ m, n, k });
      const [tileK, tileN, rows] = [
        Math.ceil(k * tiles[0]),
        Math.ceil(n * tiles[1]),
        Math.ceil(m * tiles[2]),
      ];
      const mapping: ExplicitMapping = {
        stages: { prefill: [{ operations: 1, rows, slots, order }] },
        tiles: { product: { tileK, tileN } },
      };
      const plan = unlessTooSmall(() => planTrace(manifest, machine, undefined, mapping));
      if (plan === undefined) return;
      seen.add(order).add(plan.partitions.prefill!.mapping);
      const made = programs(manifest, plan, machine);
      const moved = made.reduce((sum, { bytes }) => sum + bytes.reduce((a, b) => a + b, 0), 0);
      expect(moved).toBe(plan.partitions.prefill!.bytes);
      const loads = made
        .flatMap(({ engine }) => [...engine])
        .filter((each) => ENGINES[each] === 'dma.weights');
      const passes = order === 'weights' ? 1 : Math.ceil(m / rows);
      expect(loads).toHaveLength(passes * Math.ceil(k / tileK) * Math.ceil(n / tileN));
      // Multiply-adds, bytes, bounds and time parts are checked by the run itself.
      const { conservation } = new PhaseSimulation(manifest, machine, device, plan, undefined).run('prefill');
      expect(conservation).toContain('multiply-adds');
    }),
    { numRuns: 200 },
  );
  expect([...seen].toSorted()).toEqual(['chunked', 'rows', 'weights', 'whole']);
});

describe('a mapping that the machine cannot run is refused', async () => {
  const machine = await loadMachine('test-tiny');
  const { manifest } = productTrace({ m: 8, n: 64, k: 64 });
  const planned = (mapping: ExplicitMapping) => () => planTrace(manifest, machine, undefined, mapping);
  const stage = { operations: 1, rows: 8, slots: 1, order: 'rows' } as const;
  const { weights, accumulators } = machine.buffers;

  test('with the buffer and the bytes that are missing', () => {
    const starved = {
      ...machine,
      buffers: {
        ...machine.buffers,
        weights: { ...weights, capacityBytes: 2 * 64 * 16 - 1 },
        accumulators: { ...accumulators, capacityBytes: 2 * 8 * 64 * 3 - 1 },
      },
    };
    const whole = { tiles: { product: { tileK: 64, tileN: 64 } } };
    const narrow = { tiles: { product: { tileK: 32, tileN: 64 } } };
    expect(() => planTrace(manifest, starved, undefined, whole)).toThrow(/weights buffer.*1 bytes more/);
    const stages = { prefill: [stage] };
    expect(() => planTrace(manifest, starved, undefined, { ...narrow, stages })).toThrow(
      /accumulators buffer.*1 bytes more/,
    );
  });

  test.each([
    ['a tile of nothing', { tiles: { product: { tileK: 0, tileN: 8 } } }, /MAPPING_TILE|no tile/],
    ['a tile wider than the projection', { tiles: { product: { tileK: 64, tileN: 65 } } }, /1 to 64 outputs/],
    [
      'stages of too many operations',
      { stages: { prefill: [{ ...stage, operations: 2 }] } },
      /1 in the trace/,
    ],
    ['more rows than a step has', { stages: { prefill: [{ ...stage, rows: 9 }] } }, /1 to 8/],
    [
      'weights that stay in part',
      {
        stages: { prefill: [{ ...stage, rows: 2, order: 'weights' as const }] },
        tiles: { product: { tileK: 32, tileN: 8 } },
      },
      /all 64/,
    ],
  ])('%s', (_, mapping, message) => {
    expect(planned(mapping)).toThrow(message);
  });
});
