/**
 * The analytic estimate of one phase: the same program as the cycle-level simulation's, gone over operation by operation (or stage
 * by stage), but with durations in closed form instead of events. Layers that are alike are worked out until two in a row take the
 * same time; the rest are the last of these again.
 *
 * Units: picoseconds. Counts of the ledger are exact; those of the DRAM's rows and standby are estimates.
 * NOT MODELLED, beside what the cycle-level simulation leaves out: see memory.ts; the phase of refreshes to transfers.
 */
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import type { Plan } from '../../mapping/plan.ts';
import type { PlannedStep } from '../../mapping/planned-step.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import type { ActivitySource } from '../array/activity.ts';
import type { DramDevice } from '../dram/device.ts';
import type { PhaseResult } from '../result.ts';
import type { LoweredPlan } from './lowered-plan.ts';
import { AnalyticMemory } from './memory.ts';
import { phaseResult } from './result.ts';
import { Schedule } from './schedule.ts';
import { AnalyticTotals } from './totals.ts';
import type { WorkCosts } from './work-costs.ts';

/** Two layers whose times differ by less than this part are taken as alike. */
const STEADY = 1e-3;

/**
 * @param lowered of the plan
 * @param activity of the trace's values, where the array's cost depends on them
 */
export function estimatePhase(
  manifest: TraceManifest,
  machine: Machine,
  device: DramDevice,
  plan: Plan,
  phase: Phase,
  lowered: LoweredPlan,
  activity?: ActivitySource,
): { result: PhaseResult; conservation: string[] } {
  const costs = lowered.costsOf(machine, activity);
  const memory = new AnalyticMemory(device, machine.dram);
  const totals = new AnalyticTotals(manifest.operations.length);
  const stepPs: number[] = [];
  let timePs = 0;
  for (const step of plan.steps[phase]!) {
    const elapsed = estimateStep(machine, step, lowered, { costs, memory, totals });
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
  readonly costs: WorkCosts;
  readonly memory: AnalyticMemory;
  readonly totals: AnalyticTotals;
}

/** Adds one step to the totals; returns its time. */
function estimateStep(
  machine: Machine,
  step: PlannedStep,
  lowered: LoweredPlan,
  { costs, memory, totals }: Estimate,
): number {
  memory.restart();
  totals.beginStep();
  const schedule = new Schedule(machine, costs, memory, totals);
  const tape = lowered.tapeOf(step, machine);
  const { repeats, operation } = tape.pieces;
  const { first, length, count } = repeats;
  const alike = costDependsOn(machine.array) === 'size' && machine.packing.dram !== 'bitmap-sign';
  tape.walk(0, first, schedule.walk);
  let done = 0;
  let layerPs = 0;
  let skippedPs = 0;
  while (done < count) {
    totals.beginLayer();
    const began = schedule.frontPs;
    const from = first + done * length;
    tape.walk(from, from + length, schedule.walk);
    done++;
    const elapsed = schedule.frontPs - began;
    const steady = done > 1 && Math.abs(elapsed - layerPs) <= STEADY * elapsed;
    layerPs = elapsed;
    if (!alike || !steady) continue;
    const times = count - done;
    skippedPs = times * elapsed;
    totals.repeatLayer(times);
    totals.repeatOperations(operation(from), operation(from + length) - operation(from), times);
    break;
  }
  // What follows the layers waits for the last one that was worked out; the time between is added to the sum.
  tape.walkTail(done, schedule.walk);
  return schedule.end() + skippedPs;
}
