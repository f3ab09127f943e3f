/**
 * Runs one phase on a machine, every component stepped a cycle at a time, from an idle DRAM with all rows closed:
 *
 *     array clock: three DMA engines, array, vector unit, float unit
 *     DRAM command clock: one component a channel
 *
 * A step's program is taken up at the instant at which the last command of the one before has finished; at the end
 * every write is sent. For small machines: time grows with cycles × cells.
 *
 * Units: picoseconds, cycles, bytes. NOT MODELLED: what the simulator that it checks leaves out, see its file heads.
 */
import { TritsimError } from '../../errors/error.ts';
import type { Machine } from '../../hardware/machine.ts';
import { buildProgram, type Plan } from '../../mapping/plan.ts';
import { DMA_ENGINES, ENGINES } from '../../mapping/program.ts';
import type { PlannedStep } from '../../mapping/planned-step.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import type { Order } from './assembly.ts';
import type { Component } from './component.ts';
import { DmaEngine } from './dma.ts';
import type { AcceptObserver } from './dram/channel.ts';
import type { SteppedDevice, SteppedPolicy } from './dram/device.ts';
import { SteppedDram } from './dram/system.ts';
import type { Job } from './job.ts';
import { Monitor } from './monitor.ts';
import { ProgramRun } from './program-run.ts';
import { phaseResult, PhaseTotals, type SteppedPhase } from './result.ts';
import { Timeline } from './timeline.ts';
import { Unit } from './unit.ts';
import { tileCorners, tileOf, type PhaseValues } from './values.ts';
import { tileJob, unitJob } from './work.ts';

const ARRAY_CLOCK = 0;
const DRAM_CLOCK = 1;

/** No machine that this is meant for needs as many edges for a phase. */
const MOST_EDGES = 1e8;

export interface StepperOptions {
  /** Values of the projections; without them the array adds zeros. */
  readonly values?: PhaseValues;
  /** The order in which components are visited; any permutation gives the same results. */
  readonly order?: Order;
  readonly onAccept?: AcceptObserver;
}

export class PhaseStepper {
  readonly #manifest: TraceManifest;
  readonly #machine: Machine;
  readonly #plan: Plan;
  readonly #values: PhaseValues | undefined;
  readonly #order: Order;
  readonly #engines: readonly DmaEngine[];
  readonly #units: Readonly<Record<'array' | 'vector' | 'float', Unit>>;
  readonly #dram: SteppedDram;
  readonly #timeline: Timeline;
  readonly #monitor: Monitor;
  readonly #totals: PhaseTotals;
  #run: ProgramRun | null = null;
  #makeTile: (command: number) => Job = () => {
    throw new TritsimError('STEPPER_STATE', 'no program has been taken up');
  };
  #edges = 0;
  #dramBusy = false;

  /** Throws `STEPPER_SETUP` for a machine whose DMA engines need no set-up. */
  constructor(
    manifest: TraceManifest,
    machine: Machine,
    device: SteppedDevice,
    policy: SteppedPolicy,
    plan: Plan,
    options: StepperOptions = {},
  ) {
    this.#manifest = manifest;
    this.#machine = machine;
    this.#plan = plan;
    this.#values = options.values;
    this.#order = options.order ?? ((list) => list);
    this.#totals = new PhaseTotals(manifest.operations.length);
    this.#engines = Array.from(
      { length: DMA_ENGINES },
      (_, engine) =>
        new DmaEngine(machine, engine, (command, bursts) => {
          this.#totals.addTransfer(this.#run!.program, command, bursts);
        }),
    );
    const { channels, interleaveBytes, mapping } = machine.dram;
    this.#dram = new SteppedDram(
      device,
      { channels, interleaveBytes, mapping, policy },
      this.#engines,
      options.onAccept,
    );
    for (const engine of this.#engines) engine.connect(this.#dram);
    this.#units = {
      array: this.#unit('array', (command) => this.#makeTile(command)),
      vector: this.#unit('vector', (command) => this.#unitJob(command)),
      float: this.#unit('float', (command) => this.#unitJob(command)),
    };
    this.#monitor = new Monitor(manifest.operations.length, this.#units, this.#engines);
    const onArrayClock: readonly Component[] = [...this.#engines, ...Object.values(this.#units)];
    const components = [...onArrayClock, ...this.#dram.channels];
    const ordered = this.#order(components);
    this.#timeline = new Timeline(
      [machine.clock.periodPs, device.periodPs],
      ordered.map((component) => ({
        component,
        clock: onArrayClock.includes(component) ? ARRAY_CLOCK : DRAM_CLOCK,
      })),
    );
  }

  /** Throws `STEPPER_ENDLESS` where the phase does not come to an end. */
  run(phase: Phase): SteppedPhase {
    const steps = this.#plan.steps[phase]!;
    const stepPs = new Map<number, number>();
    let now = this.#timeline.next;
    this.#timeline.commit();
    for (const step of steps) {
      const from = now;
      this.#takeUp(step);
      while (!this.#run!.isOver()) now = this.#advance();
      stepPs.set(step.index, (stepPs.get(step.index) ?? 0) + now - from);
    }
    this.#run = null;
    while (!this.#timeline.hasEdge(DRAM_CLOCK) || !this.#dram.isIdle()) now = this.#advance();
    return phaseResult({
      machine: this.#machine,
      operations: this.#manifest.operations,
      timePs: now,
      cycles: this.#timeline.cycles(ARRAY_CLOCK),
      dramCycles: this.#timeline.cycles(DRAM_CLOCK),
      stepPs: [...stepPs.values()],
      dram: this.#dram,
      monitor: this.#monitor,
      totals: this.#totals,
      tallies: [...this.#engines, ...Object.values(this.#units)].map(({ tally }) => tally),
    });
  }

  /** Evaluates the cycles that begin now, lets time pass to the next edge and commits there; returns the time. */
  #advance(): number {
    if (this.#edges++ > MOST_EDGES) {
      throw new TritsimError('STEPPER_ENDLESS', 'the phase does not come to an end', {
        found: `${this.#edges} edges`,
      });
    }
    const now = this.#timeline.next;
    if (this.#timeline.hasEdge(DRAM_CLOCK)) this.#dramBusy = this.#dram.isBusy();
    this.#timeline.evaluate();
    const next = this.#timeline.next;
    if (this.#run !== null) this.#monitor.pass(this.#run, next - now);
    else this.#monitor.add('dram', this.#manifest.operations.length - 1, next - now);
    this.#monitor.passDram(this.#dramBusy, next - now);
    this.#timeline.commit();
    return next;
  }

  #takeUp(step: PlannedStep): void {
    const program = buildProgram(this.#manifest, this.#plan, step, this.#machine);
    const engines = ENGINES.map((name, i) =>
      i < DMA_ENGINES ? this.#engines[i]! : this.#units[name as 'array' | 'vector' | 'float'],
    );
    const run = new ProgramRun(program, engines);
    for (const engine of engines) engine.load(run);
    this.#run = run;
    const { operations } = this.#manifest;
    const corners = tileCorners(program, operations, this.#plan.tilings);
    this.#makeTile = (command) => {
      const work = program.works[program.work[command]!]!;
      if (work.unit !== 'array') throw new TritsimError('STEPPER_STATE', 'no tile for the array');
      const operation = operations[program.operation[command]!]!;
      const values = this.#values?.get(operation.name);
      const tile = tileOf(work, corners.get(command)!, operation, values);
      return tileJob(this.#machine, tile, this.#order);
    };
  }

  #unitJob(command: number): Job {
    const { works, work } = this.#run!.program;
    const wanted = works[work[command]!]!;
    if (wanted.unit === 'vector' || wanted.unit === 'float') return unitJob(this.#machine, wanted);
    throw new TritsimError('STEPPER_STATE', 'no work for this unit', { found: wanted.unit });
  }

  #unit(name: 'array' | 'vector' | 'float', makeJob: (command: number) => Job): Unit {
    return new Unit(this.#machine, ENGINES.indexOf(name), makeJob, (command, run) => {
      this.#totals.addWork(this.#run!.program, command, name, run);
    });
  }
}
