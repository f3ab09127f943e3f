/**
 * What a candidate costs: the job planned with its mapping, estimated or simulated, and priced. The trace's integers are not
 * compared (functional check: not run); times, counts and energies are those of `tritsim simulate`.
 */
import { priceSimulation } from '../../energy/report.ts';
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import type { ExplicitMapping } from '../../mapping/explicit.ts';
import { countNonzeros, type TileNonzeros } from '../../mapping/nonzeros.ts';
import { planTrace, type Plan } from '../../mapping/plan.ts';
import { tileTrace } from '../../mapping/tile-trace.ts';
import { estimate } from '../../sim/analytic/estimate.ts';
import { measureActivity, type ActivitySource } from '../../sim/array/activity.ts';
import { checkCapacity } from '../../sim/capacity.ts';
import { PhaseSimulation } from '../../sim/phase.ts';
import type { Fidelity } from '../../sim/result.ts';
import { Remembered } from '../remembered.ts';
import type { Cost } from './candidate.ts';
import type { MapJob } from './job.ts';

/** Measurements of values kept at a time. */
const MOST_MEASUREMENTS = 16;

export class JobEvaluator {
  readonly #job: MapJob;
  readonly #nonzeros = new Remembered<Promise<TileNonzeros>>(MOST_MEASUREMENTS);
  readonly #activities = new Remembered<Promise<ActivitySource | undefined>>(MOST_MEASUREMENTS);

  constructor(job: MapJob) {
    this.#job = job;
  }

  /** @throws MAPPING_* where the mapping does not fit */
  async plan(machine: Machine, mapping?: ExplicitMapping): Promise<Plan> {
    const { trace, device } = this.#job;
    const { manifest } = trace;
    let nonzeros: TileNonzeros | undefined;
    if (manifest.origin === 'recorded' && machine.packing.dram === 'bitmap-sign') {
      const { tilings } = tileTrace(manifest, machine, mapping);
      nonzeros = await this.#nonzeros.get(JSON.stringify([...tilings]), () => countNonzeros(trace, tilings));
    }
    const plan = planTrace(manifest, machine, nonzeros, mapping);
    checkCapacity(plan, machine, device);
    return plan;
  }

  /** @throws as `plan`, `measureActivity`, `priceSimulation` */
  async cost(machine: Machine, mapping: ExplicitMapping | undefined, fidelity: Fidelity): Promise<Cost> {
    const { trace, phase, device, prices } = this.#job;
    const { manifest } = trace;
    const plan = await this.plan(machine, mapping);
    const activity = await this.#activity(machine, plan);
    const result =
      fidelity === 'analytic'
        ? estimate(manifest, machine, device, plan, activity).phases[0]!
        : new PhaseSimulation(manifest, machine, device, plan, undefined, activity).run(phase).result;
    const [energy] = priceSimulation({ phases: [result] }, machine, device, prices).phases;
    const { readBytes, writeBytes } = result.dram;
    return { timePs: result.timePs, energyJ: energy!.energyJ, dramBytes: readBytes + writeBytes };
  }

  async #activity(machine: Machine, { tilings }: Plan): Promise<ActivitySource | undefined> {
    if (costDependsOn(machine.array) === 'size') return undefined;
    const key = JSON.stringify([machine.array, ...tilings]);
    return this.#activities.get(key, () => measureActivity(this.#job.trace, machine, tilings));
  }
}
