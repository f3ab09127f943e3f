/** What the reader has chosen, and who is told when it changes. */
import type { PhaseName } from '../../components.ts';
import type { PageData, PageMachine, PagePhase } from '../page-data.ts';

export class State {
  readonly data: PageData;
  phase: PhaseName;
  /** Index of the machine that is looked at. */
  machine = 0;
  /** Names below the token in the energy tree: part, component, action. */
  path: readonly string[] = [];
  readonly #listeners: (() => void)[] = [];

  constructor(data: PageData, phase: PhaseName) {
    this.data = data;
    this.phase = phase;
  }

  get shown(): PageMachine {
    return this.data.machines[this.machine]!;
  }

  /** The phase of the machine that is looked at, if it has it. */
  get shownPhase(): PagePhase | undefined {
    return this.shown.phases[this.phase];
  }

  text(index: number): string {
    return this.data.texts[index]!;
  }

  /** Changes the choice, then calls everyone who asked. */
  choose(change: Partial<Pick<State, 'phase' | 'machine' | 'path'>>): void {
    Object.assign(this, change);
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` now and after every change. */
  watch(listener: () => void): void {
    this.#listeners.push(listener);
    listener();
  }
}
