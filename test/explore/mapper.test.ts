/** Is the mapper's choice never worse than the default, are its bounds bounds, and does it say what it left out? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPrices } from '../../src/energy/load.node.ts';
import { TritsimError } from '../../src/errors/error.ts';
import { valueOf } from '../../src/explore/mapper/candidate.ts';
import { JobEvaluator } from '../../src/explore/mapper/evaluate.ts';
import { MAP_OBJECTIVES, operationTrace, phaseTrace, type MapJob } from '../../src/explore/mapper/job.ts';
import { phaseCandidates } from '../../src/explore/mapper/phase.ts';
import { projectionCandidates } from '../../src/explore/mapper/projection.ts';
import { searchMapping } from '../../src/explore/mapper/search.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { BufferConfig, Machine } from '../../src/hardware/machine.ts';
import { mappingOfPlan } from '../../src/mapping/explicit.ts';
import { loadMachineDevice } from '../../src/sim/dram/device-file.node.ts';
import { productTrace } from '../../src/sim/product.ts';
import { simulate } from '../../src/sim/simulate.ts';
import { loadPublishedModel } from '../../src/trace/published.node.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import { machines, traces } from '../sim/stepper/machines.ts';
import { tinyTrace } from '../trace/tiny.ts';

const edge = await loadMachine('edge-ternary');
const prices = await loadPrices(edge.technology.prices);

/** Buffers that the price table covers: 8 KiB and up. */
const buffer = fc.record({
  capacityBytes: fc.constantFrom(8192, 16_384, 32_768),
  banks: fc.constantFrom(1, 4),
  portBits: fc.constantFrom(32, 64, 256),
  ports: fc.constantFrom<BufferConfig['ports']>('1rw', '1r1w'),
});
const priced = fc
  .record({
    random: machines,
    buffers: fc.record({ weights: buffer, activations: buffer, accumulators: buffer, operands: buffer }),
  })
  .map(({ random: { machine }, buffers }): Machine => {
    const { technology, dram, vector, floatUnit } = edge;
    return { ...machine, technology, dram, vector, floatUnit, buffers };
  });
const device = loadMachineDevice(edge.dram);
const size = (max: number) => fc.integer({ min: 1, max });
const objectives = fc.constantFrom(...MAP_OBJECTIVES);
const options = { budget: 30, refine: 2 };

function isMisfit(error: unknown): boolean {
  return error instanceof TritsimError && error.code.startsWith('MAPPING_');
}

describe('of a projection', () => {
  test('the choice, simulated, is never worse than the default, simulated; often it is better', async () => {
    let better = 0;
    await fc.assert(
      fc.asyncProperty(
        priced,
        size(60),
        size(200),
        size(200),
        objectives,
        async (machine, m, n, k, objective) => {
          const trace = productTrace({ m, n, k });
          const job: MapJob = { trace, phase: 'prefill', machine, device, prices };
          const { chosen, reference } = await searchMapping(job, { ...options, objective });
          expect(valueOf(chosen.simulated, objective)).toBeLessThanOrEqual(
            valueOf(reference.simulated, objective),
          );
          if (valueOf(chosen.simulated, objective) < valueOf(reference.simulated, objective)) better++;
          const { phases } = await simulate(trace, machine, device);
          expect(reference.simulated.timePs).toBe(phases[0]!.timePs);
          // The choice is data: planned from it alone, it costs the same.
          const again = await new JobEvaluator(job).cost(chosen.machine, chosen.mapping, 'cycle');
          expect(again).toEqual(chosen.simulated);
        },
      ),
      { numRuns: 16 },
    );
    expect(better).toBeGreaterThan(2);
  });

  test('no run of a candidate is shorter than its bound, and what fits is planned', async () => {
    await fc.assert(
      fc.asyncProperty(priced, size(40), size(150), size(150), fc.nat(), async (machine, m, n, k, pick) => {
        const job: MapJob = { trace: productTrace({ m, n, k }), phase: 'prefill', machine, device, prices };
        const evaluator = new JobEvaluator(job);
        const { fit, unfit } = projectionCandidates(job, mappingOfPlan(await evaluator.plan(machine)));
        const { machine: own, mapping, boundPs } = fit[pick % fit.length]!;
        const cost = await evaluator.cost(own, mapping, 'cycle');
        expect(cost.timePs).toBeGreaterThanOrEqual(Math.floor(boundPs));
        for (const { needed, capacity } of unfit) expect(needed).toBeGreaterThan(capacity);
      }),
      { numRuns: 30 },
    );
  });

  test('the same job gives the same result, and every candidate is counted once', async () => {
    const int8 = await loadMachine('edge-int8');
    const job: MapJob = {
      trace: productTrace({ m: 40, n: 320, k: 640 }),
      phase: 'prefill',
      machine: int8,
      device,
      prices,
    };
    const evaluator = new JobEvaluator(job);
    const { fit, unfit } = projectionCandidates(job, mappingOfPlan(await evaluator.plan(int8)));
    const search = () => searchMapping(job, { objective: 'time', budget: 30, refine: 1 });
    const result = await search();
    expect(await search()).toEqual(result);
    expect(result.unfit).toHaveLength(unfit.length);
    expect(result.ranked.length + result.bounded.length + result.unreached).toBe(fit.length);
    const best = Math.min(...result.ranked.map(({ estimate }) => estimate.timePs));
    for (const { boundPs } of result.bounded) expect(boundPs).toBeGreaterThanOrEqual(best);
    expect(new Set(fit.map(({ machine: { array } }) => 'dataflow' in array && array.dataflow)).size).toBe(3);
  });

  test('of a recorded trace has its values, and is named where it is not there', async () => {
    const trace = await tinyTrace({ prompt: 6, decode: 2 });
    const { machine, phase } = { machine: edge, phase: 'decode' as const };
    const job: MapJob = {
      trace: operationTrace(trace, phase, 'layers.0.q_proj'),
      phase,
      machine,
      device,
      prices,
    };
    const { chosen, reference } = await searchMapping(job, { ...options, objective: 'energy' });
    expect(chosen.simulated.energyJ).toBeLessThanOrEqual(reference.simulated.energyJ);
    expect(() => operationTrace(trace, phase, 'layers.0.q_prj')).toThrow(/layers\.0\.q_proj/);
    expect(() => operationTrace(trace, phase, 'layers.0.attention')).toThrow(/MAP_|no such projection/);
  });
});

describe('of a phase', () => {
  test('the choice, simulated, is never worse than the default', async () => {
    const phases = fc.constantFrom('prefill' as const, 'decode' as const);
    await fc.assert(
      fc.asyncProperty(priced, traces, phases, objectives, async (machine, drawn, phase, objective) => {
        const trace = await tinyTrace({ ...drawn, prompt: 6, decode: 1 });
        const job: MapJob = { trace: phaseTrace(trace, phase), phase, machine, device, prices };
        try {
          const { chosen, reference } = await searchMapping(job, { ...options, objective });
          expect(valueOf(chosen.simulated, objective)).toBeLessThanOrEqual(
            valueOf(reference.simulated, objective),
          );
        } catch (error) {
          if (!isMisfit(error)) throw error;
        }
      }),
      { numRuns: 12 },
    );
  });

  test('stages of least time are faster for a long prompt than those of fewest bytes, by the estimate', async () => {
    const model = await loadPublishedModel('bitnet-b1.58-2b4t');
    const manifest = synthesize(model, { phase: 'prefill', context: 512, batch: 1 }, '');
    const trace = { ...productTrace({ m: 1, n: 1, k: 1 }), manifest };
    const job: MapJob = {
      trace: phaseTrace(trace, 'prefill'),
      phase: 'prefill',
      machine: edge,
      device,
      prices,
    };
    const evaluator = new JobEvaluator(job);
    const { fit } = phaseCandidates(job, mappingOfPlan(await evaluator.plan(edge)));
    const timeOf = async (label: string): Promise<number> => {
      const { mapping } = fit.find((each) => each.label.startsWith(label))!;
      return (await evaluator.cost(edge, mapping, 'analytic')).timePs;
    };
    expect(await timeOf('stages of least time')).toBeLessThan(await timeOf('the default stages'));
  });
});
