/**
 * What the works of a table cost on a machine, in columns, and the ledger that their uses add up to. Each work is priced once, and
 * each of its actions registered once, whatever the number of phases and of machines that the costs serve.
 */
import type { Machine } from '../../hardware/machine.ts';
import type { Work } from '../../mapping/work.ts';
import type { WorkTable } from '../../mapping/work-table.ts';
import type { ActivitySource } from '../array/activity.ts';
import { actionId, type Action, type Component, type LedgerRow } from '../ledger.ts';
import { workCost } from '../work-cost.ts';

const FEWEST = 64;

interface Registered {
  readonly component: Component;
  readonly action: Action;
  readonly id: string;
}

export class WorkCosts {
  /** By work, as in `WorkCost`. */
  cycles = new Float64Array(FEWEST);
  stallCycles = new Float64Array(FEWEST);
  readoutCycles = new Float64Array(FEWEST);
  multiplyAdds = new Float64Array(FEWEST);
  laneCycles = new Float64Array(FEWEST);
  length = 0;
  readonly #machine: Machine;
  readonly #table: WorkTable;
  readonly #activity: ActivitySource | undefined;
  /** Work w counts actions `#actions[#start[w] … #start[w + 1] − 1]`, each as often as `#counts` says at the same place. */
  readonly #start: number[] = [0];
  readonly #actions: number[] = [];
  readonly #counts: number[] = [];
  readonly #index = new Map<string, number>();
  readonly #registered: Registered[] = [];
  /** Indices of the registered actions in the order of their ids. */
  #sorted: readonly number[] = [];

  /** @param activity of the trace's values, where the array's cost depends on them */
  constructor(machine: Machine, table: WorkTable, activity: ActivitySource | undefined) {
    this.#machine = machine;
    this.#table = table;
    this.#activity = activity;
  }

  unit(work: number): Work['unit'] {
    return this.#table.works[work]!.unit;
  }

  /** Prices the works that have come to the table since. */
  update(): void {
    const { works } = this.#table;
    if (this.length === works.length) return;
    if (works.length > this.cycles.length) this.#grow(works.length);
    while (this.length < works.length) this.#add(works[this.length]!);
    const registered = this.#registered;
    if (this.#sorted.length === registered.length) return;
    this.#sorted = registered
      .map((_, i) => i)
      .toSorted((a, b) => (registered[a]!.id < registered[b]!.id ? -1 : 1));
  }

  /** All that was counted, sorted by id. @param uses how often each work occurred */
  ledger(uses: Float64Array): LedgerRow[] {
    const sums = new Float64Array(this.#registered.length);
    for (let work = 0; work < this.length; work++) {
      const times = uses[work]!;
      if (times === 0) continue;
      const end = this.#start[work + 1]!;
      for (let at = this.#start[work]!; at < end; at++) {
        sums[this.#actions[at]!]! += this.#counts[at]! * times;
      }
    }
    const rows: LedgerRow[] = [];
    for (const i of this.#sorted) {
      const count = sums[i]!;
      if (count === 0) continue;
      const { component, action, id } = this.#registered[i]!;
      rows.push({ component, action, id, count });
    }
    return rows;
  }

  #add(work: Work): void {
    const cost = workCost(this.#machine, work, this.#activity);
    const index = this.length++;
    this.cycles[index] = cost.cycles;
    this.stallCycles[index] = cost.stallCycles;
    this.readoutCycles[index] = cost.readoutCycles;
    this.multiplyAdds[index] = cost.multiplyAdds;
    this.laneCycles[index] = cost.laneCycles;
    for (const { component, action, count } of cost.actions) {
      this.#actions.push(this.#register(component, action));
      this.#counts.push(count);
    }
    this.#start.push(this.#actions.length);
  }

  #register(component: Component, action: Action): number {
    const id = actionId(component, action);
    const known = this.#index.get(id);
    if (known !== undefined) return known;
    const index = this.#registered.push({ component, action, id }) - 1;
    this.#index.set(id, index);
    return index;
  }

  #grow(needed: number): void {
    const size = Math.max(needed, 2 * this.cycles.length);
    const grown = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(size);
      larger.set(column);
      return larger;
    };
    this.cycles = grown(this.cycles);
    this.stallCycles = grown(this.stallCycles);
    this.readoutCycles = grown(this.readoutCycles);
    this.multiplyAdds = grown(this.multiplyAdds);
    this.laneCycles = grown(this.laneCycles);
  }
}
