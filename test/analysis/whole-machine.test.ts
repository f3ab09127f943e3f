/**
 * Is what is left of the papers' ratio on a whole machine what physics allows, and is a model extrapolated from two layers the
 * model? No outcome is recorded here: they move with the simulator.
 */
import { readFile } from 'node:fs/promises';
import { csvParse } from 'd3';
import { describe, expect, it } from 'vitest';
import { loadPublished, loadWholeMachine } from '../../src/analysis/published/load.node.ts';
import { linearWeights } from '../../src/analysis/published/pass.ts';
import { firstLayers, PassSimulator, ranksFor } from '../../src/analysis/published/simulate-pass.ts';
import {
  baselineEnergy,
  wholeMachineRatios,
  type WholeMachineOptions,
} from '../../src/analysis/published/whole-machine.ts';
import { secondFigures, simulatedShapes } from '../../src/analysis/published/second-figures.ts';
import { matchBaseline } from '../../src/analysis/match.ts';

const readCsv = async (file: string) => csvParse(await readFile(file, 'utf8'));

const setup = await loadWholeMachine(['gpt-1.3b', 'gpt-6.7b']);
const [small, large] = setup.models as [(typeof setup.models)[0], (typeof setup.models)[0]];
const options: WholeMachineOptions = {
  matches: ['peak'],
  phases: ['prefill', 'decode'],
  batches: [1, 16],
  context: 512,
  fidelity: 'analytic',
};
const { machine, baselines, deviceOf, prices } = setup;
const decodes = await wholeMachineRatios(setup, { ...options, phases: ['decode'] });
const few = firstLayers(small, 6);
const context = { deviceOf, prices, fidelity: 'analytic' } as const;

const ratio = (model: string, batch: number, baseline: string): number =>
  decodes.find((row) => row.model === model && row.batch === batch && row.baseline === baseline)!.whole_ratio;

describe('decoding on a whole machine', () => {
  it('is cheaper with trits than on any of the baselines, by less than the papers have it', () => {
    for (const { whole_ratio: whole, arithmetic_ratio: arithmetic } of decodes) {
      expect(whole).toBeGreaterThan(1);
      expect(whole).toBeLessThan(arithmetic);
    }
  });

  it('saves at most what the weights are shorter at equal peak: 16, 8 and 4 bits to 1.6', () => {
    const bits: Record<string, number> = { 'edge-fp16': 16, 'edge-int8': 8, 'edge-int4': 4 };
    // The array of the baseline takes energy too, and a systolic one does not keep up with the DRAM at one row: a quarter more.
    for (const row of decodes) expect(row.whole_ratio).toBeLessThan((1.25 * bits[row.baseline]!) / 1.6);
  });

  it('saves less where 16 sequences share the weights, since each has its own cache', () => {
    for (const { name } of baselines) {
      for (const model of [small.name, large.name]) {
        expect(ratio(model, 16, name)).toBeLessThan(ratio(model, 1, name));
      }
    }
  });

  it('saves more against wider weights, and more in a larger model', () => {
    expect(ratio('gpt-1.3b', 1, 'edge-fp16')).toBeGreaterThan(ratio('gpt-1.3b', 1, 'edge-int8'));
    expect(ratio('gpt-1.3b', 1, 'edge-int8')).toBeGreaterThan(ratio('gpt-1.3b', 1, 'edge-int4'));
    expect(ratio('gpt-6.7b', 1, 'edge-fp16')).toBeGreaterThan(ratio('gpt-1.3b', 1, 'edge-fp16'));
  });

  it('has its ratio inside its band', () => {
    for (const { low, whole_ratio: whole, high } of decodes) {
      expect(low).toBeLessThanOrEqual(whole);
      expect(high).toBeGreaterThanOrEqual(whole);
    }
  });

  it('is told with every model, batch and baseline, the sizes apart', () => {
    expect(decodes).toHaveLength(2 * 2 * 3);
    expect(decodes[0]).toMatchObject({
      model: 'gpt-1.3b',
      phase: 'decode',
      extrapolated: ['layers'],
      extrapolation_error: null,
      context: 512,
    });
    expect(decodes[0]!.params).toBe(linearWeights(small.shape) + 2 * 16000 * 2048);
  });
});

describe('the DRAM of the family', () => {
  it('has the least power of two of ranks that holds the model with the wider weights', () => {
    for (const model of setup.models) {
      const own = decodes.filter((row) => row.model === model.name);
      for (const { baseline, ranks } of own) {
        expect(Math.log2(ranks) % 1).toBe(0);
        const bits: Record<string, number> = { 'edge-fp16': 16, 'edge-int8': 8, 'edge-int4': 4 };
        expect(ranks * 4 * 2 ** 30).toBeGreaterThan((linearWeights(model.shape) * bits[baseline]!) / 8);
      }
    }
  });

  it('makes no row depend on what else is asked for', async () => {
    const alone = await wholeMachineRatios(
      { ...setup, models: [large], baselines: baselines.slice(0, 1) },
      { ...options, phases: ['decode'], batches: [1] },
    );
    const among = decodes.filter(
      ({ model, batch, baseline }) => model === large.name && batch === 1 && baseline === 'edge-fp16',
    );
    expect(alone).toEqual(among);
  });

  it('counts for all layers what a plan of all layers needs', () => {
    const sizes = [{ phase: 'decode', context: 512, batch: 1 }] as const;
    expect(ranksFor(large, baselines, sizes, deviceOf)).toBe(4);
    expect(ranksFor(firstLayers(large, 2), baselines, sizes, deviceOf)).toBe(1);
  });
});

describe('layers beyond the second', () => {
  it.each([
    ['decode', 1],
    ['decode', 16],
    ['prefill', 1],
  ] as const)('in %s at batch %i are within 1 % of simulating them', async (phase, batch) => {
    const passes = new PassSimulator(few, context);
    const baseline = matchBaseline(machine, baselines[0]!, 'peak');
    for (const each of [machine, baseline]) {
      const size = { phase, context: 64, batch };
      const [guessed, whole] = [await passes.extrapolate(each, size), await passes.simulate(each, size)];
      expect(Math.abs(guessed.energyJ / whole.energyJ - 1)).toBeLessThan(0.01);
      expect(Math.abs(guessed.timeS / whole.timeS - 1)).toBeLessThan(0.02);
    }
  });

  // The FP16 machine holds fewer tokens on the chip, so its passes over weights and activations grow less evenly.
  it.each([
    ['edge-ternary', 0.02],
    ['edge-fp16', 0.05],
  ])('and sequences of a prefill beyond the second, on %s are near all 16', async (name, bound) => {
    const passes = new PassSimulator(few, context);
    const on = name === machine.name ? machine : matchBaseline(machine, baselines[0]!, 'peak');
    const size = { phase: 'prefill', context: 512, batch: 16 } as const;
    const [guessed, whole] = [await passes.extrapolate(on, size), await passes.simulate(on, size)];
    expect(Math.abs(guessed.energyJ / whole.energyJ - 1)).toBeLessThan(bound);
  });

  it('were measured, for sequences, on the pairs whose ratios are printed', async () => {
    // Both tables are large to make; the second is held to the program by `npm run check:figure`.
    const measured = await readCsv('reports/published/extrapolation.csv');
    const printed = (await readCsv('docs/data/ratio-by-model-size.csv')).filter(
      ({ kind, phase, batch }) => kind === 'whole' && phase === 'prefill' && batch === '16',
    );
    const both = printed.flatMap((row) =>
      measured
        .filter((other) => (['model', 'baseline', 'match'] as const).every((key) => other[key] === row[key]))
        .map((other) => [row, other] as const),
    );
    expect(both.map(([row]) => row['model'])).toEqual(['gpt-1.3b', 'gpt-2.7b', 'gpt-6.7b']);
    for (const [row, other] of both) {
      expect(other['ranks']).toBe(row['ranks']);
      expect(Number(other['whole_ratio_extrapolated'])).toBeCloseTo(Number(row['ratio']), 12);
    }
    const errors = measured.map(({ error }) => Math.abs(Number(error)));
    for (const { extrapolation_error: stated } of printed) expect(Number(stated)).toBe(Math.max(...errors));
  });

  it('have charges that add up to the energy', async () => {
    const pass = await new PassSimulator(few, context).extrapolate(machine, {
      phase: 'decode',
      context: 64,
      batch: 1,
    });
    const sum = pass.charges.reduce((total, { count, price }) => total + count * price.amount, 0);
    expect((sum * 1e-12) / pass.energyJ).toBeCloseTo(1, 9);
  });
});

describe('the second figure', () => {
  it('stands beside every energy at 7 nm in FP16 or trits whose shape is in the sweep', async () => {
    const files = await loadPublished();
    const figures = secondFigures(files, decodes, new Map([['minicpm-2b', 42]]));
    expect(simulatedShapes(files)).toContain('gpt-70b');
    expect(figures.get('b158-figure3-7b')!.map(({ phase, batch }) => `${phase} ${batch}`)).toEqual([
      'decode 1',
      'decode 16',
    ]);
    expect(figures.get('2b4t-table1-minicpm-2b-energy')![0]).toMatchObject({
      value: 42,
      machine: 'edge-fp16',
    });
    for (const id of [
      'bitnet-table1-6.7b-w32-7nm-mul',
      'bitnet-table1-6.7b-w16-45nm-mul',
      'b158-figure3-operation',
    ]) {
      expect(figures.has(id)).toBe(false);
    }
  });

  it('of a model in half precision is more than its arithmetic', async () => {
    const { models } = await loadWholeMachine(['llama3.2-1b']);
    const size = { phase: 'prefill', context: 512, batch: 1 } as const;
    expect(await baselineEnergy(models[0]!, setup, size, 'analytic')).toBeGreaterThan(0.258);
  });
});
