/**
 * What operations hand to one another, by token row: how many bytes, who reads it. Values are in the machine's format of
 * activations; what an array reads is in its own (int8 with one scale a row, or FP16), on the chip and in DRAM alike.
 */
import type { Machine } from '../hardware/machine.ts';
import type { BitLinearOperation, Operation } from '../trace/operation.ts';
import { activationBits } from './array-shape.ts';
import { floatBytes } from './packing.ts';
import type { TileChoice } from './tiling.ts';

export interface Tensor {
  readonly name: string;
  /** Index of the operation that makes it. */
  readonly producer: number;
  /** Indices of the operations that read it, ascending. */
  readonly consumers: readonly number[];
  /** Bytes of one token row; 0 of logits, which go straight to DRAM. */
  readonly rowBytes: number;
}

/** Operations that are worked out together, tile by tile of outputs: `first` … `end − 1`. */
export interface Group {
  readonly first: number;
  readonly end: number;
}

/** The operations of a step with what they hand to one another, on one machine. */
export interface Graph {
  readonly machine: Machine;
  readonly operations: readonly Operation[];
  /** By operation: its result, and what it reads. */
  readonly tensors: readonly Tensor[];
  readonly inputs: readonly (readonly Tensor[])[];
  /** By operation, for those that have one. */
  readonly groups: ReadonlyMap<number, Group>;
  /** Tiles that are asked for, by projection (`explicit.ts`). */
  readonly tiles: ReadonlyMap<string, TileChoice>;
}

/** What a group multiplies before its activation. */
export function projectionsOf({ operations }: Graph, { first, end }: Group): BitLinearOperation[] {
  return operations.slice(first, end).filter((member) => member.kind === 'bitlinear');
}

export function graphOf(
  operations: readonly Operation[],
  machine: Machine,
  tiles: Readonly<Record<string, TileChoice>> = {},
): Graph {
  const consumers = new Map<string, number[]>(operations.map(({ name }) => [name, []]));
  operations.forEach(({ after }, i) => {
    for (const name of after) consumers.get(name)?.push(i);
  });
  const tensors = operations.map((operation, producer): Tensor => ({
    name: operation.name,
    producer,
    consumers: consumers.get(operation.name)!,
    rowBytes: rowBytesOf(operation, machine),
  }));
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const inputs = operations.map(({ after }) => after.flatMap((name) => byName.get(name) ?? []));
  const groups = groupsOf(operations, tensors);
  return { machine, operations, tensors, inputs, groups, tiles: new Map(Object.entries(tiles)) };
}

/** Bytes of one row of what an array reads: `width` operands, and their scale where they are quantized. */
export function operandRowBytes(width: number, machine: Machine): number {
  const scale = machine.array.kind === 'mac-fp16' ? 0 : floatBytes(machine.vector.precision);
  return (width * activationBits(machine.array)) / 8 + scale;
}

function rowBytesOf(operation: Operation, machine: Machine): number {
  const value = floatBytes(machine.activations.format);
  switch (operation.kind) {
    case 'embedding':
      return operation.hidden * value;
    case 'norm':
    case 'activation':
    case 'residual':
      return operation.width * value;
    case 'quantize':
      return operandRowBytes(operation.width, machine);
    case 'bitlinear':
      return operation.out * value;
    case 'rope':
      return (operation.heads + operation.kvHeads) * operation.headDim * value;
    case 'attention':
      return operation.heads * operation.headDim * value;
    case 'head':
      return 0;
  }
}

/**
 * Projections and the activation that alone reads them (`up`, or `gate` and `up`), where they stand next to each other and
 * have one shape: worked out tile by tile of outputs, only the activation's result is ever whole.
 */
function groupsOf(operations: readonly Operation[], tensors: readonly Tensor[]): Map<number, Group> {
  const groups = new Map<number, Group>();
  operations.forEach((operation, at) => {
    if (operation.kind !== 'activation') return;
    const first = at - operation.after.length;
    const inputs = operations.slice(Math.max(0, first), at);
    const [one] = inputs;
    if (one?.kind !== 'bitlinear' || inputs.length !== operation.after.length) return;
    const alike = inputs.every(
      (input, i) =>
        input.kind === 'bitlinear' &&
        input.in === one.in &&
        input.out === one.out &&
        operation.after.includes(input.name) &&
        tensors[first + i]!.consumers.length === 1,
    );
    if (!alike) return;
    const group = { first, end: at + 1 };
    for (let member = first; member <= at; member++) groups.set(member, group);
  });
  return groups;
}
