/**
 * DRAM bytes of a stage in closed form, for all steps of a phase. With R rows in chunks, W bytes of weights and, a row,
 * `in` bytes of values read and `out` written:
 *
 *   order rows     chunks·W + R·(in + out)            a chunk of rows stays while all weights stream past it
 *   order weights  steps·W + R·(tiles·in + out)       a tile of weights stays while all rows stream past it
 *
 * and for what a stage has of them: embedding R·row; attention (keys read + R)·2·key, where the keys read are those that
 * each chunk finds in the cache; head (chunks that end a prompt)·head + logits.
 *
 * Units: bytes as programs ask for them; bursts that are used in part count more in the DRAM. Exact, but for weights as
 * bitmaps, whose tiles are rounded one by one.
 */
import type { Machine } from '../hardware/machine.ts';
import type { PhaseRecord, TraceManifest } from '../trace/manifest.ts';
import type { BitLinearOperation, Operation, Phase } from '../trace/operation.ts';
import { floatBytes, kvRowBytes, tileBytes } from './packing.ts';
import type { Span } from './stages.ts';
import { stepsOf } from './steps.ts';
import { parts, tileInputs, tileLinear, type TileChoice } from './tiling.ts';

/** What a chunk size makes of a phase; sums over all its steps. */
export interface Cut {
  readonly chunks: number;
  readonly rows: number;
  /** Keys that segments find in the cache, and chunks and rows that end a prompt. */
  readonly cachedKeys: number;
  readonly lastChunks: number;
  readonly lastRows: number;
}

export function cutOf(phase: Phase, record: PhaseRecord, maxRows: number): Cut {
  const cut = { chunks: 0, rows: 0, cachedKeys: 0, lastChunks: 0, lastRows: 0 };
  for (const { rows, segments } of stepsOf(phase, record, maxRows)) {
    cut.chunks++;
    cut.rows += rows;
    let last = 0;
    for (const segment of segments) {
      cut.cachedKeys += segment.position;
      if (segment.last) last++;
    }
    if (last > 0) cut.lastChunks++;
    cut.lastRows += last;
  }
  return cut;
}

/** Bytes that do not depend on the order of loops, and those of weights read once. */
export interface SpanBytes {
  readonly weights: number;
  readonly valuesIn: number;
  readonly valuesOut: number;
  /** Of a cached key and of its value, of all attentions of the span. */
  readonly key: number;
  readonly embedding: number;
  readonly head: number;
  readonly logits: number;
}

/** The closed form's coefficients; `weights` by operation from `weightBytes`. */
export function spanBytes(
  { from, to, loads, stores }: Span,
  operations: readonly Operation[],
  weights: readonly number[],
  machine: Machine,
): SpanBytes {
  const total = {
    weights: 0,
    valuesIn: loads.reduce((sum, { rowBytes }) => sum + rowBytes, 0),
    valuesOut: stores.reduce((sum, { rowBytes }) => sum + rowBytes, 0),
    key: 0,
    embedding: 0,
    head: 0,
    logits: 0,
  };
  for (let i = from; i < to; i++) {
    const operation = operations[i]!;
    total.weights += weights[i]!;
    if (operation.kind === 'attention') {
      total.key += kvRowBytes(operation.kvHeads * operation.headDim, machine.kvCache.precision);
    } else if (operation.kind === 'embedding') {
      total.embedding += operation.hidden * floatBytes(machine.embedding.precision);
    } else if (operation.kind === 'head') {
      total.head += operation.out * operation.in * floatBytes(machine.embedding.precision);
      total.logits += operation.out * floatBytes(machine.activations.format);
    }
  }
  return total;
}

/** DRAM bytes in order `rows`. */
export function bytesByRows(span: SpanBytes, cut: Cut): number {
  const { weights, valuesIn, valuesOut, key, embedding, head, logits } = span;
  return (
    cut.chunks * weights +
    cut.rows * (valuesIn + valuesOut + embedding) +
    (cut.cachedKeys + cut.rows) * 2 * key +
    cut.lastChunks * head +
    cut.lastRows * logits
  );
}

/** DRAM bytes in order `weights` of a span that is one projection of `tiles` tiles. */
export function bytesByWeights(
  { weights, valuesIn, valuesOut }: SpanBytes,
  steps: number,
  rows: number,
  tiles: number,
): number {
  return steps * weights + rows * (tiles * valuesIn + valuesOut);
}

/** DRAM bytes of a projection's weights, read once; 0 for another operation. */
export function weightBytes(
  operation: Operation,
  machine: Machine,
  manifest: TraceManifest,
  tile?: TileChoice,
): number {
  if (operation.kind !== 'bitlinear') return 0;
  const { in: k, out: n, name } = operation;
  const zeros = manifest.matrices[name]?.zeroFraction.value ?? 0;
  return parts(k, tileInputs(operation, machine, tile)).reduce(
    (sum, { size }) => sum + tileBytes(n, size, machine.packing.dram, Math.round(n * size * (1 - zeros))),
    0,
  );
}

/** Tiles of a projection for so many rows at a time; Infinity where a tile has not all its inputs. */
export function tilesOf(
  operation: BitLinearOperation,
  rows: number,
  machine: Machine,
  tile?: TileChoice,
): number {
  const { tileK, tileN } = tile ?? tileLinear(operation, rows, machine);
  return tileK < operation.in ? Infinity : Math.ceil(operation.out / tileN);
}
