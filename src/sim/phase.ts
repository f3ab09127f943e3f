/** Simulates the steps of one phase on a machine, from an idle DRAM with all rows closed. */
import type { Machine } from '../hardware/machine.ts';
import { arrayLanes } from '../mapping/array-shape.ts';
import { buildProgram, type Plan } from '../mapping/plan.ts';
import { DMA_ENGINES, ENGINES, type Program } from '../mapping/program.ts';
import type { PlannedStep } from '../mapping/planned-step.ts';
import { rowsOf } from '../trace/layout.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import type { ActivitySource } from './array/activity.ts';
import { Clock } from './clock.ts';
import { checkConservation } from './conservation.ts';
import { Attribution } from './controller/attribution.ts';
import { Executor } from './controller/executor.ts';
import { STALL_CAUSES, stallsOf, type StallCause } from './controller/stalls.ts';
import { ChannelLog } from './dram/channel-log.ts';
import type { RequestObserver } from './dram/request-log.ts';
import type { ReusePool } from './dram/reuse/stream-reuse.ts';
import { DramSystem } from './dram/system.ts';
import type { DramDevice } from './dram/device.ts';
import { COMPONENTS, Ledger, type Component } from './ledger.ts';
import { LedgerParts } from './ledger-parts.ts';
import { OperationTotals } from './operation-totals.ts';
import type { ComponentTime, PhaseMapping, PhaseResult } from './result.ts';
import { sramBusyCycles } from './sram/busy.ts';
import type { TimelineObserver } from './timeline.ts';
import type { WorkCost } from './cost.ts';
import { workCost } from './work-cost.ts';

export class PhaseSimulation {
  readonly #manifest: TraceManifest;
  readonly #machine: Machine;
  readonly #plan: Plan;
  readonly #activity: ActivitySource | undefined;
  readonly #clock: Clock;
  readonly #dram: DramSystem;
  readonly #channels: ChannelLog;
  readonly #timeline: TimelineObserver | undefined;
  readonly #ledger = new Ledger();
  readonly #attribution: Attribution;
  readonly #totals: OperationTotals;
  readonly #parts: LedgerParts;
  readonly #unitCycles = new Float64Array(ENGINES.length);
  readonly #array = { readoutCycles: 0, portStallCycles: 0, multiplyAdds: 0, laneCycles: 0 };
  #floatLaneCycles = 0;
  #dmaBusyPs = 0;
  #arrayBusyPs = 0;
  readonly #stallsPs = Object.fromEntries(STALL_CAUSES.map((cause) => [cause, 0])) as Record<
    StallCause,
    number
  >;
  #nowPs = 0;

  /** @param pool runs that simulations of the same memory have recorded: the result is the same */
  constructor(
    manifest: TraceManifest,
    machine: Machine,
    device: DramDevice,
    plan: Plan,
    onRequest: RequestObserver | undefined,
    activity?: ActivitySource,
    timeline?: TimelineObserver,
    pool?: ReusePool,
  ) {
    this.#manifest = manifest;
    this.#machine = machine;
    this.#plan = plan;
    this.#activity = activity;
    const [p, q] = machine.clock.periodPs;
    this.#clock = new Clock(p, q);
    const { channels } = machine.dram;
    this.#channels = new ChannelLog(device, channels, new Clock(...device.periodPs));
    this.#dram = new DramSystem(device, machine.dram, DMA_ENGINES, onRequest, this.#channels, pool);
    this.#timeline = timeline;
    this.#attribution = new Attribution(manifest.operations.length);
    this.#totals = new OperationTotals(manifest.operations.length, this.#dram.burstBytes);
    this.#parts = new LedgerParts(manifest.operations);
  }

  /** Runs all steps; `onProgress` hears how many are done, parts of one included. */
  run(phase: Phase, onProgress?: (steps: number) => void): { result: PhaseResult; conservation: string[] } {
    const steps = this.#plan.steps[phase]!;
    const stepPs = new Map<number, number>();
    for (const [done, step] of steps.entries()) {
      const before = this.#nowPs;
      this.#runStep(step, (share) => onProgress?.(done + share));
      stepPs.set(step.index, (stepPs.get(step.index) ?? 0) + this.#nowPs - before);
    }
    this.#channels.begin(0, this.#nowPs);
    const flushed = this.#dram.flush(this.#nowPs);
    this.#timeline?.flush(this.#nowPs, flushed, this.#channels.refreshes());
    if (flushed > this.#nowPs) {
      this.#attribution.add('dram', this.#manifest.operations.length - 1, flushed - this.#nowPs);
      this.#stallsPs.output += flushed - this.#nowPs;
      this.#nowPs = flushed;
    }
    return this.#result(phase, [...stepPs.values()]);
  }

  #runStep(step: PlannedStep, onProgress: (share: number) => void): void {
    const program = buildProgram(this.#manifest, this.#plan, step, this.#machine);
    const costs = program.works.map((work) => workCost(this.#machine, work, this.#activity));
    const cycles = Float64Array.from(costs, (cost) => cost.cycles);
    const stallCycles = Float64Array.from(costs, (cost) => cost.stallCycles);
    const executor = new Executor(
      program,
      { cycles, stallCycles },
      this.#dram,
      this.#clock,
      this.#machine.dma.setupCycles,
      this.#attribution,
      this.#nowPs,
    );
    const fromPs = this.#nowPs;
    this.#channels.begin(program.length, fromPs);
    this.#nowPs = executor.run(onProgress);
    this.#dmaBusyPs += executor.dmaBusyPs;
    this.#arrayBusyPs += executor.arrayBusyPs;
    const { schedule } = executor;
    const stalls = stallsOf(program, schedule, this.#channels, fromPs, this.#nowPs);
    for (const { cause, fromPs: from, toPs: to } of stalls) this.#stallsPs[cause] += to - from;
    const channels = this.#channels;
    this.#timeline?.step({ step, program, schedule, stalls, channels, fromPs, toPs: this.#nowPs });
    const uses = this.#totals.add(program, costs);
    this.#parts.add(program, costs);
    costs.forEach((cost, i) => {
      for (const { component, action, count } of cost.actions) {
        this.#ledger.add(this.#ledger.register(component, action), count * uses[i]!);
      }
    });
    this.#countUnits(program, costs, uses);
  }

  #countUnits(program: Program, costs: readonly WorkCost[], uses: Float64Array): void {
    program.works.forEach(({ unit }, i) => {
      if (unit === 'load' || unit === 'store') return;
      const cost = costs[i]!;
      const times = uses[i]!;
      this.#unitCycles[ENGINES.indexOf(unit)]! += cost.cycles * times;
      if (unit === 'float') this.#floatLaneCycles += cost.laneCycles * times;
      if (unit !== 'array') return;
      this.#array.readoutCycles += cost.readoutCycles * times;
      this.#array.portStallCycles += cost.stallCycles * times;
      this.#array.multiplyAdds += cost.multiplyAdds * times;
      this.#array.laneCycles += cost.laneCycles * times;
    });
  }

  #result(phase: Phase, stepPs: readonly number[]): { result: PhaseResult; conservation: string[] } {
    const machine = this.#machine;
    const record = this.#manifest.phases[phase]!;
    const timePs = this.#nowPs;
    const dram = this.#dram.counts(timePs);
    const ledger = this.#ledger.rows();
    const tokens = rowsOf(record);
    const cycles = this.#clock.edgeAtOrAfter(timePs);
    const lanes = arrayLanes(machine.array);
    const arrayCycles = this.#unitCycles[ENGINES.indexOf('array')]!;
    const busy = this.#busyPs(sramBusyCycles(machine, ledger), this.#dram.busyPs(timePs));
    const components = Object.fromEntries(
      COMPONENTS.map((name) => [name, { busyPs: busy[name], exposedPs: this.#attribution.exposedPs(name) }]),
    ) as Record<Component, ComponentTime>;
    const result: PhaseResult = {
      phase,
      steps: record.steps,
      batch: record.batch,
      tokens,
      timePs,
      cycles,
      dramCycles: this.#dram.clock.edgeAtOrAfter(timePs),
      firstStepPs: stepPs[0]!,
      lastStepPs: stepPs.at(-1)!,
      components,
      arrayStallsPs: this.#stallsPs,
      ledger,
      parts: this.#parts.results(),
      dram,
      operations: this.#totals.results(this.#manifest.operations, (i) => this.#attribution.operationPs(i)),
      arrayUtilisation: this.#array.laneCycles / (lanes * cycles),
      floatUtilisation: this.#floatLaneCycles / (machine.floatUnit.multiplyAdds * cycles),
      array: {
        ...this.#array,
        computeCycles: arrayCycles - this.#array.readoutCycles - this.#array.portStallCycles,
        denseEquivalent: this.#array.multiplyAdds / (lanes * cycles),
      },
      mapping: mappingOf(this.#plan, phase),
    };
    const conservation = checkConservation({
      phase,
      timePs,
      lanes,
      multiplyAdds: this.#array.multiplyAdds,
      laneCycles: this.#array.laneCycles,
      expectedMultiplyAdds: this.#manifest.operations.reduce(
        (sum, operation) =>
          sum + (operation.kind === 'bitlinear' ? operation.in * operation.out * tokens : 0),
        0,
      ),
      arrayBusyCycles: arrayCycles,
      busiestUnitPs: Math.max(busy.array, busy.float_unit, busy.vector),
      burstBytes: this.#dram.burstBytes,
      readBursts: this.#totals.readBursts,
      writeBursts: this.#totals.writeBursts,
      dram,
      peakBytesPerSecond: this.#dram.peakBytesPerSecond,
      componentPartsPs: COMPONENTS.reduce((sum, name) => sum + components[name].exposedPs, 0),
      operationPartsPs: this.#attribution.totalPs,
      arrayIdle: {
        ps: timePs - this.#arrayBusyPs,
        stallsPs: STALL_CAUSES.reduce((sum, cause) => sum + this.#stallsPs[cause], 0),
      },
    });
    return { result, conservation };
  }

  #busyPs(sramCycles: number, dramPs: number): Record<Component, number> {
    const unit = (name: 'array' | 'vector' | 'float'): number =>
      this.#clock.timeOf(this.#unitCycles[ENGINES.indexOf(name)]!);
    return {
      array: unit('array'),
      float_unit: unit('float'),
      vector: unit('vector'),
      sram: this.#clock.timeOf(sramCycles),
      dma: this.#dmaBusyPs,
      dram: dramPs,
    };
  }
}

/** What a phase's partition says of itself in the result. */
export function mappingOf({ partitions }: Plan, phase: Phase): PhaseMapping {
  const { mapping, stages, bytes } = partitions[phase]!;
  return { activations: mapping, stages: stages.length, dramBytes: bytes };
}
