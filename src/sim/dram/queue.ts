/**
 * A bounded queue of requests of one kind (reads or writes) of one channel. It keeps for every bank which command its requests want
 * next, and for every such command a list of the banks that want it, so that a scheduler looks at no other. Where everything lies:
 * request-list.ts.
 */
import type { BankState } from './bank-state.ts';
import { ACT, PRE } from './commands.ts';
import { RequestList, ROW, SEQUENCE, SHIFT, YOUNGER, type TakenRequests } from './request-list.ts';
import type { BankTiming } from './timing.ts';

// Names of this file's own: what is imported or exported is looked up each time that it is used, a constant is not.
const ACTIVATE = ACT;
const PRECHARGE = PRE;
const BITS = SHIFT;
const HEAD = YOUNGER;
const ROW_OF = ROW;
const ADDED = SEQUENCE;

/** What the requests of a bank want next: a RD or WR of the oldest row hit; an ACT or a PRE for the oldest request. */
const COLUMN = 0;
const OPEN = 1;
const CLOSE = 2;
const NOTHING = 3;

// Of a bank, beside its list; its ROW is free for searching.
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

/** Consecutive bursts from `burst` on of one row, accepted one every `step` cycles from `arrival` on. */
export interface ComingBursts {
  bank: number;
  row: number;
  burst: number;
  tag: number;
  order: number;
  arrival: number;
  step: number;
}

const NOTHING_COMING: ComingBursts = { bank: 0, row: 0, burst: 0, tag: 0, order: 0, arrival: 0, step: 0 };

export class RequestQueue extends RequestList {
  /** By want a cycle before which no bank that has it can be served; all 0 once the timing has been set from outside. */
  readonly soonest = new Float64Array(NOTHING);
  readonly #state: BankState;
  readonly #wants: number = 0;
  readonly #rowHitCap: number = 0;
  readonly #column: number = 0;
  readonly #next: Float64Array = new Float64Array(0);

  /** `state`: the banks' rows; its owner calls `rowChanged` when one is opened or closed. `rowHitCap`: see ControllerPolicy. */
  constructor(capacity: number, state: BankState, timing: BankTiming, column: number, rowHitCap: number) {
    const banks = state.row.length;
    super(capacity, banks + NOTHING);
    this.#state = state;
    this.#rowHitCap = rowHitCap;
    this.#column = column;
    this.#next = timing.next;
    this.#wants = banks << BITS;
    this.#forgetWants();
  }

  /** Adds a request and returns its entry; the caller has made sure of room. */
  add(bank: number, row: number, burst: number, tag: number, order: number, arrival: number): number {
    const { places } = this;
    const entry = this.reserve();
    this.tags[entry >> BITS] = tag;
    this.orders[entry >> BITS] = order;
    this.arrivals[entry >> BITS] = arrival;
    this.link(entry, bank, row, burst);
    const place = bank << BITS;
    if (places[place | HIT] === place) {
      if (row === this.#state.row[bank]) places[place | HIT] = entry;
      else if (places[place | HEAD] !== entry) return entry;
      this.#want(place, bank);
    }
    return entry;
  }

  /** Takes out `entry`, the bank's oldest hit, and finds the next one. */
  removeHit(entry: number, bank: number): void {
    const { places } = this;
    const place = bank << BITS;
    const younger = places[entry | HEAD]!;
    this.unlink(entry);
    this.release(entry);
    this.#findHit(place, younger, places[entry | ROW_OF]!);
    this.#want(place, bank);
  }

  /** The bank of the oldest row hit, if it has no older request; else −1. */
  firstHitBank(): number {
    const { places } = this;
    const place = places[this.#wants | NEXT]!;
    return places[place | HEAD] === places[place | HIT] && place < this.#wants ? place >> BITS : -1;
  }

  /** Whether a bank with a row hit comes after the first of them. */
  get hasSecondHit(): boolean {
    const { places } = this;
    return places[places[this.#wants | NEXT]! | NEXT] !== this.#wants;
  }

  /** Whether, of the banks behind the first, one can serve its row hit before `at`. */
  anotherHitBefore(at: number, next: Float64Array, groupBase: Int32Array, command: number): boolean {
    const { places } = this;
    const end = this.#wants;
    for (let place = places[places[end | NEXT]! | NEXT]!; place !== end; place = places[place | NEXT]!) {
      if (next[place | command]! < at && next[groupBase[place >> BITS]! + command]! < at) return true;
    }
    return false;
  }

  /** Whether the oldest request of `bank`, if there is any, hits its row. */
  hasOnlyHits(bank: number): boolean {
    const place = bank << BITS;
    return this.places[place | HIT] === this.places[place | HEAD];
  }

  /** Whether adding a request of `row` of `bank` makes no bank want another row command than before. */
  takesQuietly(bank: number, row: number): boolean {
    const place = bank << BITS;
    const isEmpty = this.places[place | HEAD] === place;
    if (row !== this.#state.row[bank]) return !isEmpty;
    return isEmpty || this.places[place | HIT] !== place;
  }

  /**
   * Takes out the oldest requests of `bank`, the first with a row hit, as served, until it is `most`, the bank has no hit left or is no
   * longer the first. For each one is added of what is `coming`, which its bank takes quietly; then it ends before a burst that waits in
   * one of the queues already, too.
   * @param other the queue of the other kind
   * @param taken of those taken out the tag, order and arrival; null: of writes, nobody asks, and those added have none
   * @returns how many
   */
  serveHits(
    bank: number,
    most: number,
    coming: ComingBursts | null,
    other: RequestQueue,
    taken: TakenRequests | null,
  ): number {
    const { places, tags, orders, arrivals } = this;
    const refill = coming !== null;
    const { bank: into, row: newRow, burst, tag, order, arrival, step } = coming ?? NOTHING_COMING;
    const place = bank << BITS;
    const target = refill ? into << BITS : place;
    const wasEmpty = places[target | HEAD] === target;
    const behind = places[place | NEXT]!;
    const limit = behind < this.#wants ? places[behind | AGE]! : this.added + most;
    let entry = places[place | HEAD]!;
    const row = places[entry | ROW_OF]!;
    let done = 0;
    for (;;) {
      // A read that is to be written or the other way round, or another write.
      if (refill && other.holds(into, burst + done)) break;
      if (refill && taken === null && this.holds(into, burst + done)) break;
      const index = entry >> BITS;
      if (taken !== null) {
        taken.tag[done] = tags[index]!;
        taken.order[done] = orders[index]!;
        taken.arrival[done] = arrivals[index]!;
      }
      this.unlink(entry);
      if (refill) {
        this.link(entry, into, newRow, burst + done);
        if (taken !== null) {
          tags[index] = tag;
          orders[index] = order + done;
          arrivals[index] = arrival + done * step;
        }
      } else this.release(entry);
      done++;
      entry = places[place | HEAD]!;
      if (done === most || entry === place || places[entry | ROW_OF] !== row) break;
      if (((places[entry | ADDED]! - limit) | 0) > 0) break;
    }
    if (done === 0) return 0;
    this.#state.served[bank]! += done;
    this.#findHit(place, places[place | HEAD]!, row);
    this.#want(place, bank);
    if (wasEmpty && target !== place) {
      places[target | HIT] = places[target | HEAD]!;
      this.#want(target, into);
    }
    return done;
  }

  /** Takes in that another row, or none, is open in `bank` now. */
  rowChanged(bank: number): void {
    const place = bank << BITS;
    const head = this.places[place | HEAD]!;
    if (head === place) return;
    const row = this.#state.row[bank]!;
    if (row < 0) this.places[place | HIT] = place;
    else this.#findHit(place, head, row);
    this.#want(place, bank);
  }

  /** Takes in that the row of `bank` has served a request of the other queue. */
  rowServed(bank: number): void {
    const place = bank << BITS;
    if (this.places[place | WANTED] === COLUMN) this.#want(place, bank);
  }

  /** The oldest request whose row is open in `bank`, or −1. */
  hitOf(bank: number): number {
    const hit = this.places[(bank << BITS) | HIT]!;
    return hit >> BITS === bank ? -1 : hit;
  }

  /** What the requests of `bank` want next; WANTS: nothing. */
  wantOf(bank: number): number {
    return this.places[(bank << BITS) | WANTED]!;
  }

  /** The request that wants it. */
  wantingOf(bank: number): number {
    return this.places[(bank << BITS) | (this.wantOf(bank) === COLUMN ? HIT : HEAD)]!;
  }

  /** Whether some bank has that want. */
  isWanted(want: number): boolean {
    return this.places[this.#wants + (want << BITS) + NEXT] !== this.#wants + (want << BITS);
  }

  override clear(): void {
    super.clear();
    this.#forgetWants();
  }

  #forgetWants(): void {
    const { places } = this;
    for (let place = 0; place < this.#wants + (NOTHING << BITS); place += 1 << BITS) {
      places[place | HIT] = places[place | NEXT] = places[place | PREVIOUS] = place;
      places[place | WANTED] = NOTHING;
    }
  }

  /** Notes the first request of `row` from `from` on, in order of age, as the bank's hit. */
  #findHit(place: number, from: number, row: number): void {
    const { places } = this;
    places[place | ROW_OF] = row;
    let entry = from;
    while (places[entry | ROW_OF] !== row) entry = places[entry | HEAD]!;
    places[place | HIT] = entry;
  }

  /** Finds what a bank wants next and lists it there. */
  #want(place: number, bank: number): void {
    const { places } = this;
    const head = places[place | HEAD]!;
    const hit = places[place | HIT]!;
    let want = NOTHING;
    let entry = head;
    if (hit !== place && (hit === head || this.#state.served[bank]! < this.#rowHitCap)) {
      want = COLUMN;
      entry = hit;
    } else if (head !== place) want = this.#state.row[bank]! < 0 ? OPEN : CLOSE;
    const age = places[entry | ADDED]!;
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
    let after = this.#wants + (want << BITS);
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
