/**
 * What a stepped phase comes to, in the form in which the simulator's own result can be held against it: times in ps,
 * cycles, counts by name.
 */
import type { BufferName, Machine } from '../../hardware/machine.ts';
import { arrayLanes } from '../../mapping/array-shape.ts';
import { ENGINES, type Program } from '../../mapping/program.ts';
import type { Operation } from '../../trace/operation.ts';
import type { DramTotals, SteppedDram } from './dram/system.ts';
import type { ComponentName, Monitor } from './monitor.ts';
import { Tally } from './tally.ts';
import { Edges } from './edges.ts';
import type { WorkRun } from './work.ts';

export interface SteppedOperation {
  readonly name: string;
  readonly kind: Operation['kind'];
  readonly layer: number | null;
  readonly timePs: number;
  readonly busyCycles: number;
  readonly multiplyAdds: number;
  readonly dramReadBytes: number;
  readonly dramWriteBytes: number;
}

export interface SteppedPhase {
  readonly timePs: number;
  readonly cycles: number;
  readonly dramCycles: number;
  readonly firstStepPs: number;
  readonly lastStepPs: number;
  readonly components: Readonly<
    Record<ComponentName, { readonly busyPs: number; readonly exposedPs: number }>
  >;
  /** Counts of actions by name. */
  readonly ledger: Readonly<Record<string, number>>;
  readonly dram: DramTotals;
  readonly operations: readonly SteppedOperation[];
  readonly arrayUtilisation: number;
  readonly floatUtilisation: number;
  /** The array's busy cycles by what they were, and its products. */
  readonly array: {
    readonly computeCycles: number;
    readonly readoutCycles: number;
    readonly portStallCycles: number;
    readonly multiplyAdds: number;
  };
}

/** Adds up what commands report when they end. */
export class PhaseTotals {
  readonly busyCycles: number[];
  readonly multiplyAdds: number[];
  readonly readBursts: number[];
  readonly writeBursts: number[];
  readonly units = {
    array: { cycles: 0, products: 0, laneCycles: 0, stallCycles: 0, readoutCycles: 0 },
    vector: { cycles: 0, products: 0, laneCycles: 0, stallCycles: 0, readoutCycles: 0 },
    float: { cycles: 0, products: 0, laneCycles: 0, stallCycles: 0, readoutCycles: 0 },
  };

  constructor(operations: number) {
    const zeros = (): number[] => Array.from({ length: operations }, () => 0);
    this.busyCycles = zeros();
    this.multiplyAdds = zeros();
    this.readBursts = zeros();
    this.writeBursts = zeros();
  }

  addWork(program: Program, command: number, unit: 'array' | 'vector' | 'float', run: WorkRun): void {
    const operation = program.operation[command]!;
    this.busyCycles[operation]! += run.cycles;
    this.multiplyAdds[operation]! += run.job.products;
    const totals = this.units[unit];
    totals.cycles += run.cycles;
    totals.products += run.job.products;
    totals.laneCycles += run.job.laneCycles ?? run.job.products;
    totals.stallCycles += run.stallCycles;
    totals.readoutCycles += run.job.readoutCycles;
  }

  addTransfer(program: Program, command: number, bursts: number): void {
    const isWrite = ENGINES[program.engine[command]!] === 'dma.store';
    (isWrite ? this.writeBursts : this.readBursts)[program.operation[command]!]! += bursts;
  }
}

export interface PhaseEnd {
  readonly machine: Machine;
  readonly operations: readonly Operation[];
  readonly timePs: number;
  readonly cycles: number;
  readonly dramCycles: number;
  /** By decoded token, or of the prompt. */
  readonly stepPs: readonly number[];
  readonly dram: SteppedDram;
  readonly monitor: Monitor;
  readonly totals: PhaseTotals;
  readonly tallies: readonly Tally[];
}

export function phaseResult(end: PhaseEnd): SteppedPhase {
  const { machine, monitor, totals, dram, cycles } = end;
  const { array, vector, float } = totals.units;
  const ledger = new Tally();
  for (const tally of end.tallies) ledger.addAll(tally);
  const clock = new Edges(machine.clock.periodPs);
  const busyPs: Record<ComponentName, number> = {
    array: clock.at(array.cycles),
    float_unit: clock.at(float.cycles),
    vector: clock.at(vector.cycles),
    sram: clock.at(sramCycles(machine, ledger)),
    dma: monitor.dmaBusyPs,
    dram: monitor.dramBusyPs,
  };
  const component = (name: ComponentName) => ({ busyPs: busyPs[name], exposedPs: monitor.exposedPs[name] });
  return {
    timePs: end.timePs,
    cycles,
    dramCycles: end.dramCycles,
    firstStepPs: end.stepPs[0]!,
    lastStepPs: end.stepPs.at(-1)!,
    components: {
      array: component('array'),
      float_unit: component('float_unit'),
      vector: component('vector'),
      sram: component('sram'),
      dma: component('dma'),
      dram: component('dram'),
    },
    ledger: ledger.sorted(),
    dram: dram.counts(end.dramCycles),
    operations: end.operations.map(({ name, kind, layer }, i) => ({
      name,
      kind,
      layer,
      timePs: monitor.operationPs[i]!,
      busyCycles: totals.busyCycles[i]!,
      multiplyAdds: totals.multiplyAdds[i]!,
      dramReadBytes: totals.readBursts[i]! * dram.burstBytes,
      dramWriteBytes: totals.writeBursts[i]! * dram.burstBytes,
    })),
    arrayUtilisation: array.laneCycles / (arrayLanes(machine.array) * cycles),
    floatUtilisation: float.products / (machine.floatUnit.multiplyAdds * cycles),
    array: {
      computeCycles: array.cycles - array.readoutCycles - array.stallCycles,
      readoutCycles: array.readoutCycles,
      portStallCycles: array.stallCycles,
      multiplyAdds: array.products,
    },
  };
}

/** Cycles that the accesses of the busiest buffer take with all its banks at work: by definition no count of cycles. */
function sramCycles(machine: Machine, ledger: Tally): number {
  const buffers = Object.entries(machine.buffers) as [BufferName, Machine['buffers'][BufferName]][];
  const cycles = buffers.map(([name, { banks, ports }]) => {
    const reads = ledger.get(`sram.sram-read.${name}`);
    const writes = ledger.get(`sram.sram-write.${name}`);
    return Math.ceil((ports === '1rw' ? reads + writes : Math.max(reads, writes)) / banks);
  });
  return Math.max(...cycles);
}
