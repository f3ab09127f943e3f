/**
 * Time of one decode step on a GPU as a roofline: every projection, the head and the reading of the cache take the longer
 * of their bytes ÷ bandwidth and their operations ÷ peak, one after the other, and every kernel an overhead. Seconds.
 *
 *     Σ max(bytes/B, 2·m·in·out/P) + cache/B + kernels·overhead
 *
 * Products of trits run at the FP16 peak, since the papers' kernel unpacks two bits to half precision. Reference: Williams et
 * al., Roofline, CACM 2009.
 *
 * NOT MODELLED: kernels that do not reach the bandwidth, which is what small matrices do; launch gaps that overlap; transfers
 * between pipeline stages; prefill.
 */
import { projectionsOf, projectionSizes, type ModelShape } from '../../model/shape.ts';
import { cacheBytes, embeddingBytes, servedBits, weightBytes, type ServedWeights } from './memory.ts';
import type { Roofline } from './roofline-file.ts';

const FP16_BYTES = 2;
/** A multiplication and an addition. */
const OPS = 2;

/**
 * @param context positions in each sequence's cache
 * @param batch sequences of the step
 */
export function stepLatency(
  shape: ModelShape,
  weights: ServedWeights,
  { context, batch }: { readonly context: number; readonly batch: number },
  gpu: Roofline,
): number {
  const { bytes_per_s: bandwidth } = gpu.memory;
  const longer = (bytes: number, multiplyAdds: number): number =>
    Math.max(bytes / bandwidth, (OPS * batch * multiplyAdds) / gpu.peak.fp16_ops_per_s);
  const sizes = projectionSizes(shape);
  const layer = projectionsOf(shape).reduce((sum, name) => {
    const values = sizes[name].in * sizes[name].out;
    return sum + longer((values * servedBits(weights)) / 8, values);
  }, 0);
  const head = shape.vocab * shape.hidden;
  const cache = (batch * context * cacheBytes(shape)) / bandwidth;
  const { overhead_s: overhead, per_layer: perLayer, outside_layers: outside } = gpu.kernel;
  const kernels = shape.layers * perLayer + outside;
  return shape.layers * layer + longer(head * FP16_BYTES, head) + cache + kernels * overhead;
}

/**
 * Tokens a second of a pipeline over `gpus`: every stage holds its share of the layers and is always busy with its share
 * of the batch, so that a token of each of batch ÷ gpus sequences leaves every stage time.
 */
export function pipelineThroughput(
  shape: ModelShape,
  weights: ServedWeights,
  { context, batch, gpus }: { readonly context: number; readonly batch: number; readonly gpus: number },
  gpu: Roofline,
): number {
  const inFlight = batch / gpus;
  return inFlight / (stepLatency(shape, weights, { context, batch: inFlight }, gpu) / gpus);
}

export interface CapacityQuestion {
  /** Sequence length that every cache is kept for. */
  readonly tokens: number;
  readonly gpus: number;
  /** Weights of the model as its name counts them. */
  readonly parameters: number;
}

/** Sequences whose FP16 caches fit beside the weights. */
export function batchInMemory(
  shape: ModelShape,
  weights: ServedWeights,
  question: CapacityQuestion,
  gpu: Roofline,
): number {
  return Math.floor(freeBytes(weights, question, gpu) / (question.tokens * cacheBytes(shape)));
}

/** Bits a cached value may have for `batch` sequences to fit: what would explain a printed batch. */
export function cacheBitsFor(
  batch: number,
  shape: ModelShape,
  weights: ServedWeights,
  question: CapacityQuestion,
  gpu: Roofline,
): number {
  const fp16 = batch * question.tokens * cacheBytes(shape);
  return (freeBytes(weights, question, gpu) / fp16) * FP16_BYTES * 8;
}

/** Batch where the weights are those of `shape`, with both embedding tables, instead of the nominal number. */
export function batchBesideShape(
  shape: ModelShape,
  weights: ServedWeights,
  { tokens, gpus }: CapacityQuestion,
  gpu: Roofline,
): number {
  const held = weightBytes(shape, servedBits(weights)) + embeddingBytes(shape);
  return Math.floor((gpus * gpu.memory.capacity_bytes - held) / (tokens * cacheBytes(shape)));
}

function freeBytes(weights: ServedWeights, { gpus, parameters }: CapacityQuestion, gpu: Roofline): number {
  return gpus * gpu.memory.capacity_bytes - (parameters * servedBits(weights)) / 8;
}
