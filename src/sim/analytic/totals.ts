/**
 * What an estimate adds up: by operation, by component, by work. Sums over layers that are alike are made by adding what
 * one of them added again, for each of the others. Units: picoseconds, cycles of the machine's clock, bursts.
 */
import { COMPONENTS, type Component } from '../ledger.ts';

/** The sums when a layer began. */
export interface Mark {
  readonly uses: Float64Array;
  readonly exposedPs: Float64Array;
  readonly dmaBusyPs: number;
  readonly activations: number;
  readonly closedPs: number;
}

export class AnalyticTotals {
  /** By operation. */
  readonly operationPs: Float64Array;
  readonly busyCycles: Float64Array;
  readonly multiplyAdds: Float64Array;
  readonly readBursts: Float64Array;
  readonly writeBursts: Float64Array;
  /** By component, in the order of COMPONENTS. */
  readonly exposedPs = new Float64Array(COMPONENTS.length);
  dmaBusyPs = 0;
  activations = 0;
  /** Time with rows closed by refreshes of an idle DRAM. */
  closedPs = 0;
  #uses = new Float64Array(64);

  constructor(operations: number) {
    this.operationPs = new Float64Array(operations);
    this.busyCycles = new Float64Array(operations);
    this.multiplyAdds = new Float64Array(operations);
    this.readBursts = new Float64Array(operations);
    this.writeBursts = new Float64Array(operations);
  }

  /** Counts one more occurrence of a work. */
  use(work: number): void {
    if (work >= this.#uses.length) {
      const grown = new Float64Array(2 * this.#uses.length);
      grown.set(this.#uses);
      this.#uses = grown;
    }
    this.#uses[work]!++;
  }

  usesOf(work: number): number {
    return this.#uses[work]!;
  }

  /** Adds time of a component to an operation. */
  add(component: Component, operation: number, ps: number): void {
    this.exposedPs[COMPONENTS.indexOf(component)]! += ps;
    this.operationPs[operation]! += ps;
  }

  mark(): Mark {
    const { dmaBusyPs, activations, closedPs } = this;
    return { uses: this.#uses.slice(), exposedPs: this.exposedPs.slice(), dmaBusyPs, activations, closedPs };
  }

  /** Adds what has come since `mark` another `times` times, but what is kept by operation. */
  repeat(mark: Mark, times: number): void {
    const again = (now: number, before: number): number => now + times * (now - before);
    for (let i = 0; i < this.#uses.length; i++) this.#uses[i] = again(this.#uses[i]!, mark.uses[i] ?? 0);
    for (let i = 0; i < COMPONENTS.length; i++) {
      this.exposedPs[i] = again(this.exposedPs[i]!, mark.exposedPs[i]!);
    }
    this.dmaBusyPs = again(this.dmaBusyPs, mark.dmaBusyPs);
    this.activations = again(this.activations, mark.activations);
    this.closedPs = again(this.closedPs, mark.closedPs);
  }

  /** A copy of what one step added to an operation, for the same operation of another layer. */
  copyOperation(from: number, to: number, before: OperationSums): void {
    for (const [column, old] of this.#columns(before)) column[to]! += column[from]! - old[from]!;
  }

  operationSums(): OperationSums {
    return [this.operationPs, this.busyCycles, this.multiplyAdds, this.readBursts, this.writeBursts].map(
      (column) => column.slice(),
    );
  }

  #columns(before: OperationSums): [Float64Array, Float64Array][] {
    return [this.operationPs, this.busyCycles, this.multiplyAdds, this.readBursts, this.writeBursts].map(
      (column, i) => [column, before[i]!],
    );
  }
}

export type OperationSums = readonly Float64Array[];
