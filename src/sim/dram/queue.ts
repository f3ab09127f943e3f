/**
 * A bounded queue of requests of one kind (reads or writes) of one channel, as a list a bank in order of arrival. All
 * state is in typed arrays; nothing is allocated after construction.
 */
const NONE = -1;

export class RequestQueue {
  readonly capacity: number;
  size = 0;
  /** By entry: burst index within the channel, row, caller's tag, order of arrival, cycle of arrival. */
  readonly burst: Int32Array;
  readonly row: Int32Array;
  readonly tag: Int32Array;
  readonly order: Float64Array;
  readonly arrival: Float64Array;
  /** By entry: the next younger and next older entry of the same bank, or −1. */
  readonly younger: Int32Array;
  readonly #older: Int32Array;
  /** The oldest entry of all, or −1, and by entry its bank. */
  first = NONE;
  readonly bank: Int32Array;
  /** By bank: the oldest entry, or −1. */
  readonly oldest: Int32Array;
  readonly #youngest: Int32Array;
  /** By bank: the oldest entry whose row is open, or −1. The owner of the bank state keeps it through `openRow`. */
  readonly hit: Int32Array;
  /** Banks that have entries, in no order that matters. */
  readonly activeBanks: Int32Array;
  activeCount = 0;
  /** Banks whose oldest entry is no hit. */
  missCount = 0;
  readonly #activeAt: Int32Array;
  /** By entry: the next one in order of arrival over all banks, and the one before. */
  readonly after: Int32Array;
  readonly #before: Int32Array;
  #last = NONE;
  readonly #free: Int32Array;

  constructor(capacity: number, banks: number) {
    this.capacity = capacity;
    this.burst = new Int32Array(capacity);
    this.row = new Int32Array(capacity);
    this.tag = new Int32Array(capacity);
    this.order = new Float64Array(capacity);
    this.arrival = new Float64Array(capacity);
    this.younger = new Int32Array(capacity).fill(NONE);
    this.#older = new Int32Array(capacity).fill(NONE);
    this.bank = new Int32Array(capacity);
    this.after = new Int32Array(capacity).fill(NONE);
    this.#before = new Int32Array(capacity).fill(NONE);
    this.oldest = new Int32Array(banks).fill(NONE);
    this.#youngest = new Int32Array(banks).fill(NONE);
    this.hit = new Int32Array(banks).fill(NONE);
    this.activeBanks = new Int32Array(banks);
    this.#activeAt = new Int32Array(banks);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
  }

  /** Adds a request and returns its entry; the caller has made sure of room. `openRow` is the bank's, −1: closed. */
  add(
    bank: number,
    row: number,
    burst: number,
    tag: number,
    order: number,
    arrival: number,
    openRow: number,
  ): number {
    const entry = this.#free[this.capacity - 1 - this.size]!;
    this.size++;
    this.bank[entry] = bank;
    this.burst[entry] = burst;
    this.row[entry] = row;
    this.tag[entry] = tag;
    this.order[entry] = order;
    this.arrival[entry] = arrival;
    this.after[entry] = NONE;
    this.#before[entry] = this.#last;
    if (this.#last === NONE) this.first = entry;
    else this.after[this.#last] = entry;
    this.#last = entry;
    const last = this.#youngest[bank]!;
    this.younger[entry] = NONE;
    this.#older[entry] = last;
    this.#youngest[bank] = entry;
    if (last === NONE) {
      this.oldest[bank] = entry;
      this.#activeAt[bank] = this.activeCount;
      this.activeBanks[this.activeCount++] = bank;
      if (row !== openRow) this.missCount++;
    } else {
      this.younger[last] = entry;
    }
    if (row === openRow && this.hit[bank] === NONE) this.hit[bank] = entry;
    return entry;
  }

  /** Takes out everything. */
  clear(): void {
    for (let i = 0; i < this.activeCount; i++) {
      const bank = this.activeBanks[i]!;
      this.oldest[bank] = NONE;
      this.#youngest[bank] = NONE;
      this.hit[bank] = NONE;
    }
    for (let entry = this.first; entry !== NONE; entry = this.after[entry]!) {
      this.#free[this.capacity - this.size--] = entry;
    }
    this.first = NONE;
    this.#last = NONE;
    this.activeCount = 0;
    this.missCount = 0;
  }

  /** Takes out `entry`, the bank's oldest hit, and finds the next one. */
  removeHit(entry: number, bank: number): void {
    const row = this.row[entry]!;
    const after = this.after[entry]!;
    const before = this.#before[entry]!;
    if (before === NONE) this.first = after;
    else this.after[before] = after;
    if (after === NONE) this.#last = before;
    else this.#before[after] = before;
    const older = this.#older[entry]!;
    const younger = this.younger[entry]!;
    const hit = this.#firstOfRow(younger, row);
    this.hit[bank] = hit;
    if (younger === NONE) this.#youngest[bank] = older;
    else this.#older[younger] = older;
    if (older !== NONE) {
      this.younger[older] = younger;
    } else {
      this.oldest[bank] = younger;
      if (younger === NONE) this.#deactivate(bank);
      else if (hit !== younger) this.missCount++;
    }
    this.size--;
    this.#free[this.capacity - 1 - this.size] = entry;
  }

  /** Tells the queue that `row` is open in `bank` now; −1: none. */
  openRow(bank: number, row: number): void {
    const head = this.oldest[bank]!;
    if (head === NONE) {
      this.hit[bank] = NONE;
      return;
    }
    const missed = this.hit[bank] !== head;
    const hit = row < 0 ? NONE : this.#firstOfRow(head, row);
    this.hit[bank] = hit;
    if (missed !== (hit !== head)) this.missCount += missed ? -1 : 1;
  }

  /** Whether a request for `burst` waits in `bank`. */
  holds(bank: number, burst: number): boolean {
    let entry = this.oldest[bank]!;
    while (entry !== NONE && this.burst[entry] !== burst) entry = this.younger[entry]!;
    return entry !== NONE;
  }

  #firstOfRow(from: number, row: number): number {
    let entry = from;
    while (entry !== NONE && this.row[entry] !== row) entry = this.younger[entry]!;
    return entry;
  }

  #deactivate(bank: number): void {
    const at = this.#activeAt[bank]!;
    const last = this.activeBanks[--this.activeCount]!;
    this.activeBanks[at] = last;
    this.#activeAt[last] = at;
  }
}
