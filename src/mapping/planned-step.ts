/** A partition of a phase as steps that are run one after the other, each a program of its own. */
import type { PhaseRecord } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import type { Partition, StagePlan } from './partition.ts';
import { stepsOf, type Step } from './steps.ts';

/** A stage of one step. */
export interface Stage extends StagePlan {
  /** Its rows in parts that have room on the chip, in order. */
  readonly chunks: readonly Step[];
}

export interface PlannedStep extends Step {
  readonly stages: readonly Stage[];
}

/** Chunks through the whole model are steps of their own; stages, and chunks that overlap, all belong to one step. */
export function plannedSteps(
  phase: Phase,
  record: PhaseRecord,
  { mapping, stages }: Partition,
): PlannedStep[] {
  const [whole] = stages as [StagePlan];
  if (mapping !== 'spilled' && whole.order === 'rows' && whole.slots === 1) {
    return stepsOf(phase, record, whole.rows).map((step) => ({
      ...step,
      stages: [{ ...whole, chunks: [step] }],
    }));
  }
  const chunksOf = new Map<number, Step[]>();
  for (const { rows } of stages) {
    if (!chunksOf.has(rows)) chunksOf.set(rows, stepsOf(phase, record, rows));
  }
  return stepsOf(phase, record, record.batch * record.tokensPerStep).map((step) => ({
    ...step,
    stages: stages.map((stage) => ({
      ...stage,
      chunks: chunksOf.get(stage.rows)!.filter(({ index }) => index === step.index),
    })),
  }));
}
