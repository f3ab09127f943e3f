/**
 * Where the time of a phase went. Every instant is attributed to one component and one operation, so the parts add up
 * to the whole. Component: the array if it works, else the float unit, else the vector unit; the part of a command that
 * waits for SRAM ports goes to `sram`; when none of them works, `dram` if a request is under way there, else `dma`
 * (set-up, and what is left of a cycle when data arrive in its middle). Operation: that of the oldest computing command that has not finished.
 */
import type { Component } from '../ledger.ts';

/** Index of a component in the arrays below, in the order of COMPONENTS of the ledger. */
const SLOT: Readonly<Record<Component, number>> = {
  array: 0,
  float_unit: 1,
  vector: 2,
  sram: 3,
  dma: 4,
  dram: 5,
};

export class Attribution {
  readonly #exposedPs = new Float64Array(6);
  readonly #operationPs: Float64Array;

  constructor(operations: number) {
    this.#operationPs = new Float64Array(operations);
  }

  /** `ps` of time in which `component` was in front. */
  add(component: Component, operation: number, ps: number): void {
    this.#exposedPs[SLOT[component]]! += ps;
    this.#operationPs[operation]! += ps;
  }

  exposedPs(component: Component): number {
    return this.#exposedPs[SLOT[component]]!;
  }

  operationPs(operation: number): number {
    return this.#operationPs[operation]!;
  }

  get totalPs(): number {
    return this.#operationPs.reduce((sum, ps) => sum + ps, 0);
  }
}
