/**
 * The requests of one kind (reads or writes) of one channel that wait, as lists in order of arrival: one a bank and one of all. All
 * state is in typed arrays; nothing is allocated after construction.
 *
 * What every command needs lies in one array, since going to another costs more than reading: places of eight numbers, one a
 * bank, one a want (`queue.ts`), one for the list of all requests, then one a request, which is an `entry`. Lists are rings through
 * the place that they belong to, so that no end is a special case. Fields are numbers and arrays from the first, else each use is
 * checked.
 */

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
// Of a bank: YOUNGER and OLDER are its oldest and its youngest request, or itself.
export { SHIFT, YOUNGER, ROW, SEQUENCE };

/** Lowest bits of a burst index, by which requests are counted. */
const ALIKE_MASK = 2 ** 9 - 1;

/** What was known of requests that have been taken out, by turns. */
export interface TakenRequests {
  readonly tag: Int32Array;
  readonly order: Float64Array;
  readonly arrival: Float64Array;
}

export class RequestList {
  readonly capacity: number = 0;
  size = 0;
  readonly places: Int32Array = new Int32Array(0);
  /** By number of the place of a request: caller's tag, order of arrival, cycle of arrival. */
  protected readonly tags: Int32Array = new Int32Array(0);
  protected readonly orders: Float64Array = new Float64Array(0);
  protected readonly arrivals: Float64Array = new Float64Array(0);
  /** By lowest bits of a burst index: requests with these, so that most questions for a burst end at once. */
  readonly #alike = new Int32Array(ALIKE_MASK + 1);
  /** Place of the list of all requests; places after it are requests. */
  readonly #all: number = 0;
  /** First place of those that are free, linked by AFTER. */
  #free = 0;
  protected added = 0;

  /** @param lists places before that of the list of all */
  constructor(capacity: number, lists: number) {
    this.capacity = capacity;
    this.#all = lists << SHIFT;
    const places = lists + 1 + capacity;
    this.places = new Int32Array(places << SHIFT);
    this.tags = new Int32Array(places);
    this.orders = new Float64Array(places);
    this.arrivals = new Float64Array(places);
    this.#emptyLists();
    for (let entry = this.places.length - SIZE; entry > this.#all; entry -= SIZE) this.#release(entry);
  }

  /** A place for one more request; the caller has made sure of room. */
  protected reserve(): number {
    const entry = this.#free;
    this.#free = this.places[entry | AFTER]!;
    this.size++;
    return entry;
  }

  /** Gives a place back. */
  protected release(entry: number): void {
    this.size--;
    this.#release(entry);
  }

  #release(entry: number): void {
    this.places[entry | AFTER] = this.#free;
    this.#free = entry;
  }

  /** Puts a request at the end of both lists. */
  protected link(entry: number, bank: number, row: number, burst: number): void {
    const { places } = this;
    this.#alike[burst & ALIKE_MASK]!++;
    places[entry | ROW] = row;
    places[entry | BANK] = bank;
    places[entry | BURST] = burst;
    places[entry | SEQUENCE] = this.added++;
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
  }

  /** Takes a request out of both lists. */
  protected unlink(entry: number): void {
    const { places } = this;
    const after = places[entry | AFTER]!;
    const before = places[entry | BEFORE]!;
    places[before | AFTER] = after;
    places[after | BEFORE] = before;
    const older = places[entry | OLDER]!;
    const younger = places[entry | YOUNGER]!;
    places[older | YOUNGER] = younger;
    places[younger | OLDER] = older;
    this.#alike[places[entry | BURST]! & ALIKE_MASK]!--;
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
    return this.tags[entry >> SHIFT]!;
  }
  orderOf(entry: number): number {
    return this.orders[entry >> SHIFT]!;
  }
  arrivalOf(entry: number): number {
    return this.arrivals[entry >> SHIFT]!;
  }

  /** Takes out everything. */
  clear(): void {
    const { places } = this;
    places[places[this.#all | BEFORE]! | AFTER] = this.#free;
    if (this.size > 0) this.#free = places[this.#all | AFTER]!;
    this.#emptyLists();
    this.#alike.fill(0);
    this.size = 0;
  }

  #emptyLists(): void {
    const { places } = this;
    for (let place = 0; place <= this.#all; place += SIZE) {
      places[place | YOUNGER] = places[place | OLDER] = place;
      places[place | AFTER] = places[place | BEFORE] = place;
    }
  }
}
