/**
 * The SIMD loop for floats: `out[r, i] = Σ_c w[r, c] · x[c, i]`, the lanes of a vector being different i, so that
 * each sum keeps its order and rounds as the plain loop does: c ascending, product and sum rounded apart.
 */
import {
  advance,
  type Code,
  f32x4,
  i32,
  type Local,
  Locals,
  loop,
  v128,
  type WasmFunction,
  zeroVector,
} from './assembler.ts';

const VECTOR_BYTES = 16;

type Parameters = [Local, Local, Local, Local, Local, Local, Local, Local, Local];

/**
 * Sums `rowBlock` rows and `vectors` vectors of i together.
 *
 * Parameters of the function, addresses and strides in bytes: w and the stride of its rows, number of rows (a multiple
 * of `rowBlock`), number of columns c (at least one), x and the stride of its rows, bytes of a row of out that are
 * computed (a multiple of 16 · vectors), out and the stride of its rows.
 */
export function denseFunction(name: string, rowBlock: number, vectors: number): WasmFunction {
  const locals = new Locals(9);
  const [w, wStride, rows, cols, x, xStride, width, out, outStride] = locals.parameters as Parameters;
  const row = locals.i32();
  const i = locals.i32();
  const xAt = locals.i32();
  const end = locals.i32();
  const at = Array.from({ length: rowBlock }, () => locals.i32());
  const factors = locals.v128s(vectors);
  const sums = Array.from({ length: rowBlock }, () => locals.v128s(vectors));
  const weight = locals.v128s(1)[0]!;

  const eachColumn: Code[] = [
    ...factors.map((factor, v) => factor.set(v128.load(xAt.get, v * VECTOR_BYTES))),
    ...sums.flatMap((rowSums, r) => [
      weight.set(v128.load32Splat(at[r]!.get)),
      ...rowSums.map((sum, v) => sum.set(f32x4.add(sum.get, f32x4.mul(weight.get, factors[v]!.get)))),
      advance(at[r]!, i32.const(4)),
    ]),
    advance(xAt, xStride.get),
  ];
  const eachRowBlock: Code[] = [
    ...at.map((address, r) =>
      address.set(i32.add(w.get, i32.mul(wStride.get, i32.add(row.get, i32.const(r))))),
    ),
    ...sums.flat().map((sum) => sum.set(zeroVector)),
    xAt.set(i32.add(x.get, i.get)),
    end.set(i32.add(at[0]!.get, i32.mul(i32.const(4), cols.get))),
    loop(eachColumn, i32.lessThan(at[0]!.get, end.get)),
    ...sums.flatMap((rowSums, r) => {
      const outRow = i32.mul(outStride.get, i32.add(row.get, i32.const(r)));
      const address = i32.add(i32.add(out.get, i.get), outRow);
      return rowSums.map((sum, v) => v128.store(address, sum.get, v * VECTOR_BYTES));
    }),
    advance(row, i32.const(rowBlock)),
  ];
  const eachPanel = [
    row.set(i32.const(0)),
    loop(eachRowBlock, i32.lessThan(row.get, rows.get)),
    advance(i, i32.const(vectors * VECTOR_BYTES)),
  ];
  return { name, locals, body: [loop(eachPanel, i32.lessThan(i.get, width.get))] };
}
