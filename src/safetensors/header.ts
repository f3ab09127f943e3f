/**
 * The header of a safetensors file, checked completely before a byte of data is read or allocated.
 *
 *     u64 little-endian: n | n bytes of JSON, padded with spaces | data: the tensors, end to end
 *
 * Source: the safetensors format description (github.com/huggingface/safetensors, README "Format"): tensors may not
 * overlap, and the data section has no holes. Units: bytes; `begin` and `end` count from the start of the file.
 */
import { TritsimError } from '../errors/error.ts';
import type { ByteSource } from './bytes.ts';
import { DTYPES, type Dtype, isDtype, tensorBytes } from './dtypes.ts';
import { parseJsonBytes } from './json.ts';

/** The reference implementation refuses longer headers, so that a hostile length cannot exhaust memory. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Bytes of the length field that precedes the JSON. */
export const LENGTH_BYTES = 8;

export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First byte, and the byte after the last, in the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data in the file. */
  readonly tensors: readonly TensorInfo[];
}

/**
 * Reads and checks the header.
 *
 * @throws SAFETENSORS_TRUNCATED, SAFETENSORS_HEADER_TOO_LONG, SAFETENSORS_HEADER, SAFETENSORS_DTYPE,
 *   SAFETENSORS_SHAPE, SAFETENSORS_OFFSETS, SAFETENSORS_HOLE; JSON_INVALID, JSON_DUPLICATE_KEY
 */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const place = source.name;
  if (source.size < LENGTH_BYTES) {
    throw new TritsimError('SAFETENSORS_TRUNCATED', 'is too short for a safetensors file', {
      place,
      found: `${source.size} bytes`,
    });
  }
  const lengthField = await source.read(0, LENGTH_BYTES);
  const view = new DataView(lengthField.buffer, lengthField.byteOffset, LENGTH_BYTES);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) {
    throw new TritsimError(
      'SAFETENSORS_HEADER_TOO_LONG',
      `the header may have ${MAX_HEADER_BYTES} bytes at most`,
      {
        place,
        found: `${length} bytes`,
        hint: 'Is this a safetensors file?',
      },
    );
  }
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > source.size) {
    throw new TritsimError(
      'SAFETENSORS_TRUNCATED',
      `the header ends at byte ${dataStart}, beyond the end of the file`,
      {
        place,
        found: `${source.size} bytes`,
      },
    );
  }
  const json = parseJsonBytes(await source.read(LENGTH_BYTES, length), `${place}: header`);
  return checkHeader(json, place, dataStart, source.size);
}

function checkHeader(json: unknown, place: string, dataStart: number, size: number): SafetensorsHeader {
  if (!isRecord(json)) throw malformed(`${place}: header`, 'must be a JSON object');
  const tensors: TensorInfo[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(json)) {
    if (name === '__metadata__') metadata = checkMetadata(entry, `${place}: __metadata__`);
    else tensors.push(checkTensor(name, entry, `${place}: tensor '${name}'`, dataStart, size));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkContiguous(tensors, place, dataStart, size);
  return { metadata, tensors };
}

function checkMetadata(entry: unknown, place: string): Readonly<Record<string, string>> {
  if (!isRecord(entry)) throw malformed(place, 'must be an object of strings');
  const metadata: [string, string][] = Object.entries(entry).map(([key, value]) => {
    if (typeof value !== 'string') throw malformed(`${place}.${key}`, 'must be a string');
    return [key, value];
  });
  return Object.fromEntries(metadata);
}

function checkTensor(
  name: string,
  entry: unknown,
  place: string,
  dataStart: number,
  size: number,
): TensorInfo {
  if (!isRecord(entry)) throw malformed(place, 'must be an object');
  const keys = Object.keys(entry).toSorted().join(', ');
  if (keys !== 'data_offsets, dtype, shape') {
    throw malformed(place, 'must have exactly the keys data_offsets, dtype and shape', keys);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) {
    throw new TritsimError('SAFETENSORS_DTYPE', 'has an element type that is not supported', {
      place,
      found: JSON.stringify(dtype),
      allowed: DTYPES,
    });
  }
  if (!isCounts(shape)) {
    throw new TritsimError('SAFETENSORS_SHAPE', 'the shape must be a list of whole numbers', {
      place,
      found: JSON.stringify(shape),
    });
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new TritsimError('SAFETENSORS_OFFSETS', 'data_offsets must be [begin, end] with begin ≤ end', {
      place,
      found: JSON.stringify(offsets),
    });
  }
  const begin = dataStart + offsets[0]!;
  const end = dataStart + offsets[1]!;
  if (end > size) {
    throw new TritsimError(
      'SAFETENSORS_TRUNCATED',
      `the data ends at byte ${end}, beyond the end of the file`,
      {
        place,
        found: `${size} bytes`,
      },
    );
  }
  const expected = tensorBytes(dtype, shape);
  if (end - begin !== expected) {
    throw new TritsimError('SAFETENSORS_SHAPE', `[${shape.join(', ')}] of ${dtype} takes ${expected} bytes`, {
      place,
      found: `${end - begin} bytes`,
    });
  }
  return { name, dtype, shape, begin, end };
}

/** Every byte of the data section belongs to exactly one tensor. `tensors` are sorted by their first byte. */
function checkContiguous(
  tensors: readonly TensorInfo[],
  place: string,
  dataStart: number,
  size: number,
): void {
  let at = dataStart;
  for (const { name, begin, end } of tensors) {
    if (begin < at) {
      throw new TritsimError(
        'SAFETENSORS_OFFSETS',
        `the data overlaps another tensor's, which ends at byte ${at}`,
        {
          place: `${place}: tensor '${name}'`,
          found: `begin ${begin}`,
        },
      );
    }
    if (begin > at) {
      throw new TritsimError('SAFETENSORS_HOLE', `bytes ${at} to ${begin} belong to no tensor`, {
        place: `${place}: before tensor '${name}'`,
      });
    }
    at = end;
  }
  if (at !== size) {
    throw new TritsimError('SAFETENSORS_HOLE', `bytes ${at} to ${size} at the end belong to no tensor`, {
      place,
    });
  }
}

function malformed(place: string, message: string, found?: string): TritsimError {
  return new TritsimError('SAFETENSORS_HEADER', message, found === undefined ? { place } : { place, found });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
