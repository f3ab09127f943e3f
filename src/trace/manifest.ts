/**
 * What a trace says of itself: JSON in the safetensors header under `tritsim.trace`. The tensors beside it:
 *
 * | tensor | dtype, shape | what |
 * |---|---|---|
 * | `weights.<matrix>.trits` | U8 `[out, ceil(in / 4)]` | code t + 1, input 4j + i of a row in bits 2i+1:2i of byte j; a row is padded with code 1 |
 * | `weights.<matrix>.scale` | F32 `[1]` | mean of the absolute weights: multiplies |
 * | `<phase>.<operation>.activations` | I8 `[tokens, in]` | what the projection read |
 * | `<phase>.<operation>.scales` | F32 `[tokens]` | s of `q = round(x·s)` |
 * | `<phase>.<operation>.checksums` | U32 `[tokens]` | MurmurHash3 (x86, 32 bit, seed 0) of the row's int32 results, little-endian |
 *
 * A synthesized trace has none of them.
 */
import type { ModelShape } from '../model/shape.ts';
import type { Operation, Phase } from './operation.ts';

export const TRACE_FORMAT = 'tritsim.trace/1';

/** A fraction and how it is known. */
export interface StatedFraction {
  readonly value: number;
  readonly basis: 'measured' | 'assumed';
  readonly source: string;
}

export interface PhaseRecord {
  /** Steps that this phase runs: 1 for prefill, the number of decoded tokens for decode. */
  readonly steps: number;
  /** Token rows of one step and sequence: the prompt's length for prefill, 1 for decode. */
  readonly tokensPerStep: number;
  /** Sequences that run together; a step has `batch × tokensPerStep` rows. */
  readonly batch: number;
  /** Length of the KV cache before the first step. */
  readonly context: number;
  /** Token ids read by this phase in order, empty where the trace was synthesized. */
  readonly ids: readonly number[];
}

export interface MatrixRecord {
  readonly in: number;
  readonly out: number;
  /** Mean of the absolute weights; null where there are no values. */
  readonly scale: number | null;
  readonly zeroFraction: StatedFraction;
  /** Percentiles of the zero fraction over rows, where measured: 5, 50, 95. */
  readonly rowZeroFraction: readonly [p05: number, p50: number, p95: number] | null;
}

export interface TraceManifest {
  readonly format: typeof TRACE_FORMAT;
  readonly origin: 'recorded' | 'synthesized';
  /** Version of tritsim that wrote it. */
  readonly tool: string;
  readonly model: {
    readonly name: string;
    readonly shape: ModelShape;
    /** SHA-256 of the checkpoint's weights, hex; null for a synthesized trace. */
    readonly checkpoint: string | null;
  };
  readonly prompt: string | null;
  readonly phases: Partial<Readonly<Record<Phase, PhaseRecord>>>;
  /** One step's operations in order; identical for every step. */
  readonly operations: readonly Operation[];
  /** By the name of the projection: `layers.0.q_proj`. */
  readonly matrices: Readonly<Record<string, MatrixRecord>>;
  /** Fraction of int8 activations that are zero, for a trace without values; null where the values are recorded. */
  readonly activationZeroFraction: StatedFraction | null;
}
