/**
 * What an estimate adds up: by operation, by component, by work. Sums over layers that are alike are made by adding what
 * one of them added again, for each of the others. Units: picoseconds, cycles of the machine's clock, bursts.
 */
import { COMPONENTS, type Component } from '../ledger.ts';

const FEWEST = 64;

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
  /** By work: how often it occurred. */
  uses = new Float64Array(FEWEST);

  /** The sums when a layer began. */
  #usesBefore = new Float64Array(FEWEST);
  readonly #exposedBefore = new Float64Array(COMPONENTS.length);
  #dmaBusyBefore = 0;
  #activationsBefore = 0;
  #closedBefore = 0;
  /** The columns by operation, and what they were when the step began. */
  readonly #columns: readonly Float64Array[];
  #columnsBefore: readonly Float64Array[] | undefined;
  #steps = 0;

  constructor(operations: number) {
    this.operationPs = new Float64Array(operations);
    this.busyCycles = new Float64Array(operations);
    this.multiplyAdds = new Float64Array(operations);
    this.readBursts = new Float64Array(operations);
    this.writeBursts = new Float64Array(operations);
    this.#columns = [this.operationPs, this.busyCycles, this.multiplyAdds, this.readBursts, this.writeBursts];
  }

  /** Makes room for the uses of so many works. */
  reserve(works: number): void {
    if (works <= this.uses.length) return;
    const size = Math.max(works, 2 * this.uses.length);
    const [uses, before] = [new Float64Array(size), new Float64Array(size)];
    uses.set(this.uses);
    before.set(this.#usesBefore);
    this.uses = uses;
    this.#usesBefore = before;
  }

  /** Adds time of a component to an operation. */
  add(component: Component, operation: number, ps: number): void {
    this.exposedPs[COMPONENTS.indexOf(component)]! += ps;
    this.operationPs[operation]! += ps;
  }

  beginStep(): void {
    // Before the first step there is nothing.
    if (this.#steps++ === 0) return;
    this.#columnsBefore ??= this.#columns.map(({ length }) => new Float64Array(length));
    this.#columns.forEach((column, i) => this.#columnsBefore![i]!.set(column));
  }

  beginLayer(): void {
    this.#usesBefore.set(this.uses);
    this.#exposedBefore.set(this.exposedPs);
    this.#dmaBusyBefore = this.dmaBusyPs;
    this.#activationsBefore = this.activations;
    this.#closedBefore = this.closedPs;
  }

  /** Adds what has come since the layer began another `times` times, but what is kept by operation. */
  repeatLayer(times: number): void {
    const again = (now: number, before: number): number => now + times * (now - before);
    const { uses, exposedPs } = this;
    for (let i = 0; i < uses.length; i++) uses[i] = again(uses[i]!, this.#usesBefore[i]!);
    for (let i = 0; i < exposedPs.length; i++) {
      exposedPs[i] = again(exposedPs[i]!, this.#exposedBefore[i]!);
    }
    this.dmaBusyPs = again(this.dmaBusyPs, this.#dmaBusyBefore);
    this.activations = again(this.activations, this.#activationsBefore);
    this.closedPs = again(this.closedPs, this.#closedBefore);
  }

  /** Adds what the step added to `count` operations from `first` on to those of the next `times` layers. */
  repeatOperations(first: number, count: number, times: number): void {
    this.#columns.forEach((column, c) => {
      const before = this.#columnsBefore?.[c];
      for (let i = 0; i < times * count; i++) {
        const from = first + (i % count);
        column[first + count + i]! += column[from]! - (before?.[from] ?? 0);
      }
    });
  }
}
