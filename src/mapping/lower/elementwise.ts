/** Operations that the vector unit does alone. */
import type {
  ActivationOperation,
  NormOperation,
  QuantizeOperation,
  ResidualOperation,
  RopeOperation,
} from '../../trace/operation.ts';
import type { VectorRoutine } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';

export type ElementwiseOperation =
  NormOperation | QuantizeOperation | RopeOperation | ActivationOperation | ResidualOperation;

export function lowerElementwise(context: LoweringContext, operation: ElementwiseOperation): void {
  const { rows } = context.step;
  const { routine, width, reduces } = describe(context, operation);
  const elements = rows * width;
  const { builder } = context;
  let command = builder.addCompute(
    'vector',
    { unit: 'vector', routine, elements, groups: reduces ? rows : 0 },
    producers(context, operation.after),
  );
  if (operation.kind === 'activation' && operation.gated) {
    command = builder.addCompute('vector', { unit: 'vector', routine: 'gate', elements, groups: 0 }, [
      command,
    ]);
  }
  context.finished.set(operation.name, [command]);
}

function describe(
  context: LoweringContext,
  operation: ElementwiseOperation,
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
    case 'activation':
      return { routine: operation.function, width: operation.width, reduces: false };
    case 'residual':
      return { routine: 'residual', width: operation.width, reduces: false };
  }
}
