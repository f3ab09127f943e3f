/**
 * The SIMD loop for trits times int8. A 128-bit word holds the codes of 64 columns, eight to each 16-bit lane. A mask
 * picks one code of each lane and leaves it in place, so it is worth code · 4^j; the activation of its column was
 * multiplied by 4^(3−j) beforehand, and every product carries the same factor 64. The upper four codes of a lane
 * take their turn after one shift by eight. Two lanes' products are added by the multiplication itself.
 *
 *     Σ trit · x = Σ code · x − Σ x        code = trit + 1
 *
 * so the sum is shifted right by six and the sum of the activations subtracted. Products reach 2 · 64 · 128 and their
 * sum must stay within an int32: `MAX_COLS` columns at most.
 */
import {
  advance,
  type Code,
  i16x8,
  i32,
  i32x4,
  type Local,
  Locals,
  loop,
  v128,
  type WasmFunction,
  zeroVector,
} from './assembler.ts';

/** Columns of one 128-bit word of codes. */
export const CHUNK_COLS = 64;
export const CHUNK_CODE_BYTES = 16;
/** Rows that are summed together; the number of rows is a multiple of it. */
export const ROW_BLOCK = 4;
/** 2^31 / (2 · 64 · 128) */
export const MAX_COLS = 131_072;

/** Bytes of the int16 activations of a chunk. */
const CHUNK_X_BYTES = 2 * CHUNK_COLS;

/**
 * `out[row]` for one token.
 *
 * Parameters of the function, addresses and sizes in bytes: codes [rows, rowSize], rowSize, number of rows, x
 * [chunks, 8, 8] int16 as `arrange` lays them out, address of the sum of the activations, out [rows] int32.
 */
export function ternaryFunction(name: string): WasmFunction {
  const locals = new Locals(6);
  const [codes, rowSize, rows, x, sum, out] = locals.parameters as [Local, Local, Local, Local, Local, Local];
  const row = locals.i32();
  const chunk = locals.i32();
  const xAt = locals.i32();
  const at = Array.from({ length: ROW_BLOCK }, () => locals.i32());
  const words = locals.v128s(ROW_BLOCK);
  const accumulators = locals.v128s(ROW_BLOCK);
  const [activations] = locals.v128s(1) as [Local];
  // Held in variables: the compilers of JavaScript engines build a constant anew at every use.
  const masks = locals.v128s(4);

  const multiply = (j: number): Code => [
    ...activations.set(v128.load(xAt.get, 16 * j)),
    ...accumulators.flatMap((accumulator, r) => {
      const picked = v128.and(words[r]!.get, masks[j % 4]!.get);
      return accumulator.set(i32x4.add(accumulator.get, i32x4.dotI16x8(picked, activations.get)));
    }),
  ];
  const eachChunk = [
    ...words.map((word, r) => word.set(v128.load(i32.add(at[r]!.get, chunk.get)))),
    ...[0, 1, 2, 3].map(multiply),
    ...words.map((word) => word.set(i16x8.shiftRightUnsigned(word.get, 8))),
    ...[4, 5, 6, 7].map(multiply),
    advance(xAt, i32.const(CHUNK_X_BYTES)),
    advance(chunk, i32.const(CHUNK_CODE_BYTES)),
  ];
  const dot = i32x4.shiftRightSigned(sumLanes(accumulators), 6);
  const eachRowBlock = [
    ...at.map((address, r) =>
      address.set(i32.add(codes.get, i32.mul(rowSize.get, i32.add(row.get, i32.const(r))))),
    ),
    chunk.set(i32.const(0)),
    xAt.set(x.get),
    ...accumulators.map((accumulator) => accumulator.set(zeroVector)),
    loop(eachChunk, i32.lessThan(chunk.get, rowSize.get)),
    v128.store(i32.add(out.get, i32.mul(i32.const(4), row.get)), i32x4.sub(dot, v128.load32Splat(sum.get))),
    advance(row, i32.const(ROW_BLOCK)),
  ];
  return {
    name,
    locals,
    body: [
      ...masks.map((mask, j) => mask.set(v128.const(codeMask(j)))),
      loop(eachRowBlock, i32.lessThan(row.get, rows.get)),
    ],
  };
}

/** The two bits of code j of every 16-bit lane. */
function codeMask(j: number): number[] {
  return Array.from({ length: 16 }, (_, byte) => (byte % 2 === 0 ? 3 << (2 * j) : 0));
}

/** Lane r of the result is the sum of the lanes of vector r, for four vectors. */
function sumLanes([a, b, c, d]: readonly Local[]): Code {
  const low = sumHalves(a!, b!);
  const high = sumHalves(c!, d!);
  return i32x4.add(i32x4.shuffle(low, high, [0, 1, 4, 5]), i32x4.shuffle(low, high, [2, 3, 6, 7]));
}

/** [a0 + a2, b0 + b2, a1 + a3, b1 + b3] */
function sumHalves(a: Local, b: Local): Code {
  return i32x4.add(i32x4.shuffle(a.get, b.get, [0, 4, 1, 5]), i32x4.shuffle(a.get, b.get, [2, 6, 3, 7]));
}

/**
 * Lays out the activations of one token as the loop reads them: of each chunk, vector j holds columns 8i + j in lane
 * i, multiplied by 4^(3 − j mod 4). Columns beyond the last are 0.
 *
 * @param x activations of all tokens; this one's begin at `start`
 * @param into int16 of this token, whole chunks
 * @returns the sum of the activations
 */
export function arrange(x: Int8Array, start: number, cols: number, into: Int16Array): number {
  let sum = 0;
  for (let chunk = 0; chunk < into.length; chunk += CHUNK_COLS) {
    for (let j = 0; j < 8; j++) {
      const shift = 2 * (3 - (j & 3));
      for (let i = 0; i < 8; i++) {
        const column = chunk + 8 * i + j;
        const value = column < cols ? x[start + column]! : 0;
        into[chunk + 8 * j + i] = value << shift;
        sum += value;
      }
    }
  }
  return sum;
}
