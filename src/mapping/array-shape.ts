/** The sizes of an array that mapping, statistics and comparisons need, whatever its kind. */
import { TritsimError } from '../errors/error.ts';
import type { ArrayConfig } from '../hardware/machine.ts';

/** Inputs and outputs of one full beat or fold: what a tile is cut in multiples of. */
export interface ArrayShape {
  readonly inputs: number;
  readonly outputs: number;
}

export function arrayShape(array: ArrayConfig): ArrayShape {
  switch (array.kind) {
    case 'adder-tree':
    case 'bit-serial':
      return { inputs: array.inputs, outputs: array.outputs };
    case 'lut':
      return { inputs: array.groups * array.groupSize, outputs: array.outputs };
    case 'zero-skip':
      return { inputs: array.lanes * array.window, outputs: array.outputs };
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return { inputs: array.rows, outputs: array.columns };
  }
}

/**
 * The array with another shape.
 * @throws ARRAY_SHAPE where the inputs of a beat are not a whole number of the lane's
 */
export function withShape(array: ArrayConfig, { inputs, outputs }: ArrayShape): ArrayConfig {
  switch (array.kind) {
    case 'adder-tree':
    case 'bit-serial':
      return { ...array, inputs, outputs };
    case 'lut':
      return { ...array, groups: wholeParts(inputs, array.groupSize, 'group'), outputs };
    case 'zero-skip':
      return { ...array, lanes: wholeParts(inputs, array.window, 'window'), outputs };
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return { ...array, rows: inputs, columns: outputs };
  }
}

/** Multiply-adds (select-adds) of int8 activations that the array can do in a cycle, no value and no bit skipped. */
export function arrayLanes(array: ArrayConfig): number {
  const { inputs, outputs } = arrayShape(array);
  switch (array.kind) {
    case 'zero-skip':
      return array.lanes * outputs;
    case 'bit-serial':
      return (inputs * outputs) / activationBits(array);
    default:
      return inputs * outputs;
  }
}

/**
 * What the cost of a tile depends on, beside its size: its weights, or also the activations of each row. An array of
 * the last kind costs another time for every row.
 */
export function costDependsOn(array: ArrayConfig): 'size' | 'weights' | 'rows' {
  switch (array.kind) {
    case 'zero-skip':
      return array.skips === 'weights' ? 'weights' : 'rows';
    case 'bit-serial':
      return array.bits === 'significant' ? 'rows' : 'size';
    default:
      return 'size';
  }
}

/** Width of the activations that an array reads, bits: int8, except where it multiplies in FP16. */
export function activationBits(array: ArrayConfig): number {
  return array.kind === 'mac-fp16' ? 16 : 8;
}

function wholeParts(inputs: number, part: number, what: string): number {
  if (inputs % part === 0) return inputs / part;
  throw new TritsimError('ARRAY_SHAPE', `the inputs of a beat must be a multiple of the ${what}`, {
    place: 'array',
    found: `${inputs} inputs, ${what} ${part}`,
  });
}
