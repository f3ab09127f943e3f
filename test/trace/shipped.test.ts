import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkpointHash } from '../../src/model/checkpoint.ts';
import { Engine } from '../../src/model/engine.ts';
import { withModelFolder } from '../../src/model/folder.node.ts';
import { loadModel } from '../../src/model/load.ts';
import { openTokenizer } from '../../src/model/tokenizer.ts';
import { MemorySink } from '../../src/safetensors/memory.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import { recordTrace } from '../../src/trace/record.ts';

const PATH = 'traces/tritsim-25m.p64d16.safetensors';

describe('the shipped trace', () => {
  it('is what its README says: 64 tokens of prompt.txt and 16 decoded, by its hash', async () => {
    const trace = await openTraceFile(PATH);
    await trace.close();
    const { phases, prompt } = trace.manifest;
    expect(prompt).toBe(await readFile('traces/prompt.txt', 'utf8'));
    expect(phases.prefill).toMatchObject({ steps: 1, tokensPerStep: 64, context: 0 });
    expect(phases.decode).toMatchObject({ steps: 16, tokensPerStep: 1, context: 64 });
    expect(await readFile('traces/README.md', 'utf8')).toContain(trace.hash);
  });

  it('is what the shipped model computes today, byte for byte', async () => {
    const shipped = await readFile(PATH);
    const trace = await openTraceFile(PATH);
    await trace.close();
    const sink = new MemorySink();
    await withModelFolder('models/tritsim-25m', async (folder) => {
      const prompt = trace.manifest.prompt!;
      const ids = (await openTokenizer(folder)).encode(prompt);
      const model = { name: 'tritsim-25m', checkpoint: await checkpointHash(folder) };
      const engine = new Engine(await loadModel(folder));
      await recordTrace({ engine, model, prompt, ids, tokens: 16, tool: trace.manifest.tool }, sink);
    });
    expect(Buffer.compare(shipped, sink.bytes())).toBe(0);
  });
});
