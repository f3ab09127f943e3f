/**
 * What estimates of one plan share: the commands that its steps lower to, and what their works cost. Machines of one plan differ in
 * sections that no plan reads (`explore/plans.ts`); of these, costs read the vector and the float unit, so they are kept by these
 * two. Units: commands, some 40 bytes each; works, some 200.
 */
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import type { Plan } from '../../mapping/plan.ts';
import type { PlannedStep } from '../../mapping/planned-step.ts';
import { WorkTable } from '../../mapping/work-table.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { ActivitySource } from '../array/activity.ts';
import { StepTape, type Room } from './step-tape.ts';
import { WorkCosts } from './work-costs.ts';

/** Works of all costs that are kept at a time. */
const MOST_WORKS = 4096;

export class LoweredPlan {
  readonly #manifest: TraceManifest;
  readonly #plan: Plan;
  readonly #works = new WorkTable();
  readonly #tapes = new Map<PlannedStep, StepTape>();
  readonly #room: Room;
  #costs = new Map<Machine['vector'], Map<Machine['floatUnit'], WorkCosts>>();
  #sets = 0;

  /** @param mostCommands that may be kept; none where there is to be one estimate only */
  constructor(manifest: TraceManifest, plan: Plan, mostCommands = 0) {
    this.#manifest = manifest;
    this.#plan = plan;
    this.#room = { commands: mostCommands };
  }

  tapeOf(step: PlannedStep, machine: Machine): StepTape {
    const known = this.#tapes.get(step);
    if (known !== undefined) return known;
    const tape = new StepTape(this.#manifest, machine, this.#plan, step, this.#works, this.#room);
    this.#tapes.set(step, tape);
    return tape;
  }

  /** @param activity of the trace's values, where the array's cost depends on them */
  costsOf(machine: Machine, activity: ActivitySource | undefined): WorkCosts {
    if (costDependsOn(machine.array) !== 'size') return new WorkCosts(machine, this.#works, activity);
    const known = this.#costs.get(machine.vector)?.get(machine.floatUnit);
    if (known !== undefined) return known;
    if (this.#sets * this.#works.works.length > MOST_WORKS) {
      this.#costs = new Map();
      this.#sets = 0;
    }
    const costs = new WorkCosts(machine, this.#works, undefined);
    const ofVector = this.#costs.get(machine.vector) ?? new Map<Machine['floatUnit'], WorkCosts>();
    this.#costs.set(machine.vector, ofVector.set(machine.floatUnit, costs));
    this.#sets++;
    return costs;
  }
}
