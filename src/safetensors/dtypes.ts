/**
 * The element types of safetensors files that this project reads or writes, with their sizes.
 *
 * Source: the safetensors format description (github.com/huggingface/safetensors, README "Format"); names are the
 * format's own. Units: bytes. Elements are little-endian and row-major.
 *
 * NOT MODELLED: BOOL, I16, U16, U64, the 8-bit floats; a file that holds one is refused by name.
 */
export const DTYPE_BYTES = {
  U8: 1,
  I8: 1,
  BF16: 2,
  F16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** The known element types, in the order in which errors list them. */
export const DTYPES: readonly Dtype[] = Object.freeze(Object.keys(DTYPE_BYTES) as Dtype[]);

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(DTYPE_BYTES, name);
}

/** Number of elements of a shape; 1 for a scalar's empty shape. May exceed 2^53 for a hostile shape: check it. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a tensor of this type and shape. */
export function tensorBytes(dtype: Dtype, shape: readonly number[]): number {
  return elementCount(shape) * DTYPE_BYTES[dtype];
}
