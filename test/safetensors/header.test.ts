// Question: does the reader refuse every malformed header by name, before it touches the data?
import { describe, expect, it } from 'vitest';
import { TritsimError } from '../../src/errors/error.ts';
import type { ByteSource } from '../../src/safetensors/bytes.ts';
import { MAX_HEADER_BYTES, readHeader } from '../../src/safetensors/header.ts';
import { memorySource } from '../../src/safetensors/memory.ts';

/** A file with this header text and so many bytes of data. */
function file(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

async function refusal(bytes: Uint8Array): Promise<TritsimError> {
  const error: unknown = await readHeader(memorySource(bytes, 'a.safetensors')).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TritsimError);
  expect((error as TritsimError).message).toContain('a.safetensors');
  return error as TritsimError;
}

const A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';

describe('readHeader', () => {
  it('lists tensors in the order of their data, with offsets from the start of the file', async () => {
    const bytes = file(
      `{"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},"__metadata__":{"k":"v"},${A}}  `,
      11,
    );
    const { metadata, tensors } = await readHeader(memorySource(bytes));
    expect(metadata).toEqual({ k: 'v' });
    expect(tensors.map(({ name, end }) => [name, bytes.length - end])).toEqual([
      ['a', 3],
      ['b', 0],
    ]);
  });

  it('accepts scalars, empty tensors and a file without tensors', async () => {
    const header =
      '{"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]}}';
    expect((await readHeader(memorySource(file(header, 8)))).tensors).toHaveLength(2);
    expect((await readHeader(memorySource(file('{}', 0)))).tensors).toEqual([]);
  });

  const tensorB = (fields: string): string => `{${A},"b":{${fields}}}`;
  it.each([
    ['a file shorter than the length field', new Uint8Array(7), 'SAFETENSORS_TRUNCATED', '7 bytes'],
    [
      'a header that ends beyond the file',
      file(`{${A}}`, 0).subarray(0, 20),
      'SAFETENSORS_TRUNCATED',
      '20 bytes',
    ],
    ['data that ends beyond the file', file(`{${A}}`, 7), 'SAFETENSORS_TRUNCATED', "'a'"],
    ['text that is not JSON', file('{"a":', 0), 'JSON_INVALID', 'header'],
    ['bytes that are not UTF-8', file('{}', 0).fill(0xff, 8), 'JSON_INVALID', 'UTF-8'],
    ['a header that is a list', file('[]', 0), 'SAFETENSORS_HEADER', 'JSON object'],
    ['a tensor that is a list', file('{"a":[]}', 0), 'SAFETENSORS_HEADER', "'a'"],
    ['two tensors of one name', file(`{${A},${A}}`, 8), 'JSON_DUPLICATE_KEY', "'a'"],
    ['a repeated dtype', file(tensorB('"dtype":"U8","dtype":"I8"'), 8), 'JSON_DUPLICATE_KEY', "'dtype'"],
    ['a missing key', file(tensorB('"dtype":"U8","shape":[0]'), 8), 'SAFETENSORS_HEADER', "'b'"],
    [
      'an unknown key',
      file(tensorB('"dtype":"U8","shape":[0],"data_offsets":[8,8],"x":1'), 8),
      'SAFETENSORS_HEADER',
      'x',
    ],
    [
      'an unknown element type',
      file(tensorB('"dtype":"F4","shape":[0],"data_offsets":[8,8]'), 8),
      'SAFETENSORS_DTYPE',
      '"F4"',
    ],
    [
      'a negative size',
      file(tensorB('"dtype":"U8","shape":[-1],"data_offsets":[8,8]'), 8),
      'SAFETENSORS_SHAPE',
      '[-1]',
    ],
    [
      'a fractional size',
      file(tensorB('"dtype":"U8","shape":[0.5],"data_offsets":[8,8]'), 8),
      'SAFETENSORS_SHAPE',
      '[0.5]',
    ],
    [
      'a shape whose product overflows',
      file(tensorB('"dtype":"U8","shape":[4503599627370496,4503599627370496],"data_offsets":[8,8]'), 8),
      'SAFETENSORS_SHAPE',
      "'b'",
    ],
    [
      'a shape of another size than the data',
      file(tensorB('"dtype":"F32","shape":[2],"data_offsets":[8,12]'), 12),
      'SAFETENSORS_SHAPE',
      '4 bytes',
    ],
    [
      'offsets that run backwards',
      file(tensorB('"dtype":"U8","shape":[0],"data_offsets":[8,4]'), 8),
      'SAFETENSORS_OFFSETS',
      '[8,4]',
    ],
    [
      'three offsets',
      file(tensorB('"dtype":"U8","shape":[0],"data_offsets":[8,8,8]'), 8),
      'SAFETENSORS_OFFSETS',
      "'b'",
    ],
    [
      'tensors that overlap',
      file(tensorB('"dtype":"U8","shape":[4],"data_offsets":[4,8]'), 8),
      'SAFETENSORS_OFFSETS',
      "'b'",
    ],
    [
      'a hole between tensors',
      file(tensorB('"dtype":"U8","shape":[1],"data_offsets":[9,10]'), 10),
      'SAFETENSORS_HOLE',
      "'b'",
    ],
    ['bytes at the end that belong to nobody', file(`{${A}}`, 9), 'SAFETENSORS_HOLE', 'at the end'],
    [
      'metadata that is not strings',
      file('{"__metadata__":{"k":1}}', 0),
      'SAFETENSORS_HEADER',
      '__metadata__.k',
    ],
    ['metadata that is a list', file('{"__metadata__":[]}', 0), 'SAFETENSORS_HEADER', '__metadata__'],
  ])('refuses %s', async (_, bytes, code, mention) => {
    const error = await refusal(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toContain(mention);
  });

  it('refuses an absurd length without reading the header it announces', async () => {
    const reads: number[] = [];
    const lengthField = new Uint8Array(8);
    new DataView(lengthField.buffer).setBigUint64(0, BigInt(MAX_HEADER_BYTES) + 1n, true);
    const source: ByteSource = {
      name: 'hostile',
      size: 2 ** 40,
      read(_, length) {
        reads.push(length);
        return Promise.resolve(lengthField);
      },
    };
    await expect(readHeader(source)).rejects.toMatchObject({ code: 'SAFETENSORS_HEADER_TOO_LONG' });
    expect(reads).toEqual([8]);
  });
});
