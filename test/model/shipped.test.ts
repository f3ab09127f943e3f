/** Does the engine give the shipped model the figures that PyTorch and HF transformers measured when it was made? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/model/engine.ts';
import { withModelFolder } from '../../src/model/folder.node.ts';
import { generate } from '../../src/model/generate.ts';
import { loadModel } from '../../src/model/load.ts';
import { censusOf } from '../../src/model/model.ts';
import { measurePerplexity } from '../../src/model/perplexity.ts';
import { memorySource } from '../../src/safetensors/memory.ts';
import { openSafetensors } from '../../src/safetensors/reader.ts';
import { typedView } from '../../src/safetensors/typed.ts';

const LOGS = 'training/logs';
const json = (file: string): unknown => JSON.parse(readFileSync(`${LOGS}/${file}`, 'utf8'));
const model = await withModelFolder('models/tritsim-25m', loadModel);
const golden = await openSafetensors(
  memorySource(readFileSync(`${LOGS}/hf-logits.safetensors`), 'hf-logits'),
);
const tokens = async (name: string): Promise<number[]> =>
  Array.from(typedView(BigInt64Array, await golden.read(name)), Number);

describe('tritsim-25m', () => {
  test('has the perplexity that PyTorch measured on the first 5,000 tokens of the held-out text, within 0.5 %', () => {
    const { ids } = json('first-5000-ids.json') as { ids: number[] };
    const { results } = json('evaluation.json') as {
      results: { valid_first_5000_tokens: { ternary: { perplexity: number; tokens_scored: number } } };
    };
    const reference = results.valid_first_5000_tokens.ternary;
    const ours = measurePerplexity(new Engine(model), ids);
    expect(ours.tokens).toBe(reference.tokens_scored);
    expect(Math.abs(ours.perplexity / reference.perplexity - 1)).toBeLessThan(0.005);
  });

  test('is 40.7 % zeros in 25,165,824 ternary weights, as the model card says', () => {
    let [zeros, total] = [0, 0];
    for (const { zero, rows, cols } of censusOf(model)) {
      zeros += zero;
      total += rows * cols;
    }
    expect(total).toBe(25_165_824);
    expect((100 * zeros) / total).toBeCloseTo(40.7, 1);
  });

  // HF fake-quantizes in float32, so that activations next to a rounding boundary come out one step apart: HF on a GPU
  // and HF on a CPU differ by 0.019 on average and 0.19 at most here (hf_logits_gpu_against_cpu in evaluation.json).
  test('has logits as near to those of HF on a CPU as HF on a GPU has', async () => {
    const expected = typedView(Float32Array, await golden.read('logits'));
    const logits = new Engine(model).forward(await tokens('ids'), { logits: 'all' });
    const differences = Float64Array.from(logits, (x, i) => Math.abs(x - expected[i]!));
    expect(differences.reduce((sum, d) => sum + d, 0) / differences.length).toBeLessThan(0.02);
    expect(differences.reduce((most, d) => Math.max(most, d), 0)).toBeLessThan(0.2);
  });

  test('continues greedily as HF does, while the runner-up is further away than that difference', async () => {
    const prompt = await tokens('ids');
    const expected = (await tokens('generated')).slice(prompt.length);
    const margins = typedView(Float32Array, await golden.read('margins'));
    const clear = margins.findIndex((margin) => margin < 0.2);
    const compared = clear < 0 ? expected.length : clear;
    expect(compared).toBeGreaterThan(0);
    const ours = [...generate(new Engine(model), prompt, { tokens: expected.length })];
    expect(ours.slice(0, compared)).toEqual(expected.slice(0, compared));
  });
});
