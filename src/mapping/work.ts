/**
 * What one command asks of one unit, without time. Commands of the same size share one `Work`, so the simulator prices
 * each size in cycles and counts once.
 */
import type { BufferName } from '../hardware/machine.ts';
import type { Phase } from '../trace/operation.ts';
import type { PackedTernary } from './packing.ts';

/** Routines of the vector unit; what each does to an element is in `sim/vector/routines.ts`. */
export type VectorRoutine =
  | 'embed'
  | 'norm'
  | 'quantize'
  | 'cast'
  | 'dequantize'
  | 'drain'
  | 'rope'
  | 'softmax'
  | 'rescale'
  | 'normalise'
  | 'relu2'
  | 'silu'
  | 'gate'
  | 'residual';

/** A tile by name: the values that stand behind its size. */
export interface TileValues {
  /** Name of the projection. */
  readonly matrix: string;
  /** Index of the tile, outputs outside, inputs inside. */
  readonly tile: number;
  /** The token rows, where the cost depends on activations: `firstRow` of the phase and those that follow. */
  readonly activations: { readonly phase: Phase; readonly firstRow: number } | null;
}

export type Work =
  /** A tile of a projection: `rows` token rows × `k` inputs × `n` outputs. */
  | {
      readonly unit: 'array';
      readonly rows: number;
      readonly k: number;
      readonly n: number;
      /** Whether partial sums of earlier tiles are read back. */
      readonly accumulate: boolean;
      /** Which values these are, where the array's cost depends on them (`costDependsOn`). */
      readonly values?: TileValues;
    }
  /** `elements` values in `groups` that reduce on their own (a token row, or a row and head of scores). */
  | {
      readonly unit: 'vector';
      readonly routine: VectorRoutine;
      readonly elements: number;
      readonly groups: number;
    }
  | {
      readonly unit: 'float';
      readonly multiplyAdds: number;
      /** Values read from the operand buffer (keys, values, head weights), and their width in bits. */
      readonly operandReads: number;
      readonly operandBits: number;
      /** Values in the format of activations, read from and written to the activation buffer. */
      readonly activationReads: number;
      readonly results: number;
    }
  /** DRAM to buffer; where trits are decoded on the way, from which packing and how many of its groups. */
  | {
      readonly unit: 'load';
      readonly buffer: BufferName;
      readonly bufferBytes: number;
      readonly decoded: PackedTernary | null;
      readonly groups: number;
    }
  /** Buffer to DRAM. */
  | { readonly unit: 'store'; readonly buffer: BufferName; readonly bufferBytes: number };
