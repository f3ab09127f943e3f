/**
 * A bounded queue of requests of one kind (reads or writes) of one channel, as a list a bank in order of arrival. It keeps
 * for every bank which command its requests want next, and for every such command a list of the banks that want it, so
 * that a scheduler looks at no other. All state is in typed arrays; nothing is allocated after construction.
 */
import type { BankState } from './bank-state.ts';
import { ACT, PRE } from './commands.ts';
import type { BankTiming } from './timing.ts';

const NONE = -1;

/** What the requests of a bank want next: a RD or WR of the oldest row hit; an ACT or a PRE for the oldest request. */
export const WANTS_COLUMN = 0;
export const WANTS_ACT = 1;
export const WANTS_PRE = 2;
export const WANTS = 3;
const WANTS_NOTHING = WANTS;

/** Lowest bits of a burst index, by which requests are counted. */
const ALIKE_MASK = 2 ** 9 - 1;

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
  /** By bank: the oldest entry whose row is open, or −1. */
  readonly hit: Int32Array;
  /** By bank: what its requests want next, and for which entry. */
  readonly wanted: Uint8Array;
  readonly wantedEntry: Int32Array;
  /**
   * By want a ring of the banks with that want, the one whose entry is oldest first: the bank after each, and at place
   * `banks` + want the first; where that is the place itself, no bank has that want. The age that they are ordered by.
   */
  readonly nextWanting: Int32Array;
  readonly #previousWanting: Int32Array;
  readonly age: Float64Array;
  /** By want a cycle before which no bank that has it can be served. */
  readonly soonest = new Float64Array(WANTS);
  /** By entry: the next one in order of arrival over all banks, and the one before. */
  readonly after: Int32Array;
  readonly #before: Int32Array;
  #last = NONE;
  readonly #free: Int32Array;
  /** By lowest bits of a burst index: requests with these, so that most questions for a burst end at once. */
  readonly #alike = new Int32Array(ALIKE_MASK + 1);
  readonly #state: BankState;
  readonly #banks: number;
  readonly #rowHitCap: number;
  /** By want the command. */
  readonly #commands: Int32Array;
  readonly #next: Float64Array;
  readonly #bankBase: Int32Array;

  /** `state`: the banks' rows; its owner calls `rowChanged` when one is opened or closed. `rowHitCap`: see ControllerPolicy. */
  constructor(capacity: number, state: BankState, timing: BankTiming, column: number, rowHitCap: number) {
    const banks = state.row.length;
    this.capacity = capacity;
    this.#state = state;
    this.#banks = banks;
    this.#rowHitCap = rowHitCap;
    this.#next = timing.next;
    this.#bankBase = timing.bankBase;
    this.#commands = Int32Array.of(column, ACT, PRE);
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
    this.wanted = new Uint8Array(banks).fill(WANTS_NOTHING);
    this.wantedEntry = new Int32Array(banks).fill(NONE);
    this.nextWanting = Int32Array.from({ length: banks + WANTS }, (_, place) => place);
    this.#previousWanting = this.nextWanting.slice();
    this.age = new Float64Array(banks + WANTS).fill(-1);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
  }

  /** Adds a request and returns its entry; the caller has made sure of room. */
  add(bank: number, row: number, burst: number, tag: number, order: number, arrival: number): number {
    const entry = this.#free[this.capacity - 1 - this.size]!;
    this.size++;
    this.bank[entry] = bank;
    this.burst[entry] = burst;
    this.#alike[burst & ALIKE_MASK]!++;
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
    if (last === NONE) this.oldest[bank] = entry;
    else this.younger[last] = entry;
    if (this.hit[bank] === NONE) {
      if (row === this.#state.row[bank]) this.hit[bank] = entry;
      else if (last !== NONE) return entry;
      this.#want(bank);
    }
    return entry;
  }

  /** Whether some bank has that want. */
  isWanted(want: number): boolean {
    return this.nextWanting[this.#banks + want] !== this.#banks + want;
  }

  /** The timing has been set from outside. */
  forgetTimes(): void {
    this.soonest.fill(0);
  }

  /** Takes out everything. */
  clear(): void {
    for (let entry = this.first; entry !== NONE; entry = this.after[entry]!) {
      const bank = this.bank[entry]!;
      this.oldest[bank] = NONE;
      this.#youngest[bank] = NONE;
      this.hit[bank] = NONE;
      this.wanted[bank] = WANTS_NOTHING;
      this.wantedEntry[bank] = NONE;
      this.#free[this.capacity - this.size--] = entry;
    }
    this.first = NONE;
    this.#last = NONE;
    this.#alike.fill(0);
    for (let place = this.#banks; place < this.nextWanting.length; place++) {
      this.nextWanting[place] = place;
      this.#previousWanting[place] = place;
    }
  }

  /** Takes out `entry`, the bank's oldest hit, and finds the next one. */
  removeHit(entry: number, bank: number): void {
    const after = this.after[entry]!;
    const before = this.#before[entry]!;
    if (before === NONE) this.first = after;
    else this.after[before] = after;
    if (after === NONE) this.#last = before;
    else this.#before[after] = before;
    const older = this.#older[entry]!;
    const younger = this.younger[entry]!;
    this.hit[bank] = this.#firstOfRow(younger, this.row[entry]!);
    if (younger === NONE) this.#youngest[bank] = older;
    else this.#older[younger] = older;
    if (older === NONE) this.oldest[bank] = younger;
    else this.younger[older] = younger;
    this.#alike[this.burst[entry]! & ALIKE_MASK]!--;
    this.size--;
    this.#free[this.capacity - 1 - this.size] = entry;
    this.#want(bank);
  }

  /** Takes in that another row, or none, is open in `bank` now. */
  rowChanged(bank: number): void {
    const head = this.oldest[bank]!;
    if (head === NONE) return;
    const row = this.#state.row[bank]!;
    this.hit[bank] = row < 0 ? NONE : this.#firstOfRow(head, row);
    this.#want(bank);
  }

  /** Takes in that the row of `bank` has served a request of the other queue. */
  rowServed(bank: number): void {
    if (this.wanted[bank] === WANTS_COLUMN) this.#want(bank);
  }

  /** Whether a request for `burst` may wait: false is certain. */
  mayHold(burst: number): boolean {
    return this.#alike[burst & ALIKE_MASK] !== 0;
  }

  /** Whether a request for `burst` waits in `bank`. */
  holds(bank: number, burst: number): boolean {
    if (this.#alike[burst & ALIKE_MASK] === 0) return false;
    let entry = this.oldest[bank]!;
    while (entry !== NONE && this.burst[entry] !== burst) entry = this.younger[entry]!;
    return entry !== NONE;
  }

  #firstOfRow(from: number, row: number): number {
    let entry = from;
    while (entry !== NONE && this.row[entry] !== row) entry = this.younger[entry]!;
    return entry;
  }

  /** Finds what `bank` wants next and lists it there. */
  #want(bank: number): void {
    const head = this.oldest[bank]!;
    const hit = this.hit[bank]!;
    const { row, served } = this.#state;
    let want = WANTS_NOTHING;
    let entry = head;
    if (hit !== NONE && (hit === head || served[bank]! < this.#rowHitCap)) {
      want = WANTS_COLUMN;
      entry = hit;
    } else if (head !== NONE) want = row[bank]! < 0 ? WANTS_ACT : WANTS_PRE;
    if (want !== this.wanted[bank] || entry !== this.wantedEntry[bank]) this.#move(bank, want, entry);
  }

  #move(bank: number, want: number, entry: number): void {
    const { nextWanting: next, age } = this;
    const previous = this.#previousWanting;
    if (this.wanted[bank] !== WANTS_NOTHING) {
      const before = previous[bank]!;
      const after = next[bank]!;
      next[before] = after;
      previous[after] = before;
    }
    this.wanted[bank] = want;
    this.wantedEntry[bank] = entry;
    if (want === WANTS_NOTHING) return;
    const { soonest } = this;
    const ready = this.#next[this.#bankBase[bank]! + this.#commands[want]!]!;
    if (ready < soonest[want]!) soonest[want] = ready;
    const order = this.order[entry]!;
    age[bank] = order;
    let after = this.#banks + want;
    let before = previous[after]!;
    while (age[before]! > order) {
      after = before;
      before = previous[after]!;
    }
    next[before] = bank;
    previous[bank] = before;
    next[bank] = after;
    previous[after] = bank;
  }
}
