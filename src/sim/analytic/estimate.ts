/** A whole trace in closed form: every phase that it has. */
import type { Machine } from '../../hardware/machine.ts';
import type { Plan } from '../../mapping/plan.ts';
import { phasesOf } from '../../trace/layout.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { ActivitySource } from '../array/activity.ts';
import type { DramDevice } from '../dram/device.ts';
import type { SimulationResult } from '../result.ts';
import { LoweredPlan } from './lowered-plan.ts';
import { estimatePhase } from './phase.ts';

/**
 * The result of a simulation without simulating: see `phase.ts`. The plan must fit the DRAM (`checkCapacity`).
 * @param activity of the trace's values, where the array's cost depends on them
 * @param lowered of the plan, where there are to be more estimates of it
 * @throws SIM_NO_ACTIVITY, and what the DRAM's configuration is refused for
 */
export function estimate(
  manifest: TraceManifest,
  machine: Machine,
  device: DramDevice,
  plan: Plan,
  activity?: ActivitySource,
  lowered: LoweredPlan = new LoweredPlan(manifest, plan),
): SimulationResult {
  const conservation = new Set<string>();
  const phases = phasesOf(manifest).map(([phase]) => {
    const { result, conservation: checks } = estimatePhase(
      manifest,
      machine,
      device,
      plan,
      phase,
      lowered,
      activity,
    );
    for (const check of checks) conservation.add(check);
    return result;
  });
  const functional = { compared: 0, mismatches: 0, reason: 'an analytic estimate computes no values' };
  return { fidelity: 'analytic', phases, functional, conservation: [...conservation] };
}
