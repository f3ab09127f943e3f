/** A constraint that counts from the n-th last command of a kind, such as tFAW. Units: cycles. */

/** Commands by number; `gap` cycles from the `window`-th last `after` to the next `before` of the rank. */
interface WindowRow {
  readonly after: number;
  readonly before: number;
  readonly gap: number;
  readonly window: number;
}

/** The last n cycles of a command in each rank, for constraints that count from the n-th last. */
export class CommandWindow {
  readonly after: number = 0;
  readonly before: number = 0;
  readonly #gap: number = 0;
  readonly #length: number = 0;
  readonly #cycles: Float64Array = new Float64Array(0);
  readonly #oldest: Int32Array = new Int32Array(0);

  constructor(row: WindowRow, ranks: number) {
    this.after = row.after;
    this.before = row.before;
    this.#gap = row.gap;
    this.#length = row.window;
    this.#cycles = new Float64Array(ranks * row.window).fill(-Infinity);
    this.#oldest = new Int32Array(ranks);
  }

  /** Takes in a command at `cycle`; returns the first cycle of the next one. */
  push(rank: number, cycle: number): number {
    const at = this.#oldest[rank]!;
    this.#cycles[rank * this.#length + at] = cycle;
    const oldest = at + 1 === this.#length ? 0 : at + 1;
    this.#oldest[rank] = oldest;
    return this.#cycles[rank * this.#length + oldest]! + this.#gap;
  }

  /** How many values `save` writes. */
  get saved(): number {
    return this.#cycles.length;
  }

  /** As `BankTiming.save`, of every rank from the oldest command on. */
  save(out: Int32Array, at: number, now: number): number {
    let i = at;
    for (let rank = 0; rank < this.#oldest.length; rank++) {
      const first = rank * this.#length;
      for (let k = 0; k < this.#length; k++) {
        const from = this.#oldest[rank]! + k;
        const left =
          this.#cycles[first + (from < this.#length ? from : from - this.#length)]! + this.#gap - now;
        out[i++] = left > 0 ? left : 0;
      }
    }
    return i;
  }

  load(from: Int32Array, at: number, now: number): number {
    let i = at;
    for (let slot = 0; slot < this.#cycles.length; slot++) this.#cycles[slot] = now + from[i++]! - this.#gap;
    this.#oldest.fill(0);
    return i;
  }
}
