/**
 * A stage over its chunks of rows: each is loaded, passes the operations and leaves. A chunk takes the place of the one
 * `slots` before it, so its loads wait for that one's last results and stores; the first chunks of a stage wait for the
 * stage before, which had the buffer laid out in another way.
 */
import type { BitLinearOperation, Operation } from '../../trace/operation.ts';
import type { Stage } from '../planned-step.ts';
import { groupIn } from '../stages.ts';
import { SLOTS } from '../tiling.ts';
import { lowerAttention } from './attention.ts';
import type { LoweringContext, StepContext } from './context.ts';
import { lowerElementwise } from './elementwise.ts';
import { lowerEmbedding, lowerHead } from './ends.ts';
import { lowerGroup, lowerLinear, lowerWeightsStay } from './linear.ts';
import { loadInputs, storePanel } from './spill.ts';

/**
 * Lowers all of a stage.
 * @param before commands that end the stage before
 * @returns the commands that end this one
 */
export function lowerStage(context: StepContext, stage: Stage, before: readonly number[]): number[] {
  const { span, chunks, slots } = stage;
  if (stage.order === 'weights') {
    const contexts = chunks.map((_, i) => chunkContext(context, stage, i, before));
    const operation = context.graph.operations[span.from] as BitLinearOperation;
    lowerWeightsStay(contexts, stage, operation);
    return endsOf(contexts.at(-1)!);
  }
  const ends: number[][] = [];
  for (let i = 0; i < chunks.length; i++) {
    const own = chunkContext(context, stage, i, ends[i - slots] ?? before);
    loadInputs(own);
    for (let at = span.from; at < span.to; at++) lowerOperation(own, at);
    ends.push(endsOf(own));
  }
  return ends.slice(-SLOTS).flat();
}

/** The state in which the first operation of a chunk is lowered. */
export function chunkContext(
  context: StepContext,
  { span, chunks }: Stage,
  chunk: number,
  free: readonly number[],
): LoweringContext {
  return { ...context, stage: span, step: chunks[chunk]!, free, finished: new Map() };
}

/** Lowers the operation with this index; those that it reads from have been lowered. A group is lowered with its first. */
export function lowerOperation(context: LoweringContext, index: number): void {
  const { builder, graph, stage, finished } = context;
  const operation = graph.operations[index]!;
  const group = groupIn(graph, stage, index);
  if (group !== undefined) {
    if (group.first === index) lowerGroup(context, group);
    return;
  }
  builder.beginOperation(index);
  lowerOne(context, operation);
  // Projections store their results tile by tile themselves.
  if (operation.kind !== 'bitlinear') {
    storePanel(context, operation.name, 0, finished.get(operation.name) ?? []);
  }
}

function lowerOne(context: LoweringContext, operation: Operation): void {
  switch (operation.kind) {
    case 'embedding':
      return lowerEmbedding(context, operation);
    case 'bitlinear':
      return lowerLinear(context, operation);
    case 'attention':
      return lowerAttention(context, operation);
    case 'head':
      return lowerHead(context, operation);
    case 'norm':
    case 'quantize':
    case 'rope':
    case 'activation':
    case 'residual':
      return lowerElementwise(context, operation);
  }
}

/** The last command of each operation of a chunk, and the latest store: engines work in order. */
function endsOf({ finished, spills }: LoweringContext): number[] {
  const last = [...finished.values()].map((commands) => commands.at(-1) ?? -1);
  return [...new Set([...last, spills.last])].filter((command) => command >= 0);
}
