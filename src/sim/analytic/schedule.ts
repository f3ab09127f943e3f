/**
 * When the commands of a step start and finish, worked out as they are lowered: a command starts when its engine is free
 * and what it waits for has finished, so one pass in program order is enough where durations are known beforehand.
 * Double-buffered tiles come out as max(load, compute, (load + latency + compute) ÷ 2) a tile, since the loads wait for
 * the slots that the computing commands free.
 *
 * Time is attributed as by the controller: to the oldest command that computes, array before float before vector.
 * Units: picoseconds; cycles of the machine's clock.
 */
import type { Machine } from '../../hardware/machine.ts';
import { DMA_ENGINES, ENGINES, type CommandSink, type Engine } from '../../mapping/program.ts';
import type { Work } from '../../mapping/work.ts';
import { COMPONENTS, type Component } from '../ledger.ts';
import type { AnalyticMemory } from './memory.ts';
import type { AnalyticTotals } from './totals.ts';
import type { CostTable } from './cost-table.ts';

const COMPONENT_OF = { array: 'array', float: 'float_unit', vector: 'vector' } as const;
const SLOT = Object.fromEntries(COMPONENTS.map((name, i) => [name, i])) as Record<Component, number>;
/** Part of a cycle that rounding may cost. */
const TOLERANCE = 1e-9;

export class Schedule implements CommandSink {
  /** Index of the operation that is lowered. */
  #operation = 0;
  /** Up to here time has been attributed: when the computing commands so far have finished. */
  frontPs = 0;

  readonly #costs: CostTable;
  readonly #memory: AnalyticMemory;
  readonly #totals: AnalyticTotals;
  readonly #cyclePs: number;
  readonly #setupCycles: number;
  readonly #finish: number[] = [];
  /** By command: when a transfer reached the DRAM; of a computing one its start. */
  readonly #begin: number[] = [];
  /** By engine: when the next command may start; of DMA engines also when the last one finishes. */
  readonly #free = new Float64Array(ENGINES.length);
  readonly #arrived = new Float64Array(DMA_ENGINES);
  #transfersUntil = 0;
  #endPs = 0;
  /** The last interval attributed to the vector unit, which an array command may cover. */
  #vectorFrom = 0;
  #vectorTo = 0;

  constructor(machine: Machine, costs: CostTable, memory: AnalyticMemory, totals: AnalyticTotals) {
    this.#costs = costs;
    this.#memory = memory;
    this.#totals = totals;
    const [p, q] = machine.clock.periodPs;
    this.#cyclePs = p / q;
    this.#setupCycles = machine.dma.setupCycles;
  }

  beginOperation(index: number): void {
    this.#operation = index;
  }

  addCompute(name: 'array' | 'vector' | 'float', work: Work, after: readonly number[]): number {
    const engine = ENGINES.indexOf(name);
    const index = this.#costs.indexOf(work);
    const cost = this.#costs.cost(index);
    const totals = this.#totals;
    totals.use(index);
    totals.busyCycles[this.#operation]! += cost.cycles;
    totals.multiplyAdds[this.#operation]! += cost.multiplyAdds;
    const last = this.#lastOf(after);
    const ready = last < 0 ? 0 : this.#finish[last]!;
    const start = this.#edge(Math.max(ready, this.#free[engine]!));
    const finish = start + cost.cycles * this.#cyclePs;
    this.#free[engine] = finish;
    this.#attribute(COMPONENT_OF[name], start, finish, cost.stallCycles, last);
    return this.#add(start, finish);
  }

  addTransfer(name: Engine, work: Work, address: number, bytes: number, after: readonly number[]): number {
    const engine = ENGINES.indexOf(name);
    const totals = this.#totals;
    totals.use(this.#costs.indexOf(work));
    const last = this.#lastOf(after);
    const ready = last < 0 ? 0 : this.#finish[last]!;
    const request = this.#edge(Math.max(ready, this.#free[engine]!)) + this.#setupCycles * this.#cyclePs;
    this.#free[engine] = request;
    const store = name === 'dma.store';
    const memory = this.#memory;
    const opened = memory.activations;
    const end = store ? memory.write(address, bytes, request) : memory.read(address, bytes, request);
    (store ? totals.writeBursts : totals.readBursts)[this.#operation]! += memory.bursts;
    totals.activations += memory.activations - opened;
    const finish = Math.max(end, this.#arrived[engine]!);
    this.#arrived[engine] = finish;
    if (request > this.#transfersUntil) totals.closedPs += memory.closedPs(request - this.#transfersUntil);
    totals.dmaBusyPs += Math.max(0, finish - Math.max(request, this.#transfersUntil));
    this.#transfersUntil = Math.max(this.#transfersUntil, finish);
    return this.#add(request, finish);
  }

  /** Ends the step: what is under way after the last command belongs to the operation that is lowered. Returns its time. */
  end(): number {
    if (this.#endPs > this.frontPs) this.#move('dram', this.#endPs);
    return this.#endPs;
  }

  #add(begin: number, finish: number): number {
    this.#begin.push(begin);
    if (finish > this.#endPs) this.#endPs = finish;
    return this.#finish.push(finish) - 1;
  }

  /** The command of `after` that finishes last; −1 where there is none. */
  #lastOf(after: readonly number[]): number {
    let last = -1;
    for (let i = 0; i < after.length; i++) {
      const command = after[i]!;
      if (command >= 0 && (last < 0 || this.#finish[command]! > this.#finish[last]!)) last = command;
    }
    return last;
  }

  #edge(ps: number): number {
    return Math.ceil(ps / this.#cyclePs - TOLERANCE) * this.#cyclePs;
  }

  #attribute(component: Component, start: number, finish: number, stalls: number, awaited: number): void {
    if (start > this.frontPs) {
      const requested = awaited < 0 ? start : Math.min(this.#begin[awaited]!, start);
      if (requested > this.frontPs) this.#move('dma', requested);
      this.#move('dram', start);
    } else if (component !== 'vector') {
      this.#takeFromVector(component, start, finish);
    }
    const working = finish - stalls * this.#cyclePs;
    const from = this.frontPs;
    if (working > this.frontPs) this.#move(component, working);
    if (finish > this.frontPs) this.#move('sram', finish);
    if (component === 'vector' && working > from) {
      this.#vectorFrom = from;
      this.#vectorTo = working;
    }
  }

  #takeFromVector(component: Component, start: number, finish: number): void {
    const from = Math.max(start, this.#vectorFrom);
    const covered = Math.min(finish, this.#vectorTo) - from;
    if (covered <= 0) return;
    this.#totals.exposedPs[SLOT.vector]! -= covered;
    this.#totals.exposedPs[SLOT[component]]! += covered;
    this.#vectorFrom = from + covered;
  }

  #move(component: Component, ps: number): void {
    const elapsed = ps - this.frontPs;
    this.#totals.exposedPs[SLOT[component]]! += elapsed;
    this.#totals.operationPs[this.#operation]! += elapsed;
    this.frontPs = ps;
  }
}
