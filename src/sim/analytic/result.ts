/** An estimate in the form of a simulated phase; the parts of its time are rounded so that they add up exactly. */
import type { Machine } from '../../hardware/machine.ts';
import { arrayLanes } from '../../mapping/array-shape.ts';
import type { Plan } from '../../mapping/plan.ts';
import { rowsOf } from '../../trace/layout.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';
import { Clock } from '../clock.ts';
import { checkConservation } from '../conservation.ts';
import { burstCycles, type DramDevice } from '../dram/device.ts';
import { COMPONENTS, type Component } from '../ledger.ts';
import { mappingOf } from '../phase.ts';
import type { ComponentTime, OperationResult, PhaseResult } from '../result.ts';
import { sramBusyCycles } from '../sram/busy.ts';
import { estimateCounts } from './dram-counts.ts';
import type { AnalyticMemory } from './memory.ts';
import type { AnalyticTotals } from './totals.ts';
import type { WorkCosts } from './work-costs.ts';

export interface PhaseEstimate {
  readonly costs: WorkCosts;
  readonly memory: AnalyticMemory;
  readonly totals: AnalyticTotals;
  readonly stepPs: readonly number[];
  readonly timePs: number;
}

export function phaseResult(
  manifest: TraceManifest,
  machine: Machine,
  device: DramDevice,
  phase: Phase,
  plan: Plan,
  { costs, memory, totals, stepPs, timePs: exactPs }: PhaseEstimate,
): { result: PhaseResult; conservation: string[] } {
  const record = manifest.phases[phase]!;
  const clock = clockOf(machine.clock.periodPs);
  const dramClock = clockOf(device.periodPs);
  const units = countUnits(costs, totals);
  const timePs = Math.round(exactPs);
  const cycles = clock.edgeAtOrAfter(timePs);
  const dramCycles = dramClock.edgeAtOrAfter(timePs);
  const readBursts = sum(totals.readBursts);
  const writeBursts = sum(totals.writeBursts);
  const busyPs = Math.min(timePs, Math.round(totals.dmaBusyPs));
  const traffic = {
    readBursts,
    writeBursts,
    activations: totals.activations,
    busyShare: busyPs / timePs,
    closedShare: Math.min(totals.closedPs, timePs - busyPs) / timePs,
  };
  const dram = estimateCounts(device, machine.dram, memory.rates, traffic, dramCycles);
  const ledger = costs.ledger(totals.uses);
  const lanes = arrayLanes(machine.array);
  const exposed = wholeParts(totals.exposedPs, timePs);
  const busy: Record<Component, number> = {
    array: clock.timeOf(units.cycles.array),
    float_unit: clock.timeOf(units.cycles.float),
    vector: clock.timeOf(units.cycles.vector),
    sram: clock.timeOf(sramBusyCycles(machine, ledger)),
    dma: busyPs,
    dram: busyPs,
  };
  const components = Object.fromEntries(
    COMPONENTS.map((name, i) => [name, { busyPs: busy[name], exposedPs: exposed[i]! }]),
  ) as Record<Component, ComponentTime>;
  const operationPs = wholeParts(totals.operationPs, timePs);
  const { array } = units;
  let operations: readonly OperationResult[] | undefined;
  const result: PhaseResult = {
    phase,
    steps: record.steps,
    batch: record.batch,
    tokens: rowsOf(record),
    timePs,
    cycles,
    dramCycles,
    firstStepPs: Math.round(stepPs[0]!),
    lastStepPs: Math.round(stepPs.at(-1)!),
    components,
    ledger,
    dram,
    // Put together when they are asked for: a point of a design space needs the sums only.
    get operations() {
      return (operations ??= operationResults(manifest, memory.burstBytes, totals, operationPs));
    },
    arrayUtilisation: array.laneCycles / (lanes * cycles),
    floatUtilisation: units.floatLaneCycles / (machine.floatUnit.multiplyAdds * cycles),
    array: {
      ...array,
      computeCycles: units.cycles.array - array.readoutCycles - array.portStallCycles,
      denseEquivalent: array.multiplyAdds / (lanes * cycles),
    },
    mapping: mappingOf(plan, phase),
  };
  const [p, q] = device.periodPs;
  const conservation = checkConservation({
    phase,
    timePs,
    lanes,
    multiplyAdds: array.multiplyAdds,
    laneCycles: array.laneCycles,
    expectedMultiplyAdds: manifest.operations.reduce(
      (total, operation) =>
        total + (operation.kind === 'bitlinear' ? operation.in * operation.out * result.tokens : 0),
      0,
    ),
    arrayBusyCycles: units.cycles.array,
    busiestUnitPs: Math.max(busy.array, busy.float_unit, busy.vector),
    burstBytes: memory.burstBytes,
    readBursts,
    writeBursts,
    dram,
    peakBytesPerSecond: (machine.dram.channels * memory.burstBytes * 1e12 * q) / (burstCycles(device) * p),
    componentPartsPs: sum(exposed),
    operationPartsPs: sum(operationPs),
  });
  return { result, conservation };
}

function clockOf([p, q]: readonly [number, number]): Clock {
  return new Clock(p, q);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Whole numbers with the proportions of `parts`, not negative, that add up to `total`. */
function wholeParts(parts: Float64Array, total: number): Float64Array {
  const scale = total / sum(parts);
  let upTo = 0;
  let before = 0;
  return parts.map((part) => {
    upTo += Math.max(0, part) * scale;
    const until = Math.min(total, Math.round(upTo));
    const whole = until - before;
    before = until;
    return whole;
  });
}

function operationResults(
  { operations }: TraceManifest,
  burstBytes: number,
  totals: AnalyticTotals,
  operationPs: Float64Array,
): OperationResult[] {
  return operations.map(({ name, kind, layer }, i) => ({
    name,
    kind,
    layer,
    timePs: operationPs[i]!,
    busyCycles: totals.busyCycles[i]!,
    multiplyAdds: totals.multiplyAdds[i]!,
    dramReadBytes: totals.readBursts[i]! * burstBytes,
    dramWriteBytes: totals.writeBursts[i]! * burstBytes,
  }));
}

/** What each unit did. */
function countUnits(costs: WorkCosts, { uses }: AnalyticTotals) {
  const cycles = { array: 0, float: 0, vector: 0 };
  const array = { readoutCycles: 0, portStallCycles: 0, multiplyAdds: 0, laneCycles: 0 };
  let floatLaneCycles = 0;
  for (let i = 0; i < costs.length; i++) {
    const times = uses[i]!;
    const unit = costs.unit(i);
    if (times === 0 || unit === 'load' || unit === 'store') continue;
    cycles[unit] += costs.cycles[i]! * times;
    if (unit === 'float') floatLaneCycles += costs.laneCycles[i]! * times;
    if (unit !== 'array') continue;
    array.readoutCycles += costs.readoutCycles[i]! * times;
    array.portStallCycles += costs.stallCycles[i]! * times;
    array.multiplyAdds += costs.multiplyAdds[i]! * times;
    array.laneCycles += costs.laneCycles[i]! * times;
  }
  return { cycles, array, floatLaneCycles };
}
