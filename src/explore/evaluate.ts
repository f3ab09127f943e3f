/**
 * One point: a machine and a trace to a record. What does not change from point to point is kept: the work sets, and what the
 * values of the trace make an array do. The datapath is not computed and the trace's integers are not compared (functional check:
 * not run); times, counts and energies are those of `analysis/measure.ts`.
 */
import type { ComponentName } from '../analysis/run.ts';
import { bookOf } from '../energy/price-book.ts';
import { priceSimulation } from '../energy/report.ts';
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { costDependsOn } from '../mapping/array-shape.ts';
import { countNonzeros, type TileNonzeros } from '../mapping/nonzeros.ts';
import { tileTrace } from '../mapping/tile-trace.ts';
import { estimate } from '../sim/analytic/estimate.ts';
import { measureActivity, type ActivitySource } from '../sim/array/activity.ts';
import { checkCapacity } from '../sim/capacity.ts';
import { SharedPools } from '../sim/dram/reuse/shared-pools.ts';
import { COMPONENTS } from '../sim/ledger.ts';
import { PhaseSimulation } from '../sim/phase.ts';
import type { Fidelity, PhaseResult } from '../sim/result.ts';
import { phasesOf } from '../trace/layout.ts';
import type { Trace } from '../trace/trace.ts';
import { Plans } from './plans.ts';
import { Remembered } from './remembered.ts';
import type { MeasuredWorkload, Row, RowError } from './row.ts';
import type { Workload } from './space/space.ts';
import type { Identified } from './study.ts';
import { checkRecorded, workSetsOf, type WorkSet } from './workloads.ts';

const SECONDS_PER_PS = 1e-12;
/** Measurements of values kept at a time: some megabytes each for a large model. */
const MOST_MEASUREMENTS = 16;

type PlannedSet = WorkSet & { readonly plans: Plans };
type Buildable = Extract<Identified, { machine: Machine }>;

export class Evaluator {
  readonly #trace: Trace;
  readonly #workloads: readonly Workload[];
  readonly #sets: readonly PlannedSet[];
  readonly #nonzeros = new Remembered<Promise<TileNonzeros>>(MOST_MEASUREMENTS);
  readonly #pools: SharedPools;
  readonly #activities = new Remembered<Promise<ActivitySource | undefined>>(MOST_MEASUREMENTS);

  /** @param pools of all evaluators that work side by side */
  constructor(trace: Trace, workloads: readonly Workload[], pools: SharedPools = new SharedPools()) {
    this.#pools = pools;
    this.#trace = trace;
    this.#workloads = workloads;
    this.#sets = workSetsOf(workloads, trace).map((set) => ({
      ...set,
      plans: new Plans(set.trace.manifest),
    }));
  }

  /** The record of a point: what was measured, or the error that it failed with. */
  async evaluate(point: Identified, fidelity: Fidelity): Promise<Row> {
    const row = { key: point.key, machine: point.machine?.hash ?? null, trace: this.#trace.hash, fidelity };
    if (point.machine === undefined) return { ...row, error: point.refusal };
    try {
      const measured: MeasuredWorkload[] = [];
      for (const set of this.#sets) await this.#measure(point, set, fidelity, measured);
      return { ...row, workloads: measured, ...areaOf(point) };
    } catch (error) {
      return { ...row, error: errorOf(error) };
    }
  }

  async #measure(
    { machine, device, prices }: Buildable,
    set: PlannedSet,
    fidelity: Fidelity,
    into: MeasuredWorkload[],
  ): Promise<void> {
    checkRecorded(set, machine, this.#workloads);
    const { manifest } = set.trace;
    const { plan, lowered } = set.plans.of(machine, await this.#countNonzeros(set, machine));
    checkCapacity(plan, machine, device);
    const activity = await this.#measureActivity(set, machine, plan.tilings);
    const phases =
      fidelity === 'analytic'
        ? estimate(manifest, machine, device, plan, activity, lowered).phases
        : phasesOf(manifest).map(([phase]) => {
            const pool = this.#pools.of(device, machine.dram);
            const simulation = new PhaseSimulation(
              manifest,
              machine,
              device,
              plan,
              undefined,
              activity,
              undefined,
              pool,
            );
            return simulation.run(phase).result;
          });
    const energy = priceSimulation({ phases }, machine, device, prices);
    phases.forEach((phase, i) => {
      const record = manifest.phases[phase.phase]!;
      into[set.workloads[phase.phase]!] = {
        phase: phase.phase,
        context: phase.phase === 'decode' ? record.context : record.tokensPerStep,
        steps: phase.steps,
        batch: phase.batch,
        time_s: phase.timePs * SECONDS_PER_PS,
        energy_J: energy.phases[i]!.energyJ,
        cycles: phase.cycles,
        bottleneck: bottleneckOf(phase),
        array_utilisation: phase.arrayUtilisation,
      };
    });
  }

  /** Counted only for the packing whose size depends on them. */
  async #countNonzeros({ trace }: WorkSet, machine: Machine): Promise<TileNonzeros | undefined> {
    if (trace.manifest.origin !== 'recorded' || machine.packing.dram !== 'bitmap-sign') return undefined;
    const { tilings } = tileTrace(trace.manifest, machine);
    return this.#nonzeros.get(JSON.stringify([...tilings]), () => countNonzeros(trace, tilings));
  }

  async #measureActivity(
    set: PlannedSet,
    machine: Machine,
    tilings: Parameters<typeof measureActivity>[2],
  ): Promise<ActivitySource | undefined> {
    if (costDependsOn(machine.array) === 'size') return undefined;
    const key = JSON.stringify([this.#sets.indexOf(set), machine.array, ...tilings]);
    return this.#activities.get(key, () => measureActivity(set.trace, machine, tilings));
  }
}

function areaOf({ prices, machine }: Buildable): Pick<Row, 'area_mm2' | 'area_error'> {
  try {
    return { area_mm2: bookOf(prices).machine(machine).area.total.amount };
  } catch (error) {
    return { area_error: errorOf(error) };
  }
}

/** A defect of the program spoils its point, not the run; the record shows it. */
function errorOf(error: unknown): RowError {
  const code = error instanceof TritsimError ? error.code : 'DEFECT';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** The component that was busy longest; of equals the first of COMPONENTS. The DMA works as long as the DRAM does. */
function bottleneckOf({ components }: PhaseResult): ComponentName {
  return COMPONENTS.filter((name) => name !== 'dma').reduce((longest, name) =>
    components[name].busyPs > components[longest].busyPs ? name : longest,
  );
}
