// Question: do sampling, generation and perplexity follow their definitions?
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/model/engine.ts';
import { generate, type GenerateOptions } from '../../src/model/generate.ts';
import { loadModel } from '../../src/model/load.ts';
import type { Model } from '../../src/model/model.ts';
import { measurePerplexity } from '../../src/model/perplexity.ts';
import { argmax, sample } from '../../src/model/sampling.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';
import { tinyFolder, tinyModel } from './tiny.ts';

const LOGITS = Float32Array.of(1, 3, 2, 3, -Infinity);

/** How often each token is drawn in n draws. */
function frequencies(temperature: number, topP: number, n: number): number[] {
  const random = new Pcg32(5);
  const counts = Array.from(LOGITS, () => 0);
  for (let i = 0; i < n; i++) counts[sample(LOGITS, { temperature, topP }, random)]! += 1 / n;
  return counts;
}

/** The tokens that are ever drawn. */
const kept = (topP: number): number[] =>
  frequencies(1, topP, 2000).flatMap((share, token) => (share > 0 ? [token] : []));

describe('sample', () => {
  it('takes the first of the largest logits at temperature 0', () => {
    expect(argmax(LOGITS)).toBe(1);
    expect(sample(LOGITS, { temperature: 0, topP: 0.1 }, new Pcg32(0))).toBe(1);
  });

  it.each([0.5, 1, 2])('draws tokens as often as the softmax at temperature %d says', (temperature) => {
    const weights = Array.from(LOGITS, (logit) => Math.exp(logit / temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    const n = 20_000;
    for (const [i, frequency] of frequencies(temperature, 1, n).entries()) {
      const p = weights[i]! / total;
      // Five standard deviations of a share of n draws.
      expect(Math.abs(frequency - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / n));
    }
  });

  it('keeps the fewest likeliest tokens that reach top-p', () => {
    // Probabilities 0.06, 0.40, 0.15, 0.40, 0.
    expect(kept(0.01)).toEqual([1]);
    expect(kept(0.39)).toEqual([1]);
    expect(kept(0.5)).toEqual([1, 3]);
    expect(kept(0.9)).toEqual([1, 2, 3]);
    expect(kept(0.99)).toEqual([0, 1, 2, 3]);
    expect(kept(1)).toEqual([0, 1, 2, 3]);
  });
});

describe('with a tiny model', () => {
  let model: Model;
  beforeAll(async () => {
    model = await loadModel(await tinyFolder(tinyModel('autobitlinear', { eos_token_id: null })));
  });
  const run = (options: GenerateOptions, prompt = [3, 1, 4], of = model): number[] => [
    ...generate(new Engine(of), prompt, options),
  ];

  it('generates greedily what the largest logits say', () => {
    const engine = new Engine(model);
    const expected: number[] = [];
    let logits = engine.prefill([3, 1, 4]);
    for (let i = 0; i < 8; i++) {
      expected.push(argmax(logits));
      logits = engine.decode(expected.at(-1)!);
    }
    expect(run({ tokens: 8 })).toEqual(expected);
  });

  it('generates the same text from the same seed, and another from another', () => {
    const sampling = { temperature: 1.5, topP: 0.95 };
    const first = run({ tokens: 30, sampling, seed: 1 });
    expect(run({ tokens: 30, sampling, seed: 1 })).toEqual(first);
    expect(run({ tokens: 30, sampling, seed: 2 })).not.toEqual(first);
  });

  it('stops at an end-of-text token, which it yields', () => {
    const text = run({ tokens: 8 });
    const stopping = { ...model, eosIds: [text[4]!] };
    const stopped = run({ tokens: 8 }, [3, 1, 4], stopping);
    expect(stopped).toEqual(text.slice(0, text.indexOf(text[4]!) + 1));
  });

  it('fills the sequence to its last token, and refuses one more before it begins', () => {
    expect(run({ tokens: 38 })).toHaveLength(38);
    expect(() => run({ tokens: 39 })).toThrow(expect.objectContaining({ code: 'ENGINE_FULL' }));
  });

  it('refuses an empty prompt and options out of range', () => {
    expect(() => run({ tokens: 1 }, [])).toThrow(expect.objectContaining({ code: 'GENERATE_PROMPT' }));
    for (const sampling of [
      { temperature: -1, topP: 1 },
      { temperature: NaN, topP: 1 },
      { temperature: 1, topP: 0 },
      { temperature: 1, topP: 1.1 },
    ]) {
      expect(() => run({ tokens: 1, sampling })).toThrow(
        expect.objectContaining({ code: 'SAMPLING_OPTION' }),
      );
    }
  });

  it('measures perplexity window by window, the first token of each unscored', () => {
    const ids = Array.from({ length: 100 }, (_, i) => (i * i * 7 + 3) % 50);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 100 }), (context, length) => {
        let nats = 0;
        let scored = 0;
        for (let start = 0; start < length; start += context) {
          const window = ids.slice(start, Math.min(length, start + context));
          const logits = new Engine(model).forward(window, { logits: 'all' });
          for (let t = 0; t + 1 < window.length; t++) {
            const row = [...logits.subarray(t * 50, (t + 1) * 50)];
            const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
            nats -= Math.log(Math.exp(row[window[t + 1]!]!) / total);
            scored += 1;
          }
        }
        const measured = measurePerplexity(new Engine(model), ids.slice(0, length), context);
        expect(measured.tokens).toBe(scored);
        expect(measured.nll).toBeCloseTo(nats / scored, 10);
        expect(measured.perplexity).toBe(Math.exp(measured.nll));
      }),
      { numRuns: 15 },
    );
  });

  it('scores a window longer than one batch as a whole, and reports progress to the last token', async () => {
    const long = await loadModel(
      await tinyFolder(tinyModel('autobitlinear', { max_position_embeddings: 200 })),
    );
    const ids = Array.from({ length: 190 }, (_, i) => (i * 13) % 50);
    const seen: number[] = [];
    const measured = measurePerplexity(new Engine(long), ids, 150, (done) => seen.push(done));
    expect(measured.tokens).toBe(188);
    expect(seen).toEqual([64, 128, 150, 190]);
    const halves = [ids.slice(0, 150), ids.slice(150)].map((part) =>
      measurePerplexity(new Engine(long), part),
    );
    const nats = halves.reduce((sum, { nll, tokens }) => sum + nll * tokens, 0);
    expect(measured.nll).toBeCloseTo(nats / 188, 12);
  });

  it('refuses windows and texts that leave nothing to score', () => {
    const engine = new Engine(model, { capacity: 10 });
    expect(() => measurePerplexity(engine, [1])).toThrow(
      expect.objectContaining({ code: 'PERPLEXITY_TEXT' }),
    );
    for (const context of [1, 11, 2.5]) {
      expect(() => measurePerplexity(engine, [1, 2], context)).toThrow(
        expect.objectContaining({ code: 'PERPLEXITY_CONTEXT' }),
      );
    }
  });
});
