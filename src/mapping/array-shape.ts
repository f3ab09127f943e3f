/** The sizes of an array that mapping, statistics and comparisons need, whatever its kind. */
import type { ArrayConfig } from '../hardware/machine.ts';

/** Inputs and outputs of one full beat or fold: what a tile is cut in multiples of. */
export interface ArrayShape {
  readonly inputs: number;
  readonly outputs: number;
}

export function arrayShape(array: ArrayConfig): ArrayShape {
  switch (array.kind) {
    case 'adder-tree':
      return { inputs: array.inputs, outputs: array.outputs };
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return { inputs: array.rows, outputs: array.columns };
  }
}

/** The array with another shape. */
export function withShape(array: ArrayConfig, { inputs, outputs }: ArrayShape): ArrayConfig {
  switch (array.kind) {
    case 'adder-tree':
      return { ...array, inputs, outputs };
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return { ...array, rows: inputs, columns: outputs };
  }
}

/** Multiply-adds (select-adds) that the array can do in a cycle, no value skipped. */
export function arrayLanes(array: ArrayConfig): number {
  const { inputs, outputs } = arrayShape(array);
  return inputs * outputs;
}

/** Width of the activations that an array reads, bits: int8, except where it multiplies in FP16. */
export function activationBits(array: ArrayConfig): number {
  return array.kind === 'mac-fp16' ? 16 : 8;
}
