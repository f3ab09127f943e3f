/**
 * What the works of a table cost on a machine, in columns, and the ledger that their uses add up to. Each work is priced once, and
 * each of its actions registered once, whatever the number of phases and of machines that the costs serve.
 */
import type { Machine } from '../../hardware/machine.ts';
import type { Work } from '../../mapping/work.ts';
import type { WorkTable } from '../../mapping/work-table.ts';
import type { ActivitySource } from '../array/activity.ts';
import type { WorkCost } from '../cost.ts';
import { actionId, type Action, type Component, type LedgerRow } from '../ledger.ts';
import { workCost } from '../work-cost.ts';

const FEWEST = 64;

interface Registered {
  readonly component: Component;
  readonly action: Action;
  readonly id: string;
}

export class WorkCosts {
  /** By work. */
  cycles = new Float64Array(FEWEST);
  stallCycles = new Float64Array(FEWEST);
  multiplyAdds = new Float64Array(FEWEST);
  readonly #machine: Machine;
  readonly #table: WorkTable;
  readonly #activity: ActivitySource | undefined;
  readonly #costs: WorkCost[] = [];
  /** By work: the actions of its cost by index. */
  readonly #actions: Int32Array[] = [];
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

  get length(): number {
    return this.#costs.length;
  }

  cost(work: number): WorkCost {
    return this.#costs[work]!;
  }

  unit(work: number): Work['unit'] {
    return this.#table.works[work]!.unit;
  }

  /** Prices the works that have come to the table since. */
  update(): void {
    const { works } = this.#table;
    if (this.#costs.length === works.length) return;
    if (works.length > this.cycles.length) this.#grow(works.length);
    for (let i = this.#costs.length; i < works.length; i++) {
      const cost = workCost(this.#machine, works[i]!, this.#activity);
      this.#costs.push(cost);
      this.cycles[i] = cost.cycles;
      this.stallCycles[i] = cost.stallCycles;
      this.multiplyAdds[i] = cost.multiplyAdds;
      this.#actions.push(
        Int32Array.from(cost.actions, ({ component, action }) => this.#register(component, action)),
      );
    }
    const registered = this.#registered;
    if (this.#sorted.length === registered.length) return;
    this.#sorted = registered
      .map((_, i) => i)
      .toSorted((a, b) => (registered[a]!.id < registered[b]!.id ? -1 : 1));
  }

  /** All that was counted, sorted by id. @param uses how often each work occurred */
  ledger(uses: Float64Array): LedgerRow[] {
    const counts = new Float64Array(this.#registered.length);
    for (let work = 0; work < this.#costs.length; work++) {
      const times = uses[work]!;
      if (times === 0) continue;
      const indices = this.#actions[work]!;
      const { actions } = this.#costs[work]!;
      for (let i = 0; i < indices.length; i++) counts[indices[i]!]! += actions[i]!.count * times;
    }
    const rows: LedgerRow[] = [];
    for (const i of this.#sorted) {
      const count = counts[i]!;
      if (count === 0) continue;
      const { component, action, id } = this.#registered[i]!;
      rows.push({ component, action, id, count });
    }
    return rows;
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
    this.multiplyAdds = grown(this.multiplyAdds);
  }
}
