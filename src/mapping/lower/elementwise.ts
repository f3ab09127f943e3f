/** Operations that the vector unit does alone. */
import type {
  ActivationOperation,
  NormOperation,
  QuantizeOperation,
  ResidualOperation,
  RopeOperation,
} from '../../trace/operation.ts';
import type { VectorRoutine, Work } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';

export type ElementwiseOperation =
  NormOperation | QuantizeOperation | RopeOperation | ActivationOperation | ResidualOperation;

/** An activation on `elements` values, and the gating behind it; returns the last command. */
export function addActivation(
  { builder }: LoweringContext,
  { function: routine, gated }: ActivationOperation,
  elements: number,
  after: readonly number[],
): number {
  const done = builder.addCompute('vector', { unit: 'vector', routine, elements, groups: 0 }, after);
  return gated
    ? builder.addCompute('vector', { unit: 'vector', routine: 'gate', elements, groups: 0 }, [done])
    : done;
}

export function lowerElementwise(context: LoweringContext, operation: ElementwiseOperation): void {
  context.finished.set(operation.name, [addElementwise(context, operation)]);
}

function addElementwise(context: LoweringContext, operation: ElementwiseOperation): number {
  const { builder, step } = context;
  const after = producers(context, operation.after);
  if (operation.kind === 'activation') {
    return addActivation(context, operation, step.rows * operation.width, after);
  }
  const { routine, width, reduces } = describe(context, operation);
  const work: Work = {
    unit: 'vector',
    routine,
    elements: step.rows * width,
    groups: reduces ? step.rows : 0,
  };
  return builder.addCompute('vector', work, after);
}

function describe(
  context: LoweringContext,
  operation: Exclude<ElementwiseOperation, ActivationOperation>,
): { routine: VectorRoutine; width: number; reduces: boolean } {
  switch (operation.kind) {
    case 'norm':
      return { routine: 'norm', width: operation.width, reduces: true };
    case 'quantize':
      // An FP16 machine has nothing to quantize: it rounds to the array's format.
      return context.machine.array.kind === 'mac-fp16'
        ? { routine: 'cast', width: operation.width, reduces: false }
        : { routine: 'quantize', width: operation.width, reduces: true };
    case 'rope':
      return {
        routine: 'rope',
        width: (operation.heads + operation.kvHeads) * operation.headDim,
        reduces: false,
      };
    case 'residual':
      return { routine: 'residual', width: operation.width, reduces: false };
  }
}
