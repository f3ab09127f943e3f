/**
 * What is the same for all machines with the same objects as some of their sections, made once for each: machines of a design space
 * share sections. Beyond `most` combinations all are forgotten.
 */
import type { Machine } from './machine.ts';

type Level<T> = { readonly inner: WeakMap<object, Level<T>>; value?: { readonly is: T } };

export class BySections<const Name extends keyof Machine, T> {
  readonly #names: readonly Name[];
  readonly #most: number;
  #outer: Level<T> = { inner: new WeakMap() };
  #size = 0;

  constructor(names: readonly Name[], most: number) {
    this.#names = names;
    this.#most = most;
  }

  get(machine: Machine, make: () => T): T {
    let level = this.#outer;
    for (const name of this.#names) {
      const section = machine[name] as object;
      let inner = level.inner.get(section);
      if (inner === undefined) level.inner.set(section, (inner = { inner: new WeakMap() }));
      level = inner;
    }
    if (level.value !== undefined) return level.value.is;
    const is = make();
    if (++this.#size > this.#most) {
      this.#outer = { inner: new WeakMap() };
      this.#size = 0;
    } else level.value = { is };
    return is;
  }
}
