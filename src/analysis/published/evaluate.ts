/** Each published value beside ours: the formula by its kind, the deviation, and whether it is near enough. */
import { formatSignificant } from '../../units/format.ts';
import { TritsimError } from '../../errors/error.ts';
import { arithmeticEnergy, arithmeticRatio, operationRatio, totalEnergy } from './arithmetic.ts';
import { pricesOf, shapeOf, type Basis } from './basis.ts';
import { batchBesideShape, batchInMemory, cacheBitsFor, pipelineThroughput, stepLatency } from './latency.ts';
import { servedBytes, weightBytes, type FittedMemory } from './memory.ts';
import type { PublishedFile, PublishedRow, What } from './published-file.ts';

export interface ReproducedRow {
  readonly id: string;
  readonly paper: string;
  readonly place: string;
  readonly unit: string;
  /** As printed. */
  readonly published: string;
  /** In `unit`; null where nothing can be computed. For a statement of order the larger ÷ the smaller side. */
  readonly ours: number | null;
  /** ours ÷ published − 1; null where either is no number. */
  readonly deviation: number | null;
  readonly tolerance: PublishedRow['tolerance'];
  readonly gating: boolean;
  /** Null where nothing is asked. */
  readonly pass: boolean | null;
  readonly reason: string;
}

const BYTES_PER_GB = 1e9;
const MS_PER_S = 1e3;
/** The memory tolerance. */
const MEMORY_TOLERANCE = 0.03;

/** @throws PUBLISHED_SHAPE, PUBLISHED_NODE, PUBLISHED_FIT, PRICE_MISSING */
export function reproduceFile(file: PublishedFile, basis: Basis): ReproducedRow[] {
  return file.rows.map((row) => reproduceRow(row, file, basis));
}

function reproduceRow(row: PublishedRow, file: PublishedFile, basis: Basis): ReproducedRow {
  const ours = valueOf(row.what, file, basis);
  const printed = Number(row.printed);
  const comparable = ours !== null && Number.isFinite(printed);
  return {
    id: row.id,
    paper: file.paper.arxiv,
    place: row.place,
    unit: row.unit,
    published: row.printed,
    ours,
    deviation: comparable ? ours / printed - 1 : null,
    tolerance: row.tolerance,
    gating: row.tolerance !== 'reported' && row.seen === 'text',
    pass: passes(row, ours),
    reason: [row.note, ...explanation(row, basis)].join(' '),
  };
}

function passes(
  { tolerance, printed, last_digit_off: off }: PublishedRow,
  ours: number | null,
): boolean | null {
  if (tolerance === 'reported') return null;
  if (ours === null) return false;
  switch (tolerance) {
    case 'printed-digit':
      return lastDigits(ours, printed) === (off === true ? -1 : 0);
    case 'memory':
      return Math.abs(ours / Number(printed) - 1) <= MEMORY_TOLERANCE;
    case 'order':
      return ours > 1;
  }
}

/** How many of the last printed digit ours, rounded to it, lies above the printed value. */
function lastDigits(ours: number, printed: string): number {
  const decimals = printed.split('.')[1]?.length ?? 0;
  const digit = 10 ** -decimals;
  return Math.round((Number(ours.toFixed(decimals)) - Number(printed)) / digit);
}

/** Ours in the row's unit. */
function valueOf(what: What, file: PublishedFile, basis: Basis): number | null {
  const shape = (name: string) => shapeOf(basis, name);
  const { gpu } = basis;
  switch (what.kind) {
    case 'energy': {
      const prices = pricesOf(basis, what.node_nm);
      const energy = arithmeticEnergy(shape(what.shape), what.weights, what.tokens, prices);
      return { add: energy.addJ, multiply: energy.multiplyJ, total: totalEnergy(energy) }[what.part];
    }
    case 'energy-ratio':
      return arithmeticRatio(shape(what.shape), what.tokens, pricesOf(basis, what.node_nm));
    case 'operation-ratio':
      return operationRatio(what.bits, pricesOf(basis, what.node_nm));
    case 'memory':
      return servedBytes(shape(what.shape), what.weights, fittedOf(file)) / BYTES_PER_GB;
    case 'memory-ratio':
      return memoryRatio(what, file, basis);
    case 'weight-memory':
      return weightBytes(shape(what.shape), what.bits) / BYTES_PER_GB;
    case 'latency': {
      const step = { context: what.context, batch: 1 };
      return stepLatency(shape(what.shape), what.weights, step, gpu) * MS_PER_S;
    }
    case 'latency-ratio':
      return latencyRatio(what, what.context, basis);
    case 'batch':
      return batchInMemory(shape(what.shape), what.weights, what, gpu);
    case 'batch-ratio': {
      const of = (weights: 'fp16' | 'ternary') => batchInMemory(shape(what.shape), weights, what, gpu);
      return of('ternary') / of('fp16');
    }
    case 'throughput':
      return throughput(what.shape, what.weights, what.batch, what, basis);
    case 'throughput-ratio':
      return (
        throughput(what.shape, 'ternary', what.batch, what, basis) /
        throughput(what.shape, 'fp16', what.than_batch, what, basis)
      );
    case 'cheaper':
      return cheaperBy(what, file, basis);
    case 'none':
      return null;
  }
}

interface Pair {
  /** In trits. */
  readonly shape: string;
  /** In FP16. */
  readonly than: string;
}

function memoryRatio({ shape, than }: Pair, file: PublishedFile, basis: Basis): number {
  const fitted = fittedOf(file);
  return (
    servedBytes(shapeOf(basis, than), 'fp16', fitted) / servedBytes(shapeOf(basis, shape), 'ternary', fitted)
  );
}

function latencyRatio({ shape, than }: Pair, context: number, basis: Basis): number {
  const step = { context, batch: 1 };
  return (
    stepLatency(shapeOf(basis, than), 'fp16', step, basis.gpu) /
    stepLatency(shapeOf(basis, shape), 'ternary', step, basis.gpu)
  );
}

function throughput(
  name: string,
  weights: 'fp32' | 'fp16' | 'ternary',
  batch: number,
  { tokens, gpus }: { readonly tokens: number; readonly gpus: number },
  basis: Basis,
): number {
  return pipelineThroughput(shapeOf(basis, name), weights, { context: tokens, batch, gpus }, basis.gpu);
}

/** FP16 ÷ trits: above 1 where the statement holds. */
function cheaperBy(what: What & { kind: 'cheaper' }, file: PublishedFile, basis: Basis): number {
  switch (what.of) {
    case 'latency':
      return latencyRatio(what, what.tokens, basis);
    case 'memory':
      return memoryRatio(what, file, basis);
    case 'energy': {
      const prices = pricesOf(basis, what.node_nm);
      const of = (name: string, weights: 'fp16' | 'ternary'): number =>
        totalEnergy(arithmeticEnergy(shapeOf(basis, name), weights, what.tokens, prices));
      return of(what.than, 'fp16') / of(what.shape, 'ternary');
    }
  }
}

/** What would make a printed batch come out. */
function explanation({ what, printed }: PublishedRow, basis: Basis): string[] {
  if (what.kind !== 'batch') return [];
  const shape = shapeOf(basis, what.shape);
  const bits = cacheBitsFor(Number(printed), shape, what.weights, what, basis.gpu);
  const beside = batchBesideShape(shape, what.weights, what, basis.gpu);
  return [
    `With the weights of ${what.shape} and its embeddings it would be ${beside};`,
    `${printed} would fit with ${formatSignificant(bits)} bits a cached value.`,
  ];
}

function fittedOf({ fitted, paper }: PublishedFile): FittedMemory {
  if (fitted !== null) {
    return { cacheTokens: fitted.cache_tokens.value, fp16EngineBytes: fitted.fp16_engine_bytes.value };
  }
  throw new TritsimError('PUBLISHED_FIT', 'memory of a served model needs the fitted residual', {
    place: paper.arxiv,
  });
}
