/**
 * Bytes of a tensor seen as numbers. A view where the alignment allows it, a copy where it does not.
 *
 * Units: elements. Little-endian as the format is; a big-endian host is refused rather than misread.
 */
import { TritsimError } from '../errors/error.ts';
import type { Dtype } from './dtypes.ts';
import { bf16ToFloat32, f16ToFloat32 } from './half.ts';

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** The bytes as an array of `type`, sharing memory with them where they are aligned. */
export function typedView<T>(type: ArrayType<T>, bytes: Uint8Array): T {
  requireLittleEndian();
  const size = type.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new type(aligned.buffer, aligned.byteOffset, bytes.byteLength / size);
}

/** The bytes under any typed array, sharing its memory. */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  requireLittleEndian();
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * The floats of a tensor of type F32, BF16, F16 or F64 as float32 (F64 rounds to nearest).
 *
 * @param into where to put them; allocated where absent
 * @throws SAFETENSORS_DTYPE for integers
 */
export function toFloat32(bytes: Uint8Array, dtype: Dtype, place: string, into?: Float32Array): Float32Array {
  switch (dtype) {
    case 'BF16':
      return bf16ToFloat32(typedView(Uint16Array, bytes), into);
    case 'F16':
      return f16ToFloat32(typedView(Uint16Array, bytes), into);
    case 'F32':
    case 'F64': {
      const from = dtype === 'F32' ? typedView(Float32Array, bytes) : typedView(Float64Array, bytes);
      const floats = into ?? new Float32Array(from.length);
      floats.set(from);
      return floats;
    }
    default:
      throw new TritsimError('SAFETENSORS_DTYPE', 'must hold floats', {
        place,
        found: dtype,
        allowed: ['F32', 'BF16', 'F16', 'F64'],
      });
  }
}

function requireLittleEndian(): void {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
    throw new TritsimError('HOST_ENDIANNESS', 'this program needs a little-endian machine');
  }
}
