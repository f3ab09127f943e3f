/**
 * Reading safetensors by range: the header once, then a tensor or some of its rows at a time, so that memory follows
 * what is asked for and not the size of the file.
 *
 * Units: bytes for data, rows of the first axis for ranges.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import type { ByteSource } from './bytes.ts';
import { readHeader, type SafetensorsHeader, type TensorInfo } from './header.ts';

/** Opens a file: reads and checks its header, and none of its data. Throws what `readHeader` throws. */
export async function openSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  return new SafetensorsFile(source, await readHeader(source));
}

export class SafetensorsFile {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data in the file. */
  readonly tensors: readonly TensorInfo[];
  readonly #source: ByteSource;
  readonly #byName: ReadonlyMap<string, TensorInfo>;

  constructor(source: ByteSource, header: SafetensorsHeader) {
    this.name = source.name;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
    this.#source = source;
    this.#byName = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** What the header says of a tensor; TENSOR_MISSING where there is none. */
  info(name: string): TensorInfo {
    const tensor = this.#byName.get(name);
    if (tensor !== undefined) return tensor;
    throw missingTensor(name, this.name, this.#byName.keys());
  }

  /** All bytes of a tensor. */
  read(name: string): Promise<Uint8Array> {
    const { begin, end } = this.info(name);
    return this.#source.read(begin, end - begin);
  }

  /** The bytes of rows `from` up to, not including, `to` of the first axis; TENSOR_ROWS where they are not there. */
  readRows(name: string, from: number, to: number): Promise<Uint8Array> {
    const { shape, begin, end } = this.info(name);
    const rows = shape[0] ?? 0;
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from > to || to > rows) {
      throw new TritsimError('TENSOR_ROWS', `has no rows ${from} to ${to}`, {
        place: `${this.name}: tensor '${name}'`,
        found: `${rows} rows`,
      });
    }
    const rowBytes = rows === 0 ? 0 : (end - begin) / rows;
    return this.#source.read(begin + from * rowBytes, (to - from) * rowBytes);
  }
}

/** The error TENSOR_MISSING, with the nearest of the names that there are. */
export function missingTensor(name: string, place: string, names: Iterable<string>): TritsimError {
  const hint = didYouMean(name, names);
  return new TritsimError('TENSOR_MISSING', `has no tensor '${name}'`, {
    place,
    ...(hint === undefined ? {} : { hint }),
  });
}
