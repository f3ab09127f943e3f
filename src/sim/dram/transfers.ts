/** The transfers of a DRAM system: which are under way, which are complete and not yet reported. Units: cycles. */

export interface DoneTransfer {
  readonly id: number;
  readonly start: number;
  readonly cycle: number;
}

export class Transfers {
  /** Indices of transfers with parts that are not done. */
  readonly active: number[] = [];
  readonly #id: number[] = [];
  readonly #start: number[] = [];
  readonly #partsLeft: number[] = [];
  readonly #end: number[] = [];
  readonly #free: number[] = [];
  readonly #done: DoneTransfer[] = [];

  get pending(): boolean {
    return this.active.length + this.#done.length > 0;
  }

  /** A new transfer's index. */
  open(id: number, start: number): number {
    const transfer = this.#free.pop() ?? this.#id.length;
    this.#id[transfer] = id;
    this.#start[transfer] = start;
    this.#partsLeft[transfer] = 0;
    this.#end[transfer] = 0;
    this.active.push(transfer);
    return transfer;
  }

  /** What the caller calls a transfer. */
  idOf(transfer: number): number {
    return this.#id[transfer]!;
  }

  addPart(transfer: number): void {
    this.#partsLeft[transfer]!++;
  }

  partDone(transfer: number, cycle: number): void {
    if (cycle > this.#end[transfer]!) this.#end[transfer] = cycle;
    if (--this.#partsLeft[transfer]! > 0) return;
    this.active.splice(this.active.indexOf(transfer), 1);
    this.#free.push(transfer);
    this.#done.push({ id: this.#id[transfer]!, start: this.#start[transfer]!, cycle: this.#end[transfer]! });
  }

  /** Of the complete ones that have not been closed, the earliest; of several in one cycle the lowest id. */
  firstDone(): DoneTransfer | null {
    let first: DoneTransfer | null = null;
    for (const done of this.#done) {
      if (first === null || done.cycle < first.cycle || (done.cycle === first.cycle && done.id < first.id)) {
        first = done;
      }
    }
    return first;
  }

  /** Whether, when `done` completes, none that has started is still under way. */
  pausesAfter(done: DoneTransfer): boolean {
    const { cycle } = done;
    return (
      this.active.every((transfer) => this.#start[transfer]! > cycle) &&
      this.#done.every((other) => other.cycle <= cycle || other.start > cycle)
    );
  }

  close(done: DoneTransfer): void {
    this.#done.splice(this.#done.indexOf(done), 1);
  }

  /** The first cycle from `now` on at which a transfer is under way; Infinity when none is. */
  busyFrom(now: number): number {
    let start = Infinity;
    for (const transfer of this.active) start = Math.min(start, this.#start[transfer]!);
    for (const done of this.#done) if (done.cycle > now) start = Math.min(start, done.start);
    return Math.max(start, now);
  }
}
