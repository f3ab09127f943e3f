import { describe, expect, it } from 'vitest';
import { MemorySink, memorySource } from '../../src/safetensors/memory.ts';
import { inspectTrace } from '../../src/trace/inspect.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import { parsePublishedModel, type PublishedModel } from '../../src/trace/published.ts';
import { loadPublishedModel, publishedModelNames } from '../../src/trace/published.node.ts';
import { openTrace } from '../../src/trace/read.ts';
import { synthesize } from '../../src/trace/synthesize.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { verifyTrace } from '../../src/trace/verify.ts';
import { writeManifest } from '../../src/trace/write.ts';

async function synthesized(shape: string, synthesis: Parameters<typeof synthesize>[1]): Promise<Trace> {
  const sink = new MemorySink();
  await writeManifest(synthesize(await loadPublishedModel(shape), synthesis, '0.0.0'), sink);
  return openTrace(memorySource(sink.bytes(), shape));
}

/** The model of a shape file whose text is given, beside a CSV whose text is given. */
function parse(text: string, csv = ''): Promise<PublishedModel> {
  return parsePublishedModel(text, 'small.yaml', () => Promise.resolve(csv));
}

describe('the shipped shapes', () => {
  it('all load, under the name of their file', async () => {
    const names = await publishedModelNames();
    for (const name of names) expect((await loadPublishedModel(name)).name).toBe(name);
    expect(names).toContain('llama-70b');
    expect(names).toHaveLength(21);
  });

  // Linear weights in billions; sources: 2.0840 from the 2B4T config, 2.5 from 12·L·h² (arXiv 2310.11453, Table 5),
  // 68.45 is Llama 2 70B's 68.98 without its two embedding tables of 8192 × 32000.
  it.each([
    ['bitnet-b1.58-2b4t', 2.0840448],
    ['gpt-2.7b', 12 * 32 * 2560 ** 2 * 1e-9],
    ['llama-70b', 68.45],
  ])('%s has the published number of weights in its projections', async (name, billions) => {
    const trace = await synthesized(name, { phase: 'decode', context: 1, batch: 1 });
    const weights = bitLinearsOf(trace.manifest).reduce((sum, { in: inputs, out }) => sum + inputs * out, 0);
    expect(weights / 1e9).toBeCloseTo(billions, 2);
  });

  it('name the nearest where one is unknown', async () => {
    await expect(loadPublishedModel('bitnet-b1.58-3B4t')).rejects.toThrow(
      /Did you mean 'bitnet-b1\.58-2b4t'/,
    );
  });
});

describe('a synthesized trace', () => {
  it('of a prefill has the context as its prompt and an empty cache', async () => {
    const { manifest } = await synthesized('bitnet-b1.58-3b', { phase: 'prefill', context: 512, batch: 4 });
    expect(manifest.phases).toEqual({
      prefill: { steps: 1, tokensPerStep: 512, batch: 4, context: 0, ids: [] },
    });
  });

  it('of a decode has the context in its cache and one token a step', async () => {
    const { manifest } = await synthesized('bitnet-b1.58-3b', {
      phase: 'decode',
      context: 2048,
      tokens: 7,
      batch: 2,
    });
    expect(manifest.phases).toEqual({
      decode: { steps: 7, tokensPerStep: 1, batch: 2, context: 2048, ids: [] },
    });
  });

  it('of 2B4T carries the zeros measured in each tensor and its rows', async () => {
    const { manifest } = await synthesized('bitnet-b1.58-2b4t', { phase: 'decode', context: 512, batch: 1 });
    const matrices = Object.values(manifest.matrices);
    expect(matrices).toHaveLength(210);
    expect(matrices.every(({ zeroFraction }) => zeroFraction.basis === 'measured')).toBe(true);
    const first = manifest.matrices['layers.0.q_proj']!;
    expect(first.zeroFraction.value).toBe(3251715 / 2560 ** 2);
    expect(first.rowZeroFraction).toEqual([0.2461, 0.4242, 0.9146]);
    const zeros = matrices.reduce(
      (sum, { in: i, out, zeroFraction }) => sum + zeroFraction.value * i * out,
      0,
    );
    expect(zeros / 2_084_044_800).toBeCloseTo(0.4221, 4);
  });

  it('says of other shapes that their zeros are assumed', async () => {
    const trace = await synthesized('bitnet-b1.58-70b', { phase: 'decode', context: 1, batch: 1 });
    const rows = await inspectTrace(trace);
    expect(rows).toHaveLength(80 * 7);
    expect(rows[0]).toMatchObject({
      weight_zero_fraction: 0.4221,
      weight_zero_basis: 'assumed',
      weight_entropy_bits: null,
      activation_zero_basis: 'assumed',
      magnitude_bits_max: null,
    });
  });

  it('has no gate where the shape has none', async () => {
    const { manifest } = await synthesized('gpt-2.7b', { phase: 'prefill', context: 512, batch: 1 });
    expect(Object.keys(manifest.matrices).filter((name) => name.includes('gate'))).toEqual([]);
    expect(Object.keys(manifest.matrices)).toHaveLength(6 * 32);
  });

  it('refuses to give values', async () => {
    const trace = await synthesized('bitnet-b1.58-700m', { phase: 'decode', context: 1, batch: 1 });
    await expect(verifyTrace(trace)).rejects.toThrow(/bitnet-b1\.58-700m: was synthesized/);
  });

  it.each([
    [{ phase: 'prefill', context: 0, batch: 1 }, /--context: must be a whole number, 1 or more \(found 0\)/],
    [{ phase: 'decode', context: 1.5, batch: 1 }, /--context: .*found 1\.5/],
    [{ phase: 'decode', context: 1, batch: 0 }, /--batch: /],
    [{ phase: 'decode', context: 1, batch: 1, tokens: 0 }, /--tokens: must be a whole number, 1 or more/],
    [{ phase: 'prefill', context: 1, batch: 1, tokens: 2 }, /--tokens: a prefill decodes no tokens/],
  ] as const)('is refused for %o', async (synthesis, message) => {
    const model = await loadPublishedModel('bitnet-b1.58-3b');
    expect(() => synthesize(model, synthesis, '0.0.0')).toThrow(message);
  });
});

describe('the file of a shape', () => {
  const file = `
schema: tritsim.model/1
name: small
shape: { hidden: 8, intermediate: 16, layers: 1, heads: 2, kvHeads: 1, headDim: 4, vocab: 9, maxPositions: 4,
  ropeTheta: 10000, rmsEps: 1.0e-5, activation: silu, gated: false, tiedEmbeddings: true, subNorms: false }
sources:
  - fields: [hidden, intermediate, layers, heads, kvHeads, headDim, vocab, maxPositions, ropeTheta, rmsEps,
      activation, gated, tiedEmbeddings, subNorms]
    grade: assumed
    source: this test
weightZeroFraction: { value: 0.5, basis: assumed, source: this test }
activationZeroFraction: null
`;
  it('is read when every field has a source', async () => {
    expect(Object.keys((await parse(file)).matrices)).toHaveLength(6);
  });

  it.each([
    ['a key twice', file.replace('name: small', 'name: small\nname: other'), /small\.yaml: .*unique/],
    ['a misspelt key', file.replace('hidden: 8', 'hiden: 8'), /Did you mean 'hidden'/],
    ['a field without a source', file.replace('gated, tied', 'tied'), /'gated' must be listed exactly once/],
    ['a field with two', file.replace('- fields: [', '- fields: [vocab, '), /'vocab' must be listed/],
    ['a fraction above one', file.replace('value: 0.5', 'value: 50'), /weightZeroFraction\.value/],
  ])('is refused with %s', async (_, text, message) => {
    await expect(parse(text)).rejects.toThrow(message);
  });

  it('is refused when the CSV of its zeros does not count every weight', async () => {
    const text = file.replace(
      /weightZeroFraction.*/,
      'weightZeroFraction: { csv: z.csv, basis: measured, source: s }',
    );
    await expect(parse(text, 'layer,projection\n')).rejects.toThrow(/z\.csv: must have the known columns/);
  });
});
