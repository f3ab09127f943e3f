/**
 * A bounded queue of requests of one kind (reads or writes) of one channel, as a list a bank in order of arrival. It keeps
 * for every bank which command its requests want next, and for every such command a list of the banks that want it, so
 * that a scheduler looks at no other. All state is in typed arrays; nothing is allocated after construction.
 *
 * What every command needs lies in one array, since going to another costs more than reading: places of eight numbers, one a
 * bank, one a want, one for the list of all requests, then one a request, which is an `entry`. Lists are rings through the place
 * that they belong to, so that no end is a special case. Fields are numbers and arrays from the first, else each use is checked.
 */
import type { BankState } from './bank-state.ts';
import { ACT, PRE } from './commands.ts';
import type { BankTiming } from './timing.ts';

// Names of this file's own: what is imported or exported is looked up each time that it is used, a constant is not.
const ACTIVATE = ACT;
const PRECHARGE = PRE;

/** What the requests of a bank want next: a RD or WR of the oldest row hit; an ACT or a PRE for the oldest request. */
const COLUMN = 0;
const OPEN = 1;
const CLOSE = 2;
const NOTHING = 3;

/** A place is 2^3 numbers: of a bank as many as its node has in `BankTiming.next`. */
const SHIFT = 3;
const SIZE = 1 << SHIFT;

// Of a request: those before and after it in its bank and over all banks, and what it is.
const YOUNGER = 0;
const OLDER = 1;
const AFTER = 2;
const BEFORE = 3;
const ROW = 4;
const BANK = 5;
const BURST = 6;
/** How many requests have been added before. Wraps, and only differences count. */
const SEQUENCE = 7;

// Of a bank: YOUNGER and OLDER are its oldest and its youngest request, or itself; ROW is free for searching.
/** The next bank and the one before with the same want, in order of AGE; of a want the first and the last of them. */
const NEXT = 2;
const PREVIOUS = 3;
/** Its oldest request whose row is open, or itself. */
const HIT = 5;
const WANTED = 6;
/** SEQUENCE of the request that wants it. */
const AGE = 7;
export { COLUMN as WANTS_COLUMN, OPEN as WANTS_ACT, CLOSE as WANTS_PRE, NOTHING as WANTS };
export { NEXT as NEXT_WANTING, AGE };

/** Lowest bits of a burst index, by which requests are counted. */
const ALIKE_MASK = 2 ** 9 - 1;

export class RequestQueue {
  readonly capacity: number = 0;
  size = 0;
  readonly places: Int32Array = new Int32Array(0);
  /** By want a cycle before which no bank that has it can be served; all 0 once the timing has been set from outside. */
  readonly soonest = new Float64Array(NOTHING);
  /** By number of the place of a request: caller's tag, order of arrival, cycle of arrival. */
  readonly #tag: Int32Array = new Int32Array(0);
  readonly #order: Float64Array = new Float64Array(0);
  readonly #arrival: Float64Array = new Float64Array(0);
  /** By lowest bits of a burst index: requests with these, so that most questions for a burst end at once. */
  readonly #alike = new Int32Array(ALIKE_MASK + 1);
  /** Place of the list of all requests; places after it are requests. */
  readonly #all: number = 0;
  /** First place of those that are free, linked by AFTER. */
  #free = 0;
  #added = 0;
  readonly #state: BankState;
  readonly #wants: number = 0;
  readonly #rowHitCap: number = 0;
  readonly #column: number = 0;
  readonly #next: Float64Array = new Float64Array(0);

  /** `state`: the banks' rows; its owner calls `rowChanged` when one is opened or closed. `rowHitCap`: see ControllerPolicy. */
  constructor(capacity: number, state: BankState, timing: BankTiming, column: number, rowHitCap: number) {
    const banks = state.row.length;
    this.capacity = capacity;
    this.#state = state;
    this.#rowHitCap = rowHitCap;
    this.#column = column;
    this.#next = timing.next;
    this.#wants = banks << SHIFT;
    this.#all = (banks + NOTHING) << SHIFT;
    const places = banks + NOTHING + 1 + capacity;
    this.places = new Int32Array(places << SHIFT);
    this.#tag = new Int32Array(places);
    this.#order = new Float64Array(places);
    this.#arrival = new Float64Array(places);
    for (let place = 0; place <= this.#all; place += SIZE) this.#empty(place);
    for (let entry = this.places.length - SIZE; entry > this.#all; entry -= SIZE) {
      this.places[entry | AFTER] = this.#free;
      this.#free = entry;
    }
  }

  /** Adds a request and returns its entry; the caller has made sure of room. */
  add(bank: number, row: number, burst: number, tag: number, order: number, arrival: number): number {
    const { places } = this;
    const entry = this.#free;
    this.#free = places[entry | AFTER]!;
    this.size++;
    this.#tag[entry >> SHIFT] = tag;
    this.#order[entry >> SHIFT] = order;
    this.#arrival[entry >> SHIFT] = arrival;
    this.#alike[burst & ALIKE_MASK]!++;
    places[entry | ROW] = row;
    places[entry | BANK] = bank;
    places[entry | BURST] = burst;
    places[entry | SEQUENCE] = this.#added++;
    const all = this.#all;
    const last = places[all | BEFORE]!;
    places[last | AFTER] = entry;
    places[entry | BEFORE] = last;
    places[entry | AFTER] = all;
    places[all | BEFORE] = entry;
    const place = bank << SHIFT;
    const youngest = places[place | OLDER]!;
    places[youngest | YOUNGER] = entry;
    places[entry | OLDER] = youngest;
    places[entry | YOUNGER] = place;
    places[place | OLDER] = entry;
    if (places[place | HIT] === place) {
      if (row === this.#state.row[bank]) places[place | HIT] = entry;
      else if (youngest !== place) return entry;
      this.#want(place, bank);
    }
    return entry;
  }

  /** Takes out `entry`, the bank's oldest hit, and finds the next one. */
  removeHit(entry: number, bank: number): void {
    const { places } = this;
    const place = bank << SHIFT;
    const after = places[entry | AFTER]!;
    const before = places[entry | BEFORE]!;
    places[before | AFTER] = after;
    places[after | BEFORE] = before;
    const older = places[entry | OLDER]!;
    const younger = places[entry | YOUNGER]!;
    places[older | YOUNGER] = younger;
    places[younger | OLDER] = older;
    this.#alike[places[entry | BURST]! & ALIKE_MASK]!--;
    this.size--;
    places[entry | AFTER] = this.#free;
    this.#free = entry;
    this.#findHit(place, younger, places[entry | ROW]!);
    this.#want(place, bank);
  }

  /** Takes in that another row, or none, is open in `bank` now. */
  rowChanged(bank: number): void {
    const place = bank << SHIFT;
    const head = this.places[place | YOUNGER]!;
    if (head === place) return;
    const row = this.#state.row[bank]!;
    if (row < 0) this.places[place | HIT] = place;
    else this.#findHit(place, head, row);
    this.#want(place, bank);
  }

  /** Takes in that the row of `bank` has served a request of the other queue. */
  rowServed(bank: number): void {
    const place = bank << SHIFT;
    if (this.places[place | WANTED] === COLUMN) this.#want(place, bank);
  }

  /** Whether a request for `burst` may wait: false is certain. */
  mayHold(burst: number): boolean {
    return this.#alike[burst & ALIKE_MASK] !== 0;
  }

  /** Whether a request for `burst` waits in `bank`. */
  holds(bank: number, burst: number): boolean {
    if (this.#alike[burst & ALIKE_MASK] === 0) return false;
    const { places } = this;
    const place = bank << SHIFT;
    let entry = places[place | YOUNGER]!;
    while (entry !== place && places[entry | BURST] !== burst) entry = places[entry | YOUNGER]!;
    return entry !== place;
  }

  /** The oldest request whose row is open in `bank`, or −1. */
  hitOf(bank: number): number {
    const hit = this.places[(bank << SHIFT) | HIT]!;
    return hit >> SHIFT === bank ? -1 : hit;
  }

  /** What the requests of `bank` want next; WANTS: nothing. */
  wantOf(bank: number): number {
    return this.places[(bank << SHIFT) | WANTED]!;
  }

  /** The request that wants it. */
  wantingOf(bank: number): number {
    return this.places[(bank << SHIFT) | (this.wantOf(bank) === COLUMN ? HIT : YOUNGER)]!;
  }

  /** Whether some bank has that want. */
  isWanted(want: number): boolean {
    return this.places[this.#wants + (want << SHIFT) + NEXT] !== this.#wants + (want << SHIFT);
  }

  /** The oldest request of all, or −1. */
  get first(): number {
    return this.nextOf(this.#all);
  }
  nextOf(entry: number): number {
    const after = this.places[entry | AFTER]!;
    return after === this.#all ? -1 : after;
  }

  bankOf(entry: number): number {
    return this.places[entry | BANK]!;
  }
  rowOf(entry: number): number {
    return this.places[entry | ROW]!;
  }
  burstOf(entry: number): number {
    return this.places[entry | BURST]!;
  }
  tagOf(entry: number): number {
    return this.#tag[entry >> SHIFT]!;
  }
  orderOf(entry: number): number {
    return this.#order[entry >> SHIFT]!;
  }
  arrivalOf(entry: number): number {
    return this.#arrival[entry >> SHIFT]!;
  }

  /** Takes out everything. */
  clear(): void {
    const { places } = this;
    places[places[this.#all | BEFORE]! | AFTER] = this.#free;
    if (this.size > 0) this.#free = places[this.#all | AFTER]!;
    for (let place = 0; place <= this.#all; place += SIZE) this.#empty(place);
    this.#alike.fill(0);
    this.size = 0;
  }

  #empty(place: number): void {
    const { places } = this;
    places[place | YOUNGER] = places[place | OLDER] = places[place | HIT] = place;
    places[place | NEXT] = places[place | PREVIOUS] = place;
    places[place | WANTED] = NOTHING;
  }

  /** Notes the first request of `row` from `from` on, in order of age, as the bank's hit. */
  #findHit(place: number, from: number, row: number): void {
    const { places } = this;
    places[place | ROW] = row;
    let entry = from;
    while (places[entry | ROW] !== row) entry = places[entry | YOUNGER]!;
    places[place | HIT] = entry;
  }

  /** Finds what a bank wants next and lists it there. */
  #want(place: number, bank: number): void {
    const { places } = this;
    const head = places[place | YOUNGER]!;
    const hit = places[place | HIT]!;
    let want = NOTHING;
    let entry = head;
    if (hit !== place && (hit === head || this.#state.served[bank]! < this.#rowHitCap)) {
      want = COLUMN;
      entry = hit;
    } else if (head !== place) want = this.#state.row[bank]! < 0 ? OPEN : CLOSE;
    const age = places[entry | SEQUENCE]!;
    if (want === places[place | WANTED] && age === places[place | AGE]) return;
    // A bank that wants nothing is a ring of itself.
    const next = places[place | NEXT]!;
    const previous = places[place | PREVIOUS]!;
    places[previous | NEXT] = next;
    places[next | PREVIOUS] = previous;
    places[place | WANTED] = want;
    if (want === NOTHING) {
      places[place | NEXT] = places[place | PREVIOUS] = place;
      return;
    }
    const command = want === COLUMN ? this.#column : want === OPEN ? ACTIVATE : PRECHARGE;
    const ready = this.#next[place + command]!;
    if (ready < this.soonest[want]!) this.soonest[want] = ready;
    places[place | AGE] = age;
    let after = this.#wants + (want << SHIFT);
    // So that the search ends there.
    places[after | AGE] = age;
    let before = places[after | PREVIOUS]!;
    while (((places[before | AGE]! - age) | 0) > 0) {
      after = before;
      before = places[after | PREVIOUS]!;
    }
    places[before | NEXT] = place;
    places[place | PREVIOUS] = before;
    places[place | NEXT] = after;
    places[after | PREVIOUS] = place;
  }
}
