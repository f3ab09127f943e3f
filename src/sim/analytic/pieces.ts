/** A step in parts that are lowered one after the other: operations, or stages where it has several. */
import type { StepContext } from '../../mapping/lower/context.ts';
import { chunkContext, lowerOperation, lowerStage } from '../../mapping/lower/stage.ts';
import type { PlannedStep, Stage } from '../../mapping/planned-step.ts';
import type { Graph } from '../../mapping/tensors.ts';
import { repeatedOperations, repeatedStages, type Repeats } from './repeats.ts';

export interface Pieces {
  readonly count: number;
  readonly repeats: Repeats;
  /** Index of the first operation of a piece. */
  readonly operation: (piece: number) => number;
}

/** Lowers the pieces of a step in their order. */
export interface PieceLowering {
  readonly lower: (piece: number) => void;
  /** What is known of the result of one operation holds for that of another. */
  readonly standIn: (known: number, other: number) => void;
}

/** The operations of a step with one chunk of rows; the stages of one with several. */
export function piecesOf(graph: Graph, step: PlannedStep): Pieces {
  const { length } = graph.operations;
  return isWhole(step)
    ? { count: length, repeats: repeatedOperations(graph), operation: (i) => i }
    : {
        count: step.stages.length,
        repeats: repeatedStages(graph, step),
        operation: (i) => step.stages[i]?.span.from ?? length,
      };
}

/** @param context as `beginStep` gives it */
export function pieceLowering(context: StepContext, step: PlannedStep): PieceLowering {
  const { graph, spills } = context;
  const name = (i: number): string => graph.operations[i]!.name;
  if (isWhole(step)) {
    const chunk = chunkContext(context, step.stages[0]!, 0, []);
    return {
      lower: (i) => lowerOperation(chunk, i),
      standIn: (known, other) => {
        const finished = chunk.finished.get(name(known));
        if (finished !== undefined) chunk.finished.set(name(other), finished);
      },
    };
  }
  let ends: readonly number[] = [];
  return {
    lower: (i) => {
      ends = lowerStage(context, step.stages[i]!, ends);
    },
    standIn: (known, other) => spills.copy(name(known), name(other)),
  };
}

function isWhole({ stages }: PlannedStep): boolean {
  const [only] = stages as [Stage];
  return stages.length === 1 && only.chunks.length === 1;
}
