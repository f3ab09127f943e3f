// Question: does text survive encoding and decoding, and is what the library would pass in silence refused?
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/model/folder.ts';
import { openTokenizer, TextStream, type Tokenizer } from '../../src/model/tokenizer.ts';
import { jsonBytes } from './tiny.ts';
import { TINY_VOCAB, tinyTokenizerJson } from './tiny-tokenizer.ts';

const open = (tokenizer: unknown, config?: unknown): Promise<Tokenizer> =>
  openTokenizer(
    memoryFolder({
      'tokenizer.json': jsonBytes(tokenizer),
      ...(config === undefined ? {} : { 'tokenizer_config.json': jsonBytes(config) }),
    }),
  );

describe('a byte-level tokenizer', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await open(tinyTokenizerJson());
  });

  it('merges in order, and knows its special token', () => {
    const [h, e, hell] = ['h', 'e', 'hell'].map((token) => tokenizer.idOf(token));
    expect(tokenizer.encode('hello hell')).toEqual([260, 1 + 32, hell]);
    expect(tokenizer.encode('hxe')).toEqual([h, 1 + 'x'.codePointAt(0)!, e]);
    expect(tokenizer.encode('a<|endoftext|>')).toEqual([1 + 97, 0]);
    expect(tokenizer.idOf('<|endoftext|>')).toBe(0);
    expect(tokenizer.idOf('absent')).toBeUndefined();
  });

  it('gives every text back, spaces before punctuation too', () => {
    const text = fc.string({ unit: 'binary' }).filter((s) => !s.includes('<|endoftext|>'));
    fc.assert(
      fc.property(text, (s) => {
        expect(tokenizer.decode(tokenizer.encode(s))).toBe(s);
      }),
    );
    const tricky = "it 's , no  less !\n\n\tα→🙂 end ";
    expect(tokenizer.decode(tokenizer.encode(tricky))).toBe(tricky);
  });

  it('leaves special tokens out on request', () => {
    expect(tokenizer.decode([0, 1 + 97, 0])).toBe('<|endoftext|>a<|endoftext|>');
    expect(tokenizer.decode([0, 1 + 97, 0], { skipSpecial: true })).toBe('a');
    expect(tokenizer.decode([])).toBe('');
  });

  it.each([TINY_VOCAB, -1, 0.5])('refuses the id %d', (id) => {
    expect(() => tokenizer.decode([1, id])).toThrow(expect.objectContaining({ code: 'TOKENIZER_ID' }));
  });

  it('streams the same text piece by piece, never half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, text) => {
        const ids = tokenizer.encode(text);
        const stream = new TextStream(tokenizer, tokenizer.encode(before));
        const pieces = ids.map((id) => stream.push(id));
        expect(pieces.join('')).toBe(text);
        expect(pieces.join('')).not.toContain('\uFFFD');
        expect(stream.end()).toBe('');
      }),
    );
  });

  it('streams an incomplete character at the end as what it is', () => {
    const stream = new TextStream(tokenizer);
    const [first] = tokenizer.encode('é');
    expect(stream.push(first!)).toBe('');
    expect(stream.end()).toBe('\uFFFD');
  });
});

describe('openTokenizer', () => {
  it('adds what the post-processor adds, unless told not to', async () => {
    const tokenizer = await open(
      tinyTokenizerJson({
        post_processor: {
          type: 'TemplateProcessing',
          single: [
            { SpecialToken: { id: '<|endoftext|>', type_id: 0 } },
            { Sequence: { id: 'A', type_id: 0 } },
          ],
          pair: [],
          special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [0], tokens: ['<|endoftext|>'] } },
        },
      }),
    );
    expect(tokenizer.encode('a')).toEqual([0, 98]);
    expect(tokenizer.encode('a', { addSpecial: false })).toEqual([98]);
  });

  it('refuses a special token that the vocabulary lacks, where the library would give undefined', async () => {
    const tokenizer = await open(
      tinyTokenizerJson({
        post_processor: {
          type: 'TemplateProcessing',
          single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
          pair: [],
          special_tokens: {},
        },
      }),
    );
    expect(() => tokenizer.encode('a')).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_UNKNOWN', message: expect.stringContaining('<s>') }),
    );
  });

  it('refuses text for which the vocabulary has no token, not even the one that it calls unknown', async () => {
    const bpe = { type: 'BPE', unk_token: '<unk>', vocab: { a: 0 }, merges: [] };
    const json = tinyTokenizerJson({ model: bpe, added_tokens: [] });
    const tokenizer = await open(json, { tokenizer_class: 'PreTrainedTokenizerFast' });
    expect(tokenizer.encode('aa')).toEqual([0, 0]);
    expect(() => tokenizer.encode('ab')).toThrow(expect.objectContaining({ code: 'TOKENIZER_UNKNOWN' }));
  });

  it('refuses a file that is no tokenizer, and a folder without one', async () => {
    await expect(open({ model: null })).rejects.toMatchObject({ code: 'TOKENIZER_INVALID' });
    await expect(open(tinyTokenizerJson({ decoder: { type: 'Nonsense' } }))).rejects.toMatchObject({
      code: 'TOKENIZER_INVALID',
    });
    await expect(openTokenizer(memoryFolder({}))).rejects.toMatchObject({ code: 'MODEL_FILE' });
  });
});
