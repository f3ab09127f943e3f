// Question: does a sequence give the same bits however it is fed, and is the observer told the truth?
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine, type EngineOptions } from '../../src/model/engine.ts';
import { plainKernels } from '../../src/model/kernels/plain.ts';
import { loadModel } from '../../src/model/load.ts';
import { type Model, ternaryMatrices } from '../../src/model/model.ts';
import type { BitLinearCall } from '../../src/model/observer.ts';
import { tinyFolder, type TinyForm, tinyModel } from './tiny.ts';

async function tiny(
  form: TinyForm = 'autobitlinear',
  overrides: Record<string, unknown> = {},
): Promise<Model> {
  return loadModel(await tinyFolder(tinyModel(form, overrides)));
}

const LLAMA = { model_type: 'llama', hidden_act: 'silu', tie_word_embeddings: false };
const IDS = Array.from({ length: 23 }, (_, i) => (i * 17 + 5) % 50);

describe.each([
  ['bitnet', {}],
  ['llama', LLAMA],
])('the engine on a tiny %s', (_, overrides) => {
  let model: Model;
  let expected: Float32Array;
  beforeAll(async () => {
    model = await tiny('bitlinear', overrides);
    expected = new Engine(model, { kernels: plainKernels, batch: 1 }).forward(IDS, { logits: 'all' });
  });
  const run = (options: EngineOptions): Float32Array =>
    new Engine(model, options).forward(IDS, { logits: 'all' });

  it('gives the same bits for any batch and kernels', () => {
    for (const batch of [1, 2, 5, 23, 64]) expect(run({ batch })).toEqual(expected);
    expect(run({ batch: 7, kernels: plainKernels })).toEqual(expected);
  });

  it('gives the same bits decoding as prefilling, from any split', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: IDS.length }), (split) => {
        const engine = new Engine(model, { capacity: IDS.length });
        let logits = engine.prefill(IDS.slice(0, split));
        for (let p = split; p < IDS.length; p++) {
          expect(logits).toEqual(expected.subarray((p - 1) * 50, p * 50));
          logits = engine.decode(IDS[p]!);
        }
        expect(logits).toEqual(expected.subarray((IDS.length - 1) * 50));
      }),
      { numRuns: 20 },
    );
  });

  it('gives the same bits after going back, and from a larger cache', () => {
    const engine = new Engine(model, { capacity: 40 });
    engine.prefill([1, 2, 3, ...IDS]);
    engine.rewind();
    engine.prefill(IDS.slice(0, 9));
    engine.prefill([7, 7, 7]);
    engine.rewind(9);
    expect(engine.forward(IDS.slice(9), { logits: 'all' })).toEqual(expected.subarray(9 * 50));
  });

  it('tells the observer the integers that went in and came out', () => {
    const calls: BitLinearCall[] = [];
    const engine = new Engine(model, { batch: 16 });
    engine.forward(IDS, {
      logits: 'none',
      observer: {
        bitlinear: (call) =>
          calls.push({
            ...call,
            activations: call.activations.slice(),
            scales: call.scales.slice(),
            accumulators: call.accumulators.slice(),
          }),
      },
    });
    const matrices = ternaryMatrices(model);
    expect(calls.map(({ name, position, tokens }) => [name, position, tokens])).toEqual([
      ...matrices.map(({ name }) => [name, 0, 16]),
      ...matrices.map(({ name }) => [name, 16, 7]),
    ]);
    for (const [i, call] of calls.entries()) {
      const weights = matrices[i % matrices.length]!;
      expect([call.in, call.out]).toEqual([weights.cols, weights.rows]);
      expect(call.scales.every((s) => s > 0)).toBe(true);
      const recomputed = new Int32Array(call.tokens * call.out);
      plainKernels.ternary(weights, call.activations, call.tokens, recomputed);
      expect(call.accumulators).toEqual(recomputed);
    }
  });
});

describe('the engine', () => {
  it('gives the same logits from online masters as from the packed file that they quantize to', async () => {
    const [packed, online] = [await tiny('autobitlinear'), await tiny('online')];
    expect(new Engine(online).forward(IDS, { logits: 'all' })).toEqual(
      new Engine(packed).forward(IDS, { logits: 'all' }),
    );
  });

  it('returns no logits, those of the last position, or all', async () => {
    const engine = new Engine(await tiny());
    expect(engine.forward([1, 2], { logits: 'none' })).toHaveLength(0);
    expect(engine.forward([1, 2])).toHaveLength(50);
    expect(engine.forward([1, 2], { logits: 'all' })).toHaveLength(100);
    expect(engine.forward([])).toHaveLength(0);
    expect(engine.position).toBe(6);
  });

  it('refuses tokens outside the vocabulary and sequences beyond its capacity, and stays as it was', async () => {
    const model = await tiny();
    const engine = new Engine(model, { capacity: 3 });
    engine.prefill([1]);
    for (const id of [50, -1, 0.5, NaN]) {
      expect(() => engine.decode(id)).toThrow(expect.objectContaining({ code: 'ENGINE_TOKEN' }));
    }
    expect(() => engine.prefill([1, 2, 3])).toThrow(expect.objectContaining({ code: 'ENGINE_FULL' }));
    expect(engine.position).toBe(1);
    for (const capacity of [0, 41, 1.5]) {
      expect(() => new Engine(model, { capacity })).toThrow(
        expect.objectContaining({ code: 'ENGINE_CAPACITY' }),
      );
    }
  });

  it('refuses activations that overflow, and stays as it was', async () => {
    const model = await tiny();
    const damaged = { ...model, embedding: model.embedding.map((x, i) => (i < 24 ? x : 3e38)) };
    const engine = new Engine(damaged, { batch: 1 });
    expect(() => engine.prefill([0, 1])).toThrow(expect.objectContaining({ code: 'ENGINE_NOT_FINITE' }));
    expect(engine.position).toBe(0);
  });
});
