/** Bits that change from one value to the next. */

/** Number of ones among the 32 bits of `x`. */
export function ones(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The lowest `bits` of a word. */
export function maskOf(bits: number): number {
  return bits >= 32 ? -1 : (1 << bits) - 1;
}

/** FP16 bit pattern of a whole number from −128 to 127: exact, since 11 bits of significand hold it. */
export function halfOfInt8(x: number): number {
  if (x === 0) return 0;
  const magnitude = Math.abs(x);
  const exponent = 31 - Math.clz32(magnitude);
  const fraction = (magnitude << (10 - exponent)) & 0x3ff;
  return (x < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}
