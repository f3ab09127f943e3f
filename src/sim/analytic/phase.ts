/**
 * The analytic estimate of one phase: the same program as the cycle-level simulation's, lowered operation by operation (or stage
 * by stage), but with durations in closed form instead of events. Layers that are alike are worked out until two in a row take the
 * same time; the rest are the last of these again.
 *
 * Units: picoseconds. Counts of the ledger are exact; those of the DRAM's rows and standby are estimates.
 * NOT MODELLED, beside what the cycle-level simulation leaves out: see memory.ts; the phase of refreshes to transfers.
 */
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import type { StepContext } from '../../mapping/lower/context.ts';
import { chunkContext, lowerOperation, lowerStage } from '../../mapping/lower/stage.ts';
import { beginStep, type Plan } from '../../mapping/plan.ts';
import type { PlannedStep, Stage } from '../../mapping/planned-step.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import type { ActivitySource } from '../array/activity.ts';
import type { DramDevice } from '../dram/device.ts';
import type { PhaseResult } from '../result.ts';
import { CostTable } from './cost-table.ts';
import { AnalyticMemory } from './memory.ts';
import { repeatedOperations, repeatedStages, type Repeats } from './repeats.ts';
import { phaseResult } from './result.ts';
import { Schedule } from './schedule.ts';
import { AnalyticTotals } from './totals.ts';

/** Two layers whose times differ by less than this part are taken as alike. */
const STEADY = 1e-3;

/** @param activity of the trace's values, where the array's cost depends on them */
export function estimatePhase(
  manifest: TraceManifest,
  machine: Machine,
  device: DramDevice,
  plan: Plan,
  phase: Phase,
  activity?: ActivitySource,
): { result: PhaseResult; conservation: string[] } {
  const costs = new CostTable(machine, activity);
  const memory = new AnalyticMemory(device, machine.dram);
  const totals = new AnalyticTotals(manifest.operations.length);
  const stepPs: number[] = [];
  let timePs = 0;
  for (const step of plan.steps[phase]!) {
    const elapsed = estimateStep(manifest, machine, plan, step, { costs, memory, totals });
    timePs += elapsed;
    stepPs[step.index] = (stepPs[step.index] ?? 0) + elapsed;
  }
  const tailPs = memory.tail(totals.writeBursts.at(-1)!);
  totals.add('dram', manifest.operations.length - 1, tailPs);
  return phaseResult(manifest, machine, device, phase, plan, {
    costs,
    memory,
    totals,
    stepPs,
    timePs: timePs + tailPs,
  });
}

interface Estimate {
  readonly costs: CostTable;
  readonly memory: AnalyticMemory;
  readonly totals: AnalyticTotals;
}

/** Adds one step to the totals; returns its time. */
function estimateStep(
  manifest: TraceManifest,
  machine: Machine,
  plan: Plan,
  step: PlannedStep,
  { costs, memory, totals }: Estimate,
): number {
  memory.restart();
  const schedule = new Schedule(machine, costs, memory, totals);
  const context = beginStep(manifest, plan, step, machine, schedule);
  const pieces = piecesOf(context, step);
  const lower = (from: number, to: number): void => {
    for (let i = from; i < to; i++) pieces.lower(i);
  };
  const { first, length, count } = pieces.repeats;
  const alike = costDependsOn(machine.array) === 'size' && machine.packing.dram !== 'bitmap-sign';
  const before = totals.operationSums();
  lower(0, first);
  let done = 0;
  let layerPs = 0;
  let skippedPs = 0;
  while (done < count) {
    const mark = totals.mark();
    const began = schedule.frontPs;
    lower(first + done * length, first + (done + 1) * length);
    done++;
    const elapsed = schedule.frontPs - began;
    const steady = done > 1 && Math.abs(elapsed - layerPs) <= STEADY * elapsed;
    layerPs = elapsed;
    if (!alike || !steady) continue;
    const times = count - done;
    skippedPs = times * elapsed;
    totals.repeat(mark, times);
    const last = pieces.operation(first + (done - 1) * length);
    const operations = pieces.operation(first + done * length) - last;
    for (let i = 0; i < times * operations; i++) {
      totals.copyOperation(last + (i % operations), last + operations + i, before);
    }
    // What follows the last layer waits for the last one that was worked out; the time between is added to the sum.
    for (let i = 0; i < operations; i++) pieces.standIn(last + i, last + times * operations + i);
    break;
  }
  lower(first + length * count, pieces.count);
  return schedule.end() + skippedPs;
}

/** A step in parts that can be lowered one by one. */
interface Pieces {
  readonly count: number;
  readonly repeats: Repeats;
  readonly lower: (piece: number) => void;
  /** Index of the first operation of a piece. */
  readonly operation: (piece: number) => number;
  /** What is known of the result of one operation holds for that of another. */
  readonly standIn: (known: number, other: number) => void;
}

/** The operations of a step with one chunk of rows; the stages of one with several. */
function piecesOf(context: StepContext, step: PlannedStep): Pieces {
  const { graph, spills } = context;
  const { operations } = graph;
  const name = (i: number): string => operations[i]!.name;
  const [only] = step.stages as [Stage];
  if (step.stages.length === 1 && only.chunks.length === 1) {
    const chunk = chunkContext(context, only, 0, []);
    return {
      count: operations.length,
      repeats: repeatedOperations(graph),
      lower: (i) => lowerOperation(chunk, i),
      operation: (i) => i,
      standIn: (known, other) => {
        const finished = chunk.finished.get(name(known));
        if (finished !== undefined) chunk.finished.set(name(other), finished);
      },
    };
  }
  let ends: readonly number[] = [];
  return {
    count: step.stages.length,
    repeats: repeatedStages(graph, step),
    lower: (i) => {
      ends = lowerStage(context, step.stages[i]!, ends);
    },
    operation: (i) => step.stages[i]?.span.from ?? operations.length,
    standIn: (known, other) => spills.copy(name(known), name(other)),
  };
}
