/**
 * Components on one clock that make up a larger one: all evaluate a cycle from what the others have committed, then all
 * commit it.
 */
import type { Component } from './component.ts';

/** The order in which components are visited; any permutation gives the same results. */
export type Order = (components: readonly Component[]) => readonly Component[];

export class Assembly {
  readonly #components: readonly Component[];

  constructor(components: readonly Component[], order: Order = (list) => list) {
    this.#components = order(components);
  }

  /** One cycle of all of them. */
  step(): void {
    for (const component of this.#components) component.evaluate();
    for (const component of this.#components) component.commit();
  }
}
