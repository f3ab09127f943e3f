/**
 * Text to token ids and back, by the `tokenizer.json` of a model folder. The algorithm is that of the library
 * @huggingface/tokenizers; what it lets pass in silence, an unknown token or id, is refused here.
 *
 * `encode` adds what the file's post-processor adds (a begin-of-text token in Llama's files, nothing in others), as
 * HF's `tokenizer(text)` does. `decode` undoes `encode` exactly: the library's tidying of spaces is off.
 *
 * INACCURACIES: a vocabulary that lacks bytes and names no unknown token drops them, here as in HF's own library.
 */
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { TritsimError } from '../errors/error.ts';
import { type ModelFolder, readJson } from './folder.ts';

export interface EncodeOptions {
  /** False leaves out what the post-processor would add. True where absent. */
  readonly addSpecial?: boolean;
}

export interface DecodeOptions {
  /** True leaves out special tokens such as `<|endoftext|>`. False where absent. */
  readonly skipSpecial?: boolean;
}

/** Reads `tokenizer.json` and, where there is one, `tokenizer_config.json`; throws MODEL_FILE, JSON_*, TOKENIZER_INVALID. */
export async function openTokenizer(folder: ModelFolder): Promise<Tokenizer> {
  const tokenizer = await readJson(folder, 'tokenizer.json');
  const hasConfig = (await folder.open('tokenizer_config.json')) !== undefined;
  const config = hasConfig ? await readJson(folder, 'tokenizer_config.json') : {};
  const place = `${folder.name}/tokenizer.json`;
  try {
    return new Tokenizer(new HfTokenizer(tokenizer as object, config as object), place);
  } catch (cause) {
    throw new TritsimError('TOKENIZER_INVALID', 'is not a tokenizer that can be read', {
      place,
      found: (cause as Error).message,
      cause,
    });
  }
}

export class Tokenizer {
  readonly #tokenizer: HfTokenizer;
  readonly #place: string;
  readonly #ids: ReadonlySet<number>;

  constructor(tokenizer: HfTokenizer, place: string) {
    this.#tokenizer = tokenizer;
    this.#place = place;
    this.#ids = new Set(tokenizer.get_vocab(true).values());
  }

  /** The id of a token such as `<|endoftext|>`, undefined where there is none. */
  idOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /** Ids of a text; TOKENIZER_UNKNOWN where the vocabulary cannot express a part of it. */
  encode(text: string, { addSpecial = true }: EncodeOptions = {}): number[] {
    const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: addSpecial });
    for (const [i, id] of (ids as (number | undefined)[]).entries()) {
      if (id !== undefined && this.#ids.has(id)) continue;
      throw new TritsimError('TOKENIZER_UNKNOWN', 'the vocabulary has no token for a part of the text', {
        place: this.#place,
        found: JSON.stringify(tokens[i]),
      });
    }
    return ids;
  }

  /** Text of ids; TOKENIZER_ID for one that is not in the vocabulary. Bytes that are not UTF-8 become U+FFFD. */
  decode(ids: readonly number[], { skipSpecial = false }: DecodeOptions = {}): string {
    for (const id of ids) {
      if (this.#ids.has(id)) continue;
      throw new TritsimError('TOKENIZER_ID', 'the vocabulary has no token of this id', {
        place: this.#place,
        found: String(id),
      });
    }
    if (ids.length === 0) return '';
    return this.#tokenizer.decode([...ids], {
      skip_special_tokens: skipSpecial,
      clean_up_tokenization_spaces: false,
    });
  }
}

/**
 * Text of a growing sequence, piece by piece. A character whose bytes are spread over several tokens appears when it
 * is complete. The pieces together are what `decode` makes of the ids behind `before`, special tokens left out.
 */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  /** Ids already written that the next ones may need for company, and those not yet written. */
  #written: readonly number[];
  #pending: number[] = [];

  /** @param before ids that precede the sequence and whose text is already out: a prompt */
  constructor(tokenizer: Tokenizer, before: readonly number[] = []) {
    this.#tokenizer = tokenizer;
    this.#written = before;
  }

  /** The text that this id completes, possibly none. */
  push(id: number): string {
    this.#pending.push(id);
    const text = this.#newText();
    if (text.endsWith('\uFFFD')) return '';
    this.#written = this.#pending;
    this.#pending = [];
    return text;
  }

  /** What is left: a last character that never became complete. */
  end(): string {
    return this.#newText();
  }

  #newText(): string {
    const before = this.#tokenizer.decode(this.#written, { skipSpecial: true });
    const after = this.#tokenizer.decode([...this.#written, ...this.#pending], { skipSpecial: true });
    return after.slice(before.length);
  }
}
