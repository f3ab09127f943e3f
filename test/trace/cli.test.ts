import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { register } from '../../src/cli/trace.ts';
import { tinyFile, tinyModel } from '../model/tiny.ts';
import { tinyTraceBytes } from './tiny.ts';

let folder: string;
let tiny: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tritsim-'));
  tiny = join(folder, 'tiny.safetensors');
  await writeFile(tiny, await tinyTraceBytes());
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `tritsim trace` with these words; what it wrote to standard output. */
async function run(words: string): Promise<string> {
  const program = new Command('tritsim').version('0.0.0').exitOverride();
  program.configureOutput({ writeErr: () => {} });
  register(program);
  for (const command of program.commands[0]!.commands) command.exitOverride();
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await program.parseAsync(['trace', ...words.split(' ')], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return text;
}

/** Writes a model folder whose tokens are the letters and the space. */
async function writeModel(path: string): Promise<void> {
  const letters = [...'abcdefghijklmnopqrstuvwxyz '];
  const vocab = Object.fromEntries(letters.map((letter, id) => [letter, id]));
  const { config, tensors } = tinyModel('autobitlinear', { vocab_size: letters.length });
  await mkdir(path);
  await writeFile(join(path, 'config.json'), JSON.stringify(config));
  await writeFile(join(path, 'model.safetensors'), await tinyFile(tensors));
  const model = { type: 'BPE', vocab, merges: [] };
  const none = { normalizer: null, pre_tokenizer: null, post_processor: null };
  const tokenizer = { model, added_tokens: [], decoder: { type: 'Fuse' }, ...none };
  await writeFile(join(path, 'tokenizer.json'), JSON.stringify(tokenizer));
}

describe('tritsim trace record', () => {
  it('writes a trace of the prompt and the decoded tokens that verifies', async () => {
    const model = join(folder, 'letters');
    await writeModel(model);
    await writeFile(join(folder, 'prompt.txt'), 'to be or not');
    const path = join(folder, 'recorded.safetensors');
    const words = `record --model ${model} --prompt-file ${join(folder, 'prompt.txt')} --tokens 3 -o ${path}`;
    const result = JSON.parse(await run(`${words} --json`)) as {
      hash: string;
      model: { name: string; checkpoint: string };
      phases: { prefill: { ids: number[] }; decode: { steps: number } };
    };
    expect(result.model.name).toBe('letters');
    const weights = await readFile(join(model, 'model.safetensors'));
    expect(result.model.checkpoint).toBe(createHash('sha256').update(weights).digest('hex'));
    expect(result.phases.prefill.ids).toHaveLength('to be or not'.length);
    expect(result.phases.decode.steps).toBe(3);
    expect(await run(`verify ${path}`)).toContain('ok');
    expect(await run(words)).toMatch(/continuation: "[a-z ]{3}"\n$/);
    expect(JSON.parse(await run(`${words} --json`))).toEqual(result);
  });

  it('needs a prompt', async () => {
    await expect(run(`record --model ${folder} --tokens 1 -o x`)).rejects.toThrow(/a prompt is needed/);
  });
});

describe('tritsim trace inspect', () => {
  it('prints a row for each projection and phase', async () => {
    const lines = (await run(`inspect ${tiny}`)).trimEnd().split('\n');
    expect(lines[0]).toMatch(/tiny\.safetensors: recorded trace of tiny$/);
    expect(lines.slice(2, 4)).toEqual([
      'prefill: 1 × 5 tokens, 1 sequence, 0 in the KV cache before',
      'decode: 3 × 1 tokens, 1 sequence, 5 in the KV cache before',
    ]);
    expect(lines.filter((line) => line.startsWith('layers.'))).toHaveLength(2 * 14);
  });

  it('prints only JSON with --json', async () => {
    const result = JSON.parse(await run(`inspect ${tiny} --json`)) as {
      origin: string;
      operations: { weight_entropy_bits: number }[];
    };
    expect(result.origin).toBe('recorded');
    expect(result.operations[0]!.weight_entropy_bits).toBeGreaterThan(1.4);
  });
});

describe('tritsim trace verify', () => {
  it('says how many results agree', async () => {
    expect(await run(`verify ${tiny}`)).toMatch(/ok, 3[ ,]?776 results in 112 rows/);
  });

  it('prints the counts with --json', async () => {
    const result = JSON.parse(await run(`verify ${tiny} --json`)) as object;
    expect(result).toMatchObject({ operations: 14, rows: 112, results: 3776, mismatches: 0 });
  });
});

describe('tritsim trace synthesize', () => {
  it('writes a trace that inspect opens, and marks what was assumed', async () => {
    const path = join(folder, 'decode.safetensors');
    const written = await run(
      `synthesize --shape bitnet-b1.58-3b --phase decode --context 512 --tokens 4 --batch 2 -o ${path}`,
    );
    expect(written).toContain('synthesized trace of bitnet-b1.58-3b');
    const table = await run(`inspect ${path}`);
    expect(table).toContain('decode: 4 × 1 tokens, 2 sequences, 512 in the KV cache before');
    expect(table).toMatch(/layers\.25\.down_proj +decode +8 +3200 × 8640 +42\.2 %\* +– +8\.2 % +– +– +–/);
    expect(table).toContain('* assumed');
  });

  it('leaves nothing behind where it refuses', async () => {
    const before = await readdir(folder);
    const path = join(folder, 'refused.safetensors');
    await expect(run(`synthesize --shape llama-7b --phase decode --context 1 -o ${path}`)).rejects.toThrow(
      /there is no shape 'llama-7b'.*Did you mean 'llama-70b'/,
    );
    await expect(run(`synthesize --shape llama-70b --phase decode --context x -o ${path}`)).rejects.toThrow(
      /whole number/,
    );
    expect(await readdir(folder)).toEqual(before);
  });
});
