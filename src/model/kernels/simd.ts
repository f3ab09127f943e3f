/**
 * The kernels on 128-bit WebAssembly: the top of the ladder. Operands are copied into the scratch memory of the
 * compiled loops by blocks of rows; results are copied out.
 */
import type { LayerCache } from '../cache.ts';
import { softmax } from '../softmax.ts';
import { rowBytes, type Ternary } from '../ternary.ts';
import type { AttentionShape, Kernels } from './kernels.ts';
import { createWasmMachine, type WasmMachine } from './wasm/machine.ts';
import { arrange, CHUNK_CODE_BYTES, CHUNK_COLS, ROW_BLOCK, TOKEN_PAIR } from './wasm/ternary.ts';

/** Weights are copied in blocks of about so many bytes: a part of a second-level cache. */
const BLOCK_BYTES = 1 << 18;
/** Queries of so many consecutive tokens attend together; they read the same keys, give or take their own. */
const QUERY_TOKENS = 8;

const { fround } = Math;

/** Compiles the kernels; ENGINE_NO_SIMD where the JavaScript engine cannot run them. */
export function createSimdKernels(): Kernels {
  const machine = createWasmMachine();
  return {
    name: 'simd',
    ternary: (weights, x, tokens, into) => ternarySimd(machine, weights, x, tokens, into),
    dense: (weights, rows, cols, x, tokens, into) => denseSimd(machine, weights, rows, cols, x, tokens, into),
    attention: (query, cache, shape, position, tokens, into) =>
      attentionSimd(machine, query, cache, shape, position, tokens, into),
  };
}

function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

/** Copies `rows` rows of `width` elements into the start of `into`; one copy where both lie without gaps. */
function copyRows<T extends Uint8Array | Float32Array>(
  from: T,
  start: number,
  stride: number,
  into: T,
  intoStride: number,
  rows: number,
  width: number,
): void {
  if (stride === width && intoStride === width) {
    into.set(from.subarray(start, start + rows * width));
    return;
  }
  for (let r = 0; r < rows; r++) {
    into.set(from.subarray(start + r * stride, start + r * stride + width), r * intoStride);
  }
}

function ternarySimd(
  machine: WasmMachine,
  { rows, cols, codes }: Ternary,
  x: Int8Array,
  tokens: number,
  into: Int32Array,
): void {
  const chunks = Math.ceil(cols / CHUNK_COLS);
  const rowSize = chunks * CHUNK_CODE_BYTES;
  const stride = rowBytes(cols);
  const xLength = chunks * CHUNK_COLS;
  /** Pairs of tokens read expanded rows; a last token without a partner reads the codes. */
  const paired = tokens - (tokens % TOKEN_PAIR);
  const expandedRow = paired > 0 ? 2 * xLength : 0;
  const blockRows = Math.min(
    roundUp(rows, ROW_BLOCK),
    roundUp(BLOCK_BYTES / (rowSize + expandedRow), ROW_BLOCK),
  );
  const [codesAt, expandedAt, xAt, sumsAt, outAt] = machine.allocate(
    blockRows * rowSize,
    blockRows * expandedRow,
    tokens * xLength * 2,
    tokens * 4,
    tokens * blockRows * 4,
  ) as [number, number, number, number, number];
  const sums = machine.int32s(sumsAt, tokens);
  const arranged = machine.int16s(xAt, tokens * xLength);
  for (let t = 0; t < tokens; t++) {
    const [at, step] = t < paired ? [(t - (t % 2)) * xLength + 8 * (t % 2), 16] : [t * xLength, 8];
    sums[t] = arrange(x, t * cols, cols, arranged, at, step);
  }

  const block = machine.bytes(codesAt, blockRows * rowSize);
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(blockRows, rows - from);
    const padded = roundUp(count, ROW_BLOCK);
    copyRows(codes, from * stride, stride, block, rowSize, count, stride);
    if (paired > 0) machine.expand(codesAt, rowSize, padded, expandedAt);
    for (let t = 0; t < tokens; t += TOKEN_PAIR) {
      const [tokenX, tokenSum, tokenOut] = [xAt + t * xLength * 2, sumsAt + t * 4, outAt + t * padded * 4];
      if (t < paired) machine.pair(expandedAt, padded, tokenX, xLength * 4, tokenSum, tokenOut);
      else machine.ternary(codesAt, rowSize, padded, tokenX, tokenSum, tokenOut);
    }
    const out = machine.int32s(outAt, tokens * padded);
    for (let t = 0; t < tokens; t++) into.set(out.subarray(t * padded, t * padded + count), t * rows + from);
  }
}

function denseSimd(
  machine: WasmMachine,
  weights: Float32Array,
  rows: number,
  cols: number,
  x: Float32Array,
  tokens: number,
  into: Float32Array,
): void {
  const lanes = tokens > 4 ? 8 : 4;
  const width = roundUp(tokens, lanes);
  const blockRows = roundUp(Math.min(rows, BLOCK_BYTES / (4 * cols)), 8);
  const [weightsAt, xAt, outAt] = machine.allocate(
    blockRows * cols * 4,
    cols * width * 4,
    blockRows * width * 4,
  ) as [number, number, number];
  const transposed = machine.floats(xAt, cols * width);
  for (let t = 0; t < tokens; t++) {
    for (let c = 0; c < cols; c++) transposed[c * width + t] = x[t * cols + c]!;
  }
  const block = machine.floats(weightsAt, blockRows * cols);
  const out = machine.floats(outAt, blockRows * width);
  const run = lanes === 8 ? machine.dense8 : machine.dense4;
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(blockRows, rows - from);
    block.set(weights.subarray(from * cols, (from + count) * cols));
    run(weightsAt, cols * 4, roundUp(count, 8), cols, xAt, width * 4, width * 4, outAt, width * 4);
    for (let t = 0; t < tokens; t++) {
      for (let r = 0; r < count; r++) into[t * rows + from + r] = out[r * width + t]!;
    }
  }
}

/**
 * Both products of attention are the dense loop: scores = queries · keys, whose positions are the lanes, and result =
 * weights · values, whose dimensions are. Rows are the queries of several tokens and of all heads that share a
 * key/value head. A weight beyond a token's own position is 0, which adds nothing to a sum that began at +0.
 */
function attentionSimd(
  machine: WasmMachine,
  query: Float32Array,
  { keys, values }: LayerCache,
  { heads, kvHeads, headDim, capacity }: AttentionShape,
  position: number,
  tokens: number,
  into: Float32Array,
): void {
  const scale = fround(1 / Math.sqrt(headDim));
  const group = heads / kvHeads;
  const positions = position + tokens;
  // Not a power of two: rows that are a power of two apart would share few sets of the cache.
  const keyWidth = roundUp(positions, 8) + 8;
  const valueWidth = roundUp(headDim, 8);
  const mostRows = roundUp(QUERY_TOKENS * group, 4);
  const [keysAt, valuesAt, queryAt, scoresAt, outAt] = machine.allocate(
    headDim * keyWidth * 4,
    positions * valueWidth * 4,
    mostRows * headDim * 4,
    mostRows * keyWidth * 4,
    mostRows * valueWidth * 4,
  ) as [number, number, number, number, number];
  const keyBlock = machine.floats(keysAt, headDim * keyWidth);
  const valueBlock = machine.floats(valuesAt, positions * valueWidth);
  const queries = machine.floats(queryAt, mostRows * headDim);
  const out = machine.floats(outAt, mostRows * valueWidth);

  for (let kv = 0; kv < kvHeads; kv++) {
    copyRows(keys, kv * headDim * capacity, capacity, keyBlock, keyWidth, headDim, positions);
    copyRows(values, kv * capacity * headDim, headDim, valueBlock, valueWidth, positions, headDim);
    for (let first = 0; first < tokens; first += QUERY_TOKENS) {
      const count = Math.min(QUERY_TOKENS, tokens - first);
      const rows = count * group;
      const seenByLast = position + first + count;
      /** Where the query of row r, token by token, lies in `query` and its result in `into`. */
      const place = (r: number): number =>
        ((first + Math.floor(r / group)) * heads + kv * group + (r % group)) * headDim;
      for (let r = 0; r < rows; r++) queries.set(query.subarray(place(r), place(r) + headDim), r * headDim);
      const paddedRows = roundUp(rows, 4);
      const scoreBytes = roundUp(seenByLast, 8) * 4;
      const scoreStride = keyWidth * 4;
      machine.dense8(
        queryAt,
        headDim * 4,
        paddedRows,
        headDim,
        keysAt,
        scoreStride,
        scoreBytes,
        scoresAt,
        scoreStride,
      );
      for (let r = 0; r < rows; r++) {
        const seen = position + first + Math.floor(r / group) + 1;
        const scores = machine.floats(scoresAt + r * scoreStride, seenByLast);
        for (let j = 0; j < seen; j++) scores[j] = scores[j]! * scale;
        softmax(scores, seen);
        scores.fill(0, seen);
      }
      const valueStride = valueWidth * 4;
      machine.dense8(
        scoresAt,
        scoreStride,
        paddedRows,
        seenByLast,
        valuesAt,
        valueStride,
        valueStride,
        outAt,
        valueStride,
      );
      for (let r = 0; r < rows; r++)
        into.set(out.subarray(r * valueWidth, r * valueWidth + headDim), place(r));
    }
  }
}
