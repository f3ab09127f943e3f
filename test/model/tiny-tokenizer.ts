/** A byte-level BPE with all 256 bytes, a few merges and one special token: what GPT-2's files look like, small. */

function printable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

/** The printable character that stands for a byte in GPT-2's vocabulary (`bytes_to_unicode` of its encoder). */
function byteCharacter(byte: number): string {
  if (printable(byte)) return String.fromCodePoint(byte);
  const before = Array.from({ length: byte }, (_, b) => b).filter((b) => !printable(b)).length;
  return String.fromCodePoint(256 + before);
}

const MERGES = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w'];

/** `<|endoftext|>` is 0, the bytes are 1 to 256, the merges follow. */
export function tinyTokenizerJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const bytes = Array.from({ length: 256 }, (_, byte) => byteCharacter(byte));
  const tokens = ['<|endoftext|>', ...bytes, ...MERGES.map((merge) => merge.replace(' ', ''))];
  return {
    version: '1.0',
    added_tokens: [
      {
        id: 0,
        content: '<|endoftext|>',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: MERGES },
    ...changes,
  };
}

export const TINY_VOCAB = 1 + 256 + MERGES.length;
