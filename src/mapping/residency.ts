/**
 * How many token rows fit on the chip at once. Between operations activations stay in the activation buffer: the
 * residual stream all the time, and at each operation what it reads and what it writes. The rows of a step are chosen
 * so that the largest of these sets fits.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import type { Operation } from '../trace/operation.ts';
import { activationBits, arrayShape } from './array-shape.ts';
import { attentionTileKeys } from './lower/attention.ts';
import { floatBytes } from './packing.ts';

/** Bytes of the activation buffer that one token row needs at the widest point of the step. */
export function bytesPerRow(operations: readonly Operation[], machine: Machine): number {
  const value = floatBytes(machine.activations.format);
  const operand = activationBits(machine.array) / 8;
  let residual = 0;
  let widest = 0;
  const projected = new Map<string, number>();
  for (const operation of operations) {
    switch (operation.kind) {
      case 'embedding':
        residual = operation.hidden * value;
        break;
      case 'norm':
      case 'residual':
        widest = Math.max(widest, operation.width * value);
        break;
      case 'quantize':
        widest = Math.max(widest, operation.width * (value + operand));
        break;
      case 'bitlinear': {
        // q, k, v (and gate, up) read the same quantized input: their outputs are alive together.
        const input = operation.after.join();
        const outputs = (projected.get(input) ?? 0) + operation.out;
        projected.set(input, outputs);
        widest = Math.max(widest, operation.in * operand + outputs * value);
        break;
      }
      case 'attention': {
        const { heads, kvHeads, headDim } = operation;
        const scores = heads * attentionTileKeys(operation, machine);
        widest = Math.max(widest, (2 * heads * headDim + 2 * kvHeads * headDim + scores) * value);
        break;
      }
      case 'activation':
        widest = Math.max(widest, 2 * operation.width * value);
        break;
      case 'rope':
      case 'head':
        break;
    }
  }
  return residual + widest;
}

/** Largest number of rows a step may have: limited by activations and by the accumulators of one granule of outputs. */
export function maxRowsPerStep(operations: readonly Operation[], machine: Machine): number {
  const perRow = bytesPerRow(operations, machine);
  const { activations, accumulators } = machine.buffers;
  const byActivations = Math.floor(activations.capacityBytes / perRow);
  const granule = arrayShape(machine.array).outputs;
  const byAccumulators = Math.floor(
    (accumulators.capacityBytes * 8) / 2 / (granule * machine.array.accumulatorBits),
  );
  if (byActivations < 1) {
    throw new TritsimError(
      'MAPPING_ACTIVATIONS_TOO_SMALL',
      'one token row does not fit the activation buffer',
      {
        place: `${machine.name}: buffers.activations.capacity`,
        found: `${activations.capacityBytes} bytes`,
        hint: `A row of this model needs ${perRow} bytes at its widest point.`,
      },
    );
  }
  if (byAccumulators < 1) {
    throw new TritsimError('MAPPING_ACCUMULATORS_TOO_SMALL', 'no tile fits the accumulator buffer', {
      place: `${machine.name}: buffers.accumulators.capacity`,
      found: `${accumulators.capacityBytes} bytes`,
      hint: `Two slots of one row × ${granule} outputs × ${machine.array.accumulatorBits} bits are needed.`,
    });
  }
  return Math.min(byActivations, byAccumulators);
}
