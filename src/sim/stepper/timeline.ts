/**
 * Steps clocks through time, edge by edge. At each instant the clocks that have an edge there first commit, all of them,
 * then evaluate, all of them; components are visited in the order of the list that is given.
 *
 * Units: picoseconds.
 */
import type { Component } from './component.ts';
import { Edges } from './edges.ts';

export interface ClockedComponent {
  readonly component: Component;
  /** Index into the periods. */
  readonly clock: number;
}

export class Timeline {
  readonly #clocks: readonly Edges[];
  readonly #components: readonly ClockedComponent[];
  /** Time of the next edge of any clock, ps. */
  next = 0;

  /** Periods p/q ps of the clocks; all have their first edge at 0 ps. */
  constructor(
    periods: readonly (readonly [p: number, q: number])[],
    components: readonly ClockedComponent[],
  ) {
    this.#clocks = periods.map((period) => new Edges(period));
    this.#components = components;
  }

  /** Edges of `clock` before the next one: its cycles that have begun. */
  cycles(clock: number): number {
    return this.#clocks[clock]!.count;
  }

  /** Whether `clock` has an edge at `next`. */
  hasEdge(clock: number): boolean {
    return this.#clocks[clock]!.next === this.next;
  }

  /** First half of the edges at `next`: what the cycles that end have worked out becomes visible. */
  commit(): void {
    for (const { component, clock } of this.#components) if (this.hasEdge(clock)) component.commit();
  }

  /** Second half: the cycles that begin are evaluated, and `next` moves on. */
  evaluate(): void {
    for (const { component, clock } of this.#components) if (this.hasEdge(clock)) component.evaluate();
    let next = Infinity;
    for (const clock of this.#clocks) {
      if (clock.next === this.next) clock.pass();
      next = Math.min(next, clock.next);
    }
    this.next = next;
  }
}
