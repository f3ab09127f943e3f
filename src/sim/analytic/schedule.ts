/**
 * When the commands of a step start and finish, worked out in program order: a command starts when its engine is free
 * and what it waits for has finished, so one pass in program order is enough where durations are known beforehand.
 * Double-buffered tiles come out as max(load, compute, (load + latency + compute) ÷ 2) a tile, since the loads wait for
 * the slots that the computing commands free.
 *
 * Time is attributed as by the controller: to the oldest command that computes, array before float before vector.
 * Units: picoseconds; cycles of the machine's clock.
 */
import type { Machine } from '../../hardware/machine.ts';
import type { CommandTape } from '../../mapping/command-tape.ts';
import { DMA_ENGINES, ENGINES } from '../../mapping/program.ts';
import { COMPONENTS, type Component } from '../ledger.ts';
import type { AnalyticMemory } from './memory.ts';
import type { AnalyticTotals } from './totals.ts';
import type { WorkCosts } from './work-costs.ts';

const SLOT = Object.fromEntries(COMPONENTS.map((name, i) => [name, i])) as Record<Component, number>;
const [DMA, DRAM, SRAM, VECTOR] = [SLOT.dma, SLOT.dram, SLOT.sram, SLOT.vector];
/** By engine: the component whose time it is when it computes. */
const COMPONENT_OF = ENGINES.map((name) =>
  name === 'array' || name === 'vector' ? SLOT[name] : name === 'float' ? SLOT.float_unit : DMA,
);
const STORE = ENGINES.indexOf('dma.store');
/** Part of a cycle that rounding may cost. */
const TOLERANCE = 1e-9;
const FEWEST = 512;

export class Schedule {
  /** Up to here time has been attributed: when the computing commands so far have finished. */
  frontPs = 0;

  readonly #costs: WorkCosts;
  readonly #memory: AnalyticMemory;
  readonly #totals: AnalyticTotals;
  readonly #cyclePs: number;
  readonly #setupPs: number;
  /** By command of the program. */
  #finish = new Float64Array(FEWEST);
  /** By command: when a transfer reached the DRAM; of a computing one its start. */
  #begin = new Float64Array(FEWEST);
  /** By engine: when the next command may start; of DMA engines also when the last one finishes. */
  readonly #free = new Float64Array(ENGINES.length);
  readonly #arrived = new Float64Array(DMA_ENGINES);
  #transfersUntil = 0;
  #endPs = 0;
  /** The operation that is gone over. */
  #operation = 0;
  /** The last interval attributed to the vector unit, which an array command may cover. */
  #vectorFrom = 0;
  #vectorTo = 0;

  constructor(machine: Machine, costs: WorkCosts, memory: AnalyticMemory, totals: AnalyticTotals) {
    this.#costs = costs;
    this.#memory = memory;
    this.#totals = totals;
    const [p, q] = machine.clock.periodPs;
    this.#cyclePs = p / q;
    this.#setupPs = machine.dma.setupCycles * this.#cyclePs;
  }

  /** Goes on with the commands of a tape from column `from` to before `to`. */
  readonly walk = (tape: CommandTape, from: number, to: number): void => {
    const costs = this.#costs;
    costs.update();
    const totals = this.#totals;
    totals.reserve(costs.length);
    this.#reserve(tape.base + to);
    const { uses } = totals;
    const { base, engine: engines, operation: operations, work: works, address, bytes } = tape;
    const { dependencyStart, dependencies } = tape;
    const { cycles, stallCycles, multiplyAdds } = costs;
    const [finish, begin, free] = [this.#finish, this.#begin, this.#free];
    for (let at = from; at < to; at++) {
      const engine = engines[at]!;
      const operation = operations[at]!;
      const work = works[at]!;
      uses[work]!++;
      // The command that finishes last of those that are waited for.
      let last = -1;
      let ready = 0;
      for (let i = dependencyStart[at]!; i < dependencyStart[at + 1]!; i++) {
        const command = dependencies[i]!;
        if (last >= 0 && finish[command]! <= ready) continue;
        last = command;
        ready = finish[command]!;
      }
      const start = this.#edge(Math.max(ready, free[engine]!));
      this.#operation = operation;
      if (engine < DMA_ENGINES) {
        const request = start + this.#setupPs;
        free[engine] = request;
        begin[base + at] = request;
        finish[base + at] = this.#transfer(engine, operation, address[at]!, bytes[at]!, request);
      } else {
        totals.busyCycles[operation]! += cycles[work]!;
        totals.multiplyAdds[operation]! += multiplyAdds[work]!;
        const end = start + cycles[work]! * this.#cyclePs;
        free[engine] = end;
        this.#attribute(COMPONENT_OF[engine]!, start, end, stallCycles[work]!, last);
        begin[base + at] = start;
        finish[base + at] = end;
      }
      if (finish[base + at]! > this.#endPs) this.#endPs = finish[base + at]!;
    }
    // The last operation of a step may have no command.
    if (to === tape.length) this.#operation = tape.currentOperation;
  };

  /** Ends the step: what is under way after the last command belongs to the last operation. Returns its time. */
  end(): number {
    if (this.#endPs > this.frontPs) this.#move(DRAM, this.#endPs);
    return this.#endPs;
  }

  /** Moves bytes that are requested at `request`; returns when the last of them are there. */
  #transfer(engine: number, operation: number, address: number, bytes: number, request: number): number {
    const totals = this.#totals;
    const memory = this.#memory;
    const store = engine === STORE;
    const opened = memory.activations;
    const end = store ? memory.write(address, bytes, request) : memory.read(address, bytes, request);
    (store ? totals.writeBursts : totals.readBursts)[operation]! += memory.bursts;
    totals.activations += memory.activations - opened;
    const finish = Math.max(end, this.#arrived[engine]!);
    this.#arrived[engine] = finish;
    if (request > this.#transfersUntil) totals.closedPs += memory.closedPs(request - this.#transfersUntil);
    totals.dmaBusyPs += Math.max(0, finish - Math.max(request, this.#transfersUntil));
    this.#transfersUntil = Math.max(this.#transfersUntil, finish);
    return finish;
  }

  #reserve(commands: number): void {
    if (commands <= this.#finish.length) return;
    const size = Math.max(commands, 2 * this.#finish.length);
    const [finish, begin] = [new Float64Array(size), new Float64Array(size)];
    finish.set(this.#finish);
    begin.set(this.#begin);
    this.#finish = finish;
    this.#begin = begin;
  }

  #edge(ps: number): number {
    return Math.ceil(ps / this.#cyclePs - TOLERANCE) * this.#cyclePs;
  }

  #attribute(component: number, start: number, finish: number, stalls: number, awaited: number): void {
    if (start > this.frontPs) {
      const requested = awaited < 0 ? start : Math.min(this.#begin[awaited]!, start);
      if (requested > this.frontPs) this.#move(DMA, requested);
      this.#move(DRAM, start);
    } else if (component !== VECTOR) {
      this.#takeFromVector(component, start, finish);
    }
    const working = finish - stalls * this.#cyclePs;
    const from = this.frontPs;
    if (working > this.frontPs) this.#move(component, working);
    if (finish > this.frontPs) this.#move(SRAM, finish);
    if (component === VECTOR && working > from) {
      this.#vectorFrom = from;
      this.#vectorTo = working;
    }
  }

  #takeFromVector(component: number, start: number, finish: number): void {
    const from = Math.max(start, this.#vectorFrom);
    const covered = Math.min(finish, this.#vectorTo) - from;
    if (covered <= 0) return;
    this.#totals.exposedPs[VECTOR]! -= covered;
    this.#totals.exposedPs[component]! += covered;
    this.#vectorFrom = from + covered;
  }

  #move(component: number, ps: number): void {
    const elapsed = ps - this.frontPs;
    this.#totals.exposedPs[component]! += elapsed;
    this.#totals.operationPs[this.#operation]! += elapsed;
    this.frontPs = ps;
  }
}
