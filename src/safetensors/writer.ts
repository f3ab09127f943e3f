/**
 * Writing safetensors as a stream: all tensors are declared first, so the header can be written before any data; the
 * data then follows in the declared order, in pieces of any size. A tensor that gets too few or too many bytes is
 * refused, so a finished file is always a valid one.
 *
 * Source: the safetensors format description; the header is padded with spaces to a multiple of 8 bytes, as the
 * reference implementation does. Units: bytes.
 */
import { TritsimError } from '../errors/error.ts';
import type { ByteSink } from './bytes.ts';
import { DTYPE_BYTES, type Dtype, tensorBytes } from './dtypes.ts';
import { LENGTH_BYTES, MAX_HEADER_BYTES } from './header.ts';
import { bytesOf } from './typed.ts';

export interface TensorDeclaration {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/**
 * Writes the header and returns the writer of the data. The sink stays the caller's: close or abort it.
 *
 * @throws SAFETENSORS_DUPLICATE for a name declared twice, SAFETENSORS_ALIGNMENT for data that would not start at a
 *   multiple of its element size, SAFETENSORS_HEADER_TOO_LONG
 */
export async function writeSafetensors(
  sink: ByteSink,
  tensors: readonly TensorDeclaration[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<SafetensorsWriter> {
  await sink.write(encodeHeader(tensors, metadata));
  return new SafetensorsWriter(sink, tensors);
}

export class SafetensorsWriter {
  readonly #sink: ByteSink;
  readonly #tensors: readonly TensorDeclaration[];
  #current = 0;
  #written = 0;

  constructor(sink: ByteSink, tensors: readonly TensorDeclaration[]) {
    this.#sink = sink;
    this.#tensors = tensors;
    this.#skipFull();
  }

  /** Appends to the tensor `name`, which must be the first that is not yet full. */
  async write(name: string, data: ArrayBufferView): Promise<void> {
    const tensor = this.#tensors[this.#current];
    if (tensor === undefined || tensor.name !== name) {
      throw new TritsimError('SAFETENSORS_WRITE_ORDER', 'is written out of its declared order, or is full', {
        place: `tensor '${name}'`,
        found: tensor === undefined ? 'every tensor is full' : `the next is '${tensor.name}'`,
      });
    }
    const room = tensorBytes(tensor.dtype, tensor.shape) - this.#written;
    if (data.byteLength > room) {
      throw new TritsimError('SAFETENSORS_WRITE_SIZE', `has room for ${room} more bytes`, {
        place: `tensor '${name}'`,
        found: `${data.byteLength} bytes`,
      });
    }
    this.#written += data.byteLength;
    this.#skipFull();
    await this.#sink.write(bytesOf(data));
  }

  /** Says that all data has been written; SAFETENSORS_WRITE_SIZE names the first tensor that still lacks some. */
  finish(): void {
    const tensor = this.#tensors[this.#current];
    if (tensor === undefined) return;
    throw new TritsimError(
      'SAFETENSORS_WRITE_SIZE',
      `needs ${tensorBytes(tensor.dtype, tensor.shape)} bytes`,
      {
        place: `tensor '${tensor.name}'`,
        found: `${this.#written} bytes`,
      },
    );
  }

  #skipFull(): void {
    let tensor = this.#tensors[this.#current];
    while (tensor !== undefined && this.#written === tensorBytes(tensor.dtype, tensor.shape)) {
      tensor = this.#tensors[++this.#current];
      this.#written = 0;
    }
  }
}

/** Length field and JSON, padded so that the data starts at a multiple of 8. */
function encodeHeader(
  tensors: readonly TensorDeclaration[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata]);
  const names = new Set(['__metadata__']);
  let offset = 0;
  for (const { name, dtype, shape } of tensors) {
    if (names.has(name)) {
      throw new TritsimError('SAFETENSORS_DUPLICATE', 'is declared twice, or has a reserved name', {
        place: `tensor '${name}'`,
      });
    }
    if (offset % DTYPE_BYTES[dtype] !== 0) {
      throw new TritsimError('SAFETENSORS_ALIGNMENT', `would start at byte ${offset} of the data`, {
        place: `tensor '${name}'`,
        found: dtype,
        hint: 'Declare tensors of wider elements first.',
      });
    }
    names.add(name);
    const end = offset + tensorBytes(dtype, shape);
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new TritsimError(
      'SAFETENSORS_HEADER_TOO_LONG',
      `the header may have ${MAX_HEADER_BYTES} bytes at most`,
      {
        found: `${length} bytes`,
      },
    );
  }
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20, LENGTH_BYTES);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, LENGTH_BYTES);
  return header;
}
