/**
 * The SIMD loops for trits times int8. A 128-bit word holds the codes of 64 columns of a row, eight to each 16-bit
 * lane; shifted right by 2j and masked, it holds the codes of columns 8i + j in lanes i. Activations are widened to
 * int16 and laid out alike, so that one instruction multiplies eight columns and adds neighbouring products.
 *
 *     Σ trit · x = Σ code · x − Σ x        code = trit + 1
 *
 * A single token picks the codes out as it goes. For more, a block of rows is expanded once into such vectors, which
 * every pair of tokens then reads. Products reach 2 · 128, so an int32 holds the sum of eight million of them.
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
/** Tokens that share a reading of expanded codes. */
export const TOKEN_PAIR = 2;

const VECTOR_BYTES = 16;
const PICKS = [0, 1, 2, 3, 4, 5, 6, 7];
const ROWS = [0, 1, 2, 3];

/**
 * `out[row]` of one token.
 *
 * Parameters, addresses and sizes in bytes: codes [rows, rowSize], rowSize, number of rows, x [chunks, 8, 8] int16,
 * address of the sum of the activations, out [rows] int32.
 */
export function ternaryFunction(name: string): WasmFunction {
  const locals = new Locals(6);
  const [codes, rowSize, rows, x, sum, out] = locals.parameters as [Local, Local, Local, Local, Local, Local];
  const xAt = locals.i32();
  const walk = codeWalk(locals, codes, rowSize, rows);
  const accumulators = locals.v128s(ROW_BLOCK);
  const [activations] = locals.v128s(1) as [Local];
  const body = walk({
    before: [xAt.set(x.get), ...accumulators.map((accumulator) => accumulator.set(zeroVector))],
    eachPick: (picked, j) => [
      ...activations.set(v128.load(xAt.get, j * VECTOR_BYTES)),
      ...accumulators.flatMap((accumulator, r) => multiplyAdd(accumulator, picked(r), activations)),
    ],
    afterChunk: [advance(xAt, i32.const(PICKS.length * VECTOR_BYTES))],
    after: (row) => [storeSums(i32.add(out.get, i32.mul(i32.const(4), row.get)), accumulators, sum.get)],
  });
  return { name, locals, body };
}

/**
 * Expands codes into int16 vectors for `pairFunction`.
 *
 * Parameters: codes [rows, rowSize], rowSize, number of rows, into [rows / 4, chunks, 8, 4 rows, 8] int16.
 */
export function expandFunction(name: string): WasmFunction {
  const locals = new Locals(4);
  const [codes, rowSize, rows, into] = locals.parameters as [Local, Local, Local, Local];
  const walk = codeWalk(locals, codes, rowSize, rows);
  const body = walk({
    before: [],
    eachPick: (picked, j) =>
      ROWS.flatMap((r) => v128.store(into.get, picked(r), (j * ROW_BLOCK + r) * VECTOR_BYTES)),
    afterChunk: [advance(into, i32.const(PICKS.length * ROW_BLOCK * VECTOR_BYTES))],
    after: () => [],
  });
  return { name, locals, body };
}

/**
 * `out[token, row]` of two tokens.
 *
 * Parameters: expanded codes, number of rows, x [chunks, 8, 2 tokens, 8] int16, its size, sums of the activations
 * [2], out [2, rows] int32.
 */
export function pairFunction(name: string): WasmFunction {
  const locals = new Locals(6);
  const [expanded, rows, x, xSize, sums, out] = locals.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const row = locals.i32();
  const xAt = locals.i32();
  const end = locals.i32();
  const accumulators = Array.from({ length: TOKEN_PAIR }, () => locals.v128s(ROW_BLOCK));
  const activations = locals.v128s(TOKEN_PAIR);
  const [picked] = locals.v128s(1) as [Local];

  /** Two steps a turn: fewer turns, without a loop body that outgrows the registers. */
  const steps = [0, 1];
  const eachStep = (step: number): Code => [
    ...activations.flatMap((v, t) => v.set(v128.load(xAt.get, (step * TOKEN_PAIR + t) * VECTOR_BYTES))),
    ...ROWS.flatMap((r) => [
      ...picked.set(v128.load(expanded.get, (step * ROW_BLOCK + r) * VECTOR_BYTES)),
      ...accumulators.flatMap((rowSums, t) => multiplyAdd(rowSums[r]!, picked.get, activations[t]!)),
    ]),
  ];
  const eachRowBlock = [
    ...accumulators.flat().map((accumulator) => accumulator.set(zeroVector)),
    xAt.set(x.get),
    loop(
      [
        ...steps.map(eachStep),
        advance(xAt, i32.const(steps.length * TOKEN_PAIR * VECTOR_BYTES)),
        advance(expanded, i32.const(steps.length * ROW_BLOCK * VECTOR_BYTES)),
      ],
      i32.lessThan(xAt.get, end.get),
    ),
    ...accumulators.map((rowSums, t) => {
      const index = i32.add(row.get, i32.mul(i32.const(t), rows.get));
      const address = i32.add(out.get, i32.mul(i32.const(4), index));
      return storeSums(address, rowSums, i32.add(sums.get, i32.const(4 * t)));
    }),
    advance(row, i32.const(ROW_BLOCK)),
  ];
  return {
    name,
    locals,
    body: [end.set(i32.add(x.get, xSize.get)), loop(eachRowBlock, i32.lessThan(row.get, rows.get))],
  };
}

interface Visit {
  /** At the start of a block of rows. */
  readonly before: readonly Code[];
  /** For the codes of columns 8i + j; `picked(r)` is those of row r of the block. */
  readonly eachPick: (picked: (r: number) => Code, j: number) => Code;
  /** Behind the eight picks of a chunk. */
  readonly afterChunk: readonly Code[];
  /** At the end of a block of rows that starts at `row`. */
  readonly after: (row: Local) => readonly Code[];
}

/** The loops over blocks of four rows and over chunks of 64 columns. Declares its locals, all of i32 kind first. */
function codeWalk(locals: Locals, codes: Local, rowSize: Local, rows: Local): (visit: Visit) => Code[] {
  const row = locals.i32();
  const chunk = locals.i32();
  const at = ROWS.map(() => locals.i32());
  const words = locals.v128s(ROW_BLOCK);
  // Held in a variable: the compilers of JavaScript engines build a constant anew at every use.
  const [mask] = locals.v128s(1) as [Local];
  const lowCode = Array.from({ length: VECTOR_BYTES }, (_, byte) => (byte % 2 === 0 ? 3 : 0));
  return ({ before, eachPick, afterChunk, after }) => {
    const picked = (j: number) => (r: number) =>
      v128.and(i16x8.shiftRightUnsigned(words[r]!.get, 2 * j), mask.get);
    const eachChunk = [
      ...words.map((word, r) => word.set(v128.load(i32.add(at[r]!.get, chunk.get)))),
      ...PICKS.map((j) => eachPick(picked(j), j)),
      ...afterChunk,
      advance(chunk, i32.const(CHUNK_CODE_BYTES)),
    ];
    const eachRowBlock = [
      ...at.map((address, r) =>
        address.set(i32.add(codes.get, i32.mul(rowSize.get, i32.add(row.get, i32.const(r))))),
      ),
      chunk.set(i32.const(0)),
      ...before,
      loop(eachChunk, i32.lessThan(chunk.get, rowSize.get)),
      ...after(row),
      advance(row, i32.const(ROW_BLOCK)),
    ];
    return [mask.set(v128.const(lowCode)), loop(eachRowBlock, i32.lessThan(row.get, rows.get))];
  };
}

/** `accumulator += pairs of picked · activations` */
function multiplyAdd(accumulator: Local, picked: Code, activations: Local): Code {
  return accumulator.set(i32x4.add(accumulator.get, i32x4.dotI16x8(picked, activations.get)));
}

/** Stores the sums of the lanes of four accumulators, less the sum of the activations, which lies at `sum`. */
function storeSums(address: Code, [a, b, c, d]: readonly Local[], sum: Code): Code {
  const low = sumHalves(a!, b!);
  const high = sumHalves(c!, d!);
  const dots = i32x4.add(i32x4.shuffle(low, high, [0, 1, 4, 5]), i32x4.shuffle(low, high, [2, 3, 6, 7]));
  return v128.store(address, i32x4.sub(dots, v128.load32Splat(sum)));
}

/** [a0 + a2, b0 + b2, a1 + a3, b1 + b3] */
function sumHalves(a: Local, b: Local): Code {
  return i32x4.add(i32x4.shuffle(a.get, b.get, [0, 4, 1, 5]), i32x4.shuffle(a.get, b.get, [2, 6, 3, 7]));
}

/**
 * Lays out the activations of one token as the loops read them: of each chunk, vector j holds columns 8i + j in lane
 * i. Columns beyond the last are 0.
 *
 * @param x activations of all tokens; this one's begin at `start`
 * @param into int16 of the token, or of the tokens whose vectors take turns
 * @param at first element of this token's first vector
 * @param step elements from one of its vectors to the next
 * @returns the sum of the activations
 */
export function arrange(
  x: Int8Array,
  start: number,
  cols: number,
  into: Int16Array,
  at: number,
  step: number,
): number {
  let sum = 0;
  let vector = at;
  for (let chunk = 0; chunk < cols; chunk += CHUNK_COLS) {
    for (let j = 0; j < 8; j++) {
      for (let i = 0; i < 8; i++) {
        const column = chunk + 8 * i + j;
        const value = column < cols ? x[start + column]! : 0;
        into[vector + i] = value;
        sum += value;
      }
      vector += step;
    }
  }
  return sum;
}
