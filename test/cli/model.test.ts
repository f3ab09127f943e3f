// Question: do generate, perplexity and logits print what the contract says, and nothing else on standard output?
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { register as registerGenerate } from '../../src/cli/generate.ts';
import { register as registerLogits } from '../../src/cli/logits.ts';
import { register as registerPerplexity } from '../../src/cli/perplexity.ts';
import { createProgram, runProgram } from '../../src/cli/run.ts';
import { jsonBytes, tinyFile, tinyModel } from '../model/tiny.ts';
import { TINY_VOCAB, tinyTokenizerJson } from '../model/tiny-tokenizer.ts';

let dir: string;
let model: string;
const printed = { out: '', err: '' };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tritsim-'));
  model = join(dir, 'model');
  await mkdir(model);
  const { config, tensors } = tinyModel('autobitlinear', { vocab_size: TINY_VOCAB, eos_token_id: null });
  await writeFile(join(model, 'config.json'), jsonBytes(config));
  await writeFile(join(model, 'model.safetensors'), await tinyFile(tensors));
  await writeFile(join(model, 'tokenizer.json'), jsonBytes(tinyTokenizerJson()));
});
afterAll(() => rm(dir, { recursive: true }));

beforeEach(() => {
  printed.out = '';
  printed.err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((printed.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed.err += String(text)), true));
  return () => vi.restoreAllMocks();
});

async function tritsim(...argv: string[]): Promise<number> {
  const program = createProgram('1.2.3');
  for (const register of [registerGenerate, registerPerplexity, registerLogits]) register(program);
  return runProgram(program, ['node', 'tritsim', ...argv]);
}

describe('tritsim logits', () => {
  it('prints shape and logits of every position as JSON', async () => {
    expect(await tritsim('logits', '--model', model, '--ids', '1, 2,3', '--json')).toBe(0);
    const { shape, logits } = JSON.parse(printed.out) as { shape: number[]; logits: number[][] };
    expect(shape).toEqual([3, TINY_VOCAB]);
    expect(logits.map((row) => row.length)).toEqual([TINY_VOCAB, TINY_VOCAB, TINY_VOCAB]);
    expect(logits.flat().every((x) => Object.is(x, Math.fround(x)))).toBe(true);
    expect(printed.err).toBe('');
  });

  it('lists the likeliest next tokens for people', async () => {
    expect(await tritsim('logits', '--model', model, '--ids', '5')).toBe(0);
    expect(printed.out).toMatch(/^position 0, token 5 {2}likeliest next {2}(\d+: -?\d+\.\d{4}( {2})?){5}\n$/);
  });

  it('refuses tokens outside the vocabulary with status 1 and a list that is none with 2', async () => {
    expect(await tritsim('logits', '--model', model, '--ids', '9999')).toBe(1);
    expect(printed.err).toMatch(/^error \[ENGINE_TOKEN\] token 0: .*9999/);
    expect(await tritsim('logits', '--model', model, '--ids', '1,b')).toBe(2);
    expect(printed.err).toContain("argument '1,b' is invalid");
    expect(printed.out).toBe('');
  });
});

const generate = (...more: string[]) =>
  tritsim('generate', '--model', model, '--prompt', 'hello', '--tokens', '5', ...more);

async function draw(seed: string): Promise<unknown> {
  printed.out = '';
  await generate('--json', '--temperature', '1.5', '--top-p', '0.99', '--seed', seed);
  return (JSON.parse(printed.out) as { ids: number[] }).ids;
}

describe('tritsim generate', () => {
  it('prints ids, text and rate of what was generated as JSON', async () => {
    expect(await generate('--json')).toBe(0);
    const result = JSON.parse(printed.out) as { ids: number[]; text: string; tokens_per_s: number };
    expect(Object.keys(result)).toEqual(['ids', 'text', 'tokens_per_s']);
    expect(result.ids).toHaveLength(5);
    expect(result.tokens_per_s).toBeGreaterThan(0);
    expect(printed.err).toBe('');
  });

  it('prints prompt and continuation for people, and the rate beside it', async () => {
    expect(await generate()).toBe(0);
    expect(printed.out).toMatch(/^hello/);
    expect(printed.err).toMatch(
      /^prompt of 1 tokens read at .* tokens\/s, 5 tokens generated at .* tokens\/s\n$/,
    );
  });

  it('repeats itself with a seed', async () => {
    const first = await draw('1');
    expect(await draw('1')).toEqual(first);
    expect(await draw('2')).not.toEqual(first);
  });
});

describe('tritsim perplexity', () => {
  it('prints perplexity, scored tokens and nll as JSON, of the first tokens where told', async () => {
    const text = join(dir, 'text.txt');
    await writeFile(text, 'hello world '.repeat(20));
    expect(await tritsim('perplexity', '--model', model, '--text', text, '--tokens', '82', '--json')).toBe(0);
    const result = JSON.parse(printed.out) as { perplexity: number; tokens: number; nll: number };
    expect(Object.keys(result)).toEqual(['perplexity', 'tokens', 'nll']);
    // Windows of 40, 40 and 2 tokens.
    expect(result.tokens).toBe(79);
    expect(result.perplexity).toBe(Math.exp(result.nll));
    expect(printed.err).toBe('');
  });

  it('says what it measured to people', async () => {
    const text = join(dir, 'short.txt');
    await writeFile(text, 'abc');
    expect(await tritsim('perplexity', '--model', model, '--text', text, '--context', '2')).toBe(0);
    expect(printed.out).toMatch(
      /^perplexity \d+\.\d{3} {2}\(.* nats per token, 1 of 3 tokens scored, windows of 2\)\n$/,
    );
  });

  it('refuses a text that is not UTF-8 or not there, and a folder that is not there', async () => {
    const text = join(dir, 'latin1.txt');
    await writeFile(text, Uint8Array.of(0x63, 0xe9));
    expect(await tritsim('perplexity', '--model', model, '--text', text)).toBe(1);
    expect(printed.err).toContain('[TEXT_ENCODING]');
    expect(await tritsim('perplexity', '--model', model, '--text', join(dir, 'absent'))).toBe(1);
    expect(printed.err).toContain('[FILE_OPEN]');
    expect(await tritsim('logits', '--model', join(dir, 'absent'), '--ids', '1')).toBe(1);
    expect(printed.err).toContain('[MODEL_FOLDER]');
  });
});

describe('the program', () => {
  it('prints help with an example for each command, and its version', async () => {
    for (const command of ['generate', 'perplexity', 'logits']) {
      printed.out = '';
      expect(await tritsim(command, '--help')).toBe(0);
      expect(printed.out).toContain(`tritsim ${command} --model models/`);
    }
    printed.out = '';
    expect(await tritsim('--version')).toBe(0);
    expect(printed.out).toBe('1.2.3\n');
  });

  it('ends with 2 for wrong usage and 70 for a defect of its own', async () => {
    expect(await tritsim('generat')).toBe(2);
    expect(printed.err).toContain('(Did you mean generate?)');
    expect(await tritsim('generate', '--prompt', 'x')).toBe(2);
    const program = createProgram('1').action(() => {
      throw new RangeError('a defect');
    });
    expect(await runProgram(program, ['node', 'tritsim'])).toBe(70);
    expect(printed.err).toContain('RangeError: a defect');
  });
});
