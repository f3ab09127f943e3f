/**
 * Replays a trace on a machine: every phase through time, every recorded projection through the datapath.
 *
 * NOT MODELLED, beside what each component says of itself: thermal and voltage effects, clock domain crossings between
 * array and DRAM controller, the host, sampling, instruction fetch of the controller.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { countNonzeros, type TileNonzeros } from '../mapping/nonzeros.ts';
import { planTrace } from '../mapping/plan.ts';
import { tileTrace } from '../mapping/tile-trace.ts';
import { bitLinearsOf, phasesOf } from '../trace/layout.ts';
import type { Trace } from '../trace/trace.ts';
import { measureActivity } from './array/activity.ts';
import { estimate } from './analytic/estimate.ts';
import { checkCapacity } from './capacity.ts';
import { checkOperation } from './datapath/check.ts';
import type { DramDevice } from './dram/device.ts';
import type { RequestObserver } from './dram/request-log.ts';
import { PhaseSimulation } from './phase.ts';
import type { TimelineObserver } from './timeline.ts';
import type { Fidelity, FunctionalCheck, PhaseResult, SimulationResult } from './result.ts';

export interface SimulateOptions {
  /** Absent: `cycle`. An estimate has no requests and no time line to observe. */
  readonly fidelity?: Fidelity;
  /** Every DRAM request as it is accepted: address, kind, cycle of the DRAM's clock; one phase after the other. */
  readonly onRequest?: RequestObserver | undefined;
  readonly timeline?: TimelineObserver | undefined;
  /** How much of the work is done; the unit is of no meaning. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * @throws MAPPING_* where the model does not fit, FUNCTIONAL_MISMATCH where array and trace disagree,
 *   CONSERVATION_VIOLATED where the simulator contradicts itself, SIM_NOT_OBSERVABLE where an estimate is to be observed
 */
export async function simulate(
  trace: Trace,
  machine: Machine,
  device: DramDevice,
  options: SimulateOptions = {},
): Promise<SimulationResult> {
  const { manifest } = trace;
  const recorded = manifest.origin === 'recorded';
  const plan = planTrace(manifest, machine, recorded ? await nonzerosOf(trace, machine) : undefined);
  checkCapacity(plan, machine, device);
  options.timeline?.plan(plan);
  const activity = await measureActivity(trace, machine, plan.tilings);
  if (options.fidelity === 'analytic') {
    refuseObservers(options);
    return estimate(manifest, machine, device, plan, activity);
  }
  const linears = bitLinearsOf(manifest);
  const phases = phasesOf(manifest).map(([phase]) => phase);
  const steps = phases.reduce((sum, phase) => sum + plan.steps[phase]!.length, 0);
  const total = steps + (recorded ? linears.length * phases.length : 0);
  let done = 0;

  let compared = 0;
  if (recorded) {
    for (const phase of phases) {
      for (const operation of linears) {
        compared += await checkOperation(trace, phase, operation, plan.tilings.get(operation.name)!, machine);
        options.onProgress?.(++done, total);
      }
    }
  }
  const results: PhaseResult[] = [];
  const conservation = new Set<string>();
  const { onRequest, timeline } = options;
  let cyclesBefore = 0;
  let timeBefore = 0;
  for (const phase of phases) {
    const from = cyclesBefore;
    timeline?.phase(phase, timeBefore);
    const simulation = new PhaseSimulation(
      manifest,
      machine,
      device,
      plan,
      onRequest && ((address, write, cycle) => onRequest(address, write, from + cycle)),
      activity,
      timeline,
    );
    const { result, conservation: checks } = simulation.run(phase, (part) => {
      options.onProgress?.(done + part, total);
    });
    done += plan.steps[phase]!.length;
    results.push(result);
    cyclesBefore += result.dramCycles;
    timeBefore += result.timePs;
    for (const check of checks) conservation.add(check);
  }
  const functional: FunctionalCheck = { compared, mismatches: 0 };
  return { fidelity: 'cycle', phases: results, functional, conservation: [...conservation] };
}

function refuseObservers({ onRequest, timeline }: SimulateOptions): void {
  if (onRequest === undefined && timeline === undefined) return;
  throw new TritsimError('SIM_NOT_OBSERVABLE', 'an estimate has no DRAM requests and no time line', {
    found: onRequest === undefined ? 'a time line asked for' : 'DRAM requests asked for',
    hint: 'Use --fidelity cycle.',
  });
}

/** Counted only for the packing whose size depends on them. */
async function nonzerosOf(trace: Trace, machine: Machine): Promise<TileNonzeros | undefined> {
  if (machine.packing.dram !== 'bitmap-sign') return undefined;
  return countNonzeros(trace, tileTrace(trace.manifest, machine).tilings);
}
