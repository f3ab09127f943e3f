/**
 * Half-width floats and float32, in bulk. Narrowing rounds to nearest, ties to even; NaN stays NaN.
 *
 * Reference: IEEE 754-2019 binary16 for F16; BF16 is the upper half of a binary32. Units: bit patterns.
 */

/** One word seen as float and as bits; the conversions below are single-threaded and never yield. */
const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** Largest exponent field of binary16: infinity, or NaN with a fraction. */
const F16_INFINITY = 0x7c00;
/** 2^-14, the smallest normal binary16, as binary32 bits. */
const F16_MIN_NORMAL = 0x38800000;
/** Difference of the exponent biases (127 - 15) in place in a binary32. */
const REBIAS = 0x38000000;
const F32_INFINITY = 0x7f800000;

/** Exact. */
export function bf16ToFloat32(
  from: Uint16Array,
  into: Float32Array = new Float32Array(from.length),
): Float32Array {
  const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0; i < from.length; i++) bits[i] = from[i]! << 16;
  return into;
}

export function float32ToBf16(from: Float32Array): Uint16Array {
  const into = new Uint16Array(from.length);
  for (let i = 0; i < from.length; i++) {
    asFloat[0] = from[i]!;
    const bits = asBits[0]!;
    const isNaN = (bits & 0x7fffffff) > F32_INFINITY;
    // Adding just under half of the dropped part, plus the last kept bit, carries exactly where ties-to-even rounds up.
    into[i] = isNaN ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
  return into;
}

/** Exact. */
export function f16ToFloat32(
  from: Uint16Array,
  into: Float32Array = new Float32Array(from.length),
): Float32Array {
  for (let i = 0; i < from.length; i++) {
    const half = from[i]!;
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) into[i] = sign * fraction * 2 ** -24;
    else if (exponent === 0x1f) into[i] = fraction === 0 ? sign * Infinity : NaN;
    else into[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return into;
}

export function float32ToF16(from: Float32Array): Uint16Array {
  const into = new Uint16Array(from.length);
  for (let i = 0; i < from.length; i++) {
    asFloat[0] = from[i]!;
    const sign = (asBits[0]! >>> 16) & 0x8000;
    into[i] = sign | magnitudeToF16(asBits[0]! & 0x7fffffff);
  }
  return into;
}

function magnitudeToF16(bits: number): number {
  if (bits > F32_INFINITY) return F16_INFINITY | 0x200;
  if (bits < F16_MIN_NORMAL) {
    // A float32 in [0.5, 1) has steps of 2^-24, the unit of subnormal halves: the addition does the rounding.
    asBits[0] = bits;
    asFloat[0] = asFloat[0]! + 0.5;
    return asBits[0] - 0x3f000000;
  }
  const rounded = (bits + 0xfff + ((bits >>> 13) & 1) - REBIAS) >>> 13;
  return Math.min(rounded, F16_INFINITY);
}
