import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/model/engine.ts';
import { loadModel } from '../../src/model/load.ts';
import type { Model } from '../../src/model/model.ts';
import { MemorySink, memorySource } from '../../src/safetensors/memory.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import { openTrace } from '../../src/trace/read.ts';
import { recordTrace, type RecordOptions } from '../../src/trace/record.ts';
import { verifyTrace } from '../../src/trace/verify.ts';
import { tinyFolder, tinyModel } from '../model/tiny.ts';

const IDS = [3, 14, 15, 9, 26];

let model: Model;
beforeAll(async () => {
  model = await loadModel(await tinyFolder(tinyModel()));
});

async function recorded(options: Partial<RecordOptions> = {}): Promise<Uint8Array> {
  const sink = new MemorySink();
  await recordTrace(
    {
      engine: new Engine(model),
      model: { name: 'tiny', checkpoint: 'ab'.repeat(32) },
      prompt: 'digits of pi',
      ids: IDS,
      tokens: 4,
      tool: '0.0.0',
      ...options,
    },
    sink,
  );
  return sink.bytes();
}

describe('recording a trace', () => {
  it('records what the engine computed: every checksum follows from the recorded values', async () => {
    const trace = await openTrace(memorySource(await recorded()));
    const outputs = bitLinearsOf(trace.manifest).reduce((sum, { out }) => sum + out, 0);
    expect(await verifyTrace(trace)).toEqual({ operations: 14, rows: 14 * 9, results: outputs * 9 });
  });

  it('decodes the tokens that the engine finds likeliest, feeding each back', async () => {
    const { manifest } = await openTrace(memorySource(await recorded()));
    const engine = new Engine(model);
    const expected: number[] = [];
    let logits = engine.prefill(IDS);
    for (let step = 0; step < 4; step++) {
      const newest = logits.indexOf(Math.max(...logits));
      expected.push(newest);
      logits = engine.decode(newest);
    }
    expect(manifest.phases).toEqual({
      prefill: { steps: 1, tokensPerStep: 5, batch: 1, context: 0, ids: IDS },
      decode: { steps: 4, tokensPerStep: 1, batch: 1, context: 5, ids: expected },
    });
  });

  it('gives the same bytes whatever the number of tokens that go through the engine together', async () => {
    const oneByOne = await recorded({ engine: new Engine(model, { batch: 1 }) });
    expect(oneByOne).toEqual(await recorded());
    expect(await recorded({ engine: new Engine(model, { batch: 2 }) })).toEqual(oneByOne);
  });

  it('decodes a token exactly as a longer prompt would have prefilled it', async () => {
    const decoded = await openTrace(memorySource(await recorded()));
    const ids = [...IDS, ...decoded.manifest.phases.decode!.ids];
    const prefilled = await openTrace(memorySource(await recorded({ ids, tokens: 0 })));
    for (const { name } of bitLinearsOf(decoded.manifest)) {
      const { activations } = await decoded.readRows('decode', name, 0, 4);
      expect(activations).toEqual((await prefilled.readRows('prefill', name, 5, 9)).activations);
    }
  });

  it('hands q, k and v the same activations, and gate and up', async () => {
    const trace = await openTrace(memorySource(await recorded()));
    const rows = async (name: string) =>
      (await trace.readRows('prefill', `layers.1.${name}`, 0, 5)).activations;
    expect(await rows('k_proj')).toEqual(await rows('q_proj'));
    expect(await rows('v_proj')).toEqual(await rows('q_proj'));
    expect(await rows('up_proj')).toEqual(await rows('gate_proj'));
  });

  it('counts tokens for whoever watches', async () => {
    const steps: string[] = [];
    await recorded({ onProgress: (done, total) => steps.push(`${done}/${total}`) });
    expect(steps).toEqual(['5/9', '6/9', '7/9', '8/9', '9/9']);
  });

  it('is refused without a prompt, beyond the positions of the model, and in the middle of a sequence', async () => {
    await expect(recorded({ ids: [] })).rejects.toThrow(/the prompt has no tokens/);
    await expect(recorded({ tokens: 60 })).rejects.toThrow(/5 of the prompt and 60 decoded.*40 in all/);
    await expect(recorded({ tokens: 0.5 })).rejects.toThrow(/--tokens: must be a whole number/);
    const engine = new Engine(model);
    engine.prefill([1]);
    await expect(recorded({ engine })).rejects.toThrow(/already has a sequence/);
  });
});

describe('the file of a trace', () => {
  it('is read by a plain parser of the safetensors format in Python, tensor by tensor', async ({ skip }) => {
    if (spawnSync('python3', ['--version']).error !== undefined) skip('there is no python3 here');
    // The format by its description: u64 header length, JSON, then the data end to end.
    const parser = `
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
manifest = json.loads(header.pop('__metadata__')['tritsim.trace'])
assert length % 8 == 0
end = 0
for entry in sorted(header.values(), key=lambda entry: entry['data_offsets']):
    assert entry['data_offsets'][0] == end
    end = entry['data_offsets'][1]
assert 8 + length + end == len(data)
begin, end = header['decode.layers.1.down_proj.activations']['data_offsets']
row = struct.unpack('<%db' % (end - begin), data[8 + length + begin:8 + length + end])
print(json.dumps({'format': manifest['format'], 'tensors': len(header), 'activations': row}))
`;
    const folder = await mkdtemp(join(tmpdir(), 'tritsim-'));
    try {
      const path = join(folder, 'trace.safetensors');
      await writeFile(path, await recorded());
      const output = execFileSync('python3', ['-c', parser, path], { encoding: 'utf8' });
      const trace = await openTraceFile(path);
      const { activations } = await trace.readRows('decode', 'layers.1.down_proj', 0, 4);
      await trace.close();
      expect(activations).toHaveLength(4 * model.shape.intermediate);
      expect(JSON.parse(output)).toEqual({
        format: 'tritsim.trace/1',
        tensors: 14 * (2 + 3 + 3),
        activations: [...activations],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
