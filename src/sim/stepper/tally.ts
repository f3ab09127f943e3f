/**
 * Counts of named actions, under the names that a ledger's rows have: component, type and the action's sizes, joined by
 * dots (`array.int-add.b12`).
 */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(id: string, count: number): void {
    if (count > 0) this.#counts.set(id, (this.#counts.get(id) ?? 0) + count);
  }

  addAll(other: Tally): void {
    for (const [id, count] of other.#counts) this.add(id, count);
  }

  get(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** All counts, sorted by name. */
  sorted(): Record<string, number> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}
