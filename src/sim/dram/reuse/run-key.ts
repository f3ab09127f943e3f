/**
 * All that the future of a channel depends on while it serves nothing but a run of consecutive reads, in a form that is the same
 * wherever and whenever the same would happen again:
 *   - times count from now, those that are past are 0;
 *   - rows are named by what they are to the run: the row that the run reads, the row that is open in the bank, else
 *     their difference (XOR) to the row of the run's first burst;
 *   - column commands since an activation are clipped at the cap beyond which more make no difference.
 * The banks, rows and order of waiting reads are in it; their bursts, tags and times of arrival are not, since no command
 * depends on them. Refreshes that are still to fall due are not: `duePart` has them.
 */
import type { AddressMap } from '../address.ts';
import type { Controller } from '../controller.ts';

/** Name of an open row that the run doesn't read, and of none. */
const OTHER = -2;
const CLOSED = -1;
/** Name of a waiting read's row when it is the one open in its bank. */
const OPEN = -1;

/** Where the bursts of an aligned run lie, relative (XOR) to its first: the distinct pairs of bank and row. */
export class RunPattern {
  readonly bank: readonly number[];
  readonly row: readonly number[];

  constructor(map: AddressMap, bursts: number) {
    const pairs = new Map<string, readonly [number, number]>();
    for (let burst = 0; burst < bursts; burst++) {
      map.locate(burst);
      pairs.set(`${map.bank} ${map.row}`, [map.bank, map.row]);
    }
    this.bank = [...pairs.values()].map(([bank]) => bank);
    this.row = [...pairs.values()].map(([, row]) => row);
  }
}

/** Where a run lies and which of the rows that it reads are open. */
export class RunPlace {
  /** Bank and row of its first burst. */
  bank = 0;
  row = 0;
  /** By pair of the pattern a bit. */
  open = 0;
  readonly #pattern: RunPattern;

  constructor(pattern: RunPattern) {
    this.#pattern = pattern;
  }

  /** Whether the bits suffice. */
  get usable(): boolean {
    return this.#pattern.bank.length < 31;
  }

  find({ map, state }: Controller, burst: number): void {
    map.locate(burst);
    const { bank, row } = this.#pattern;
    this.bank = map.bank;
    this.row = map.row;
    this.open = 0;
    for (let p = 0; p < bank.length; p++) {
      if (state.row[this.bank ^ bank[p]!] === (this.row ^ row[p]!)) this.open |= 1 << p;
    }
  }
}

export class RunKey {
  values = new Int32Array(256);
  length = 0;
  hash = 0;
  /** What `hash` comes from. */
  #mixed = 0;
  /** Bank and row of the run's first burst. */
  bank = 0;
  row = 0;
  readonly #pattern: RunPattern;
  readonly #hitCap: number;

  constructor(pattern: RunPattern, hitCap: number) {
    this.#pattern = pattern;
    this.#hitCap = hitCap;
  }

  /** Describes `controller` ahead of a run from `burst` on, whose first read may be accepted `wait` cycles from now. */
  build(controller: Controller, burst: number, wait: number): void {
    const { state, reads, refresh, now } = controller;
    controller.map.locate(burst);
    this.bank = controller.map.bank;
    this.row = controller.map.row;
    const banks = state.row.length;
    const needed = 2 * banks + 2 * reads.size + refresh.held.length + 4;
    // The timing's part is bounded by eight values a node, windows by its ranks.
    if (this.values.length < needed + 32 * banks) this.values = new Int32Array(2 * (needed + 32 * banks));
    const { values } = this;
    for (let b = 0; b < banks; b++) {
      const open = state.row[b]! >= 0;
      values[b] = open ? OTHER : CLOSED;
      values[banks + b] = open ? this.#clipped(state.served[b]!) : 0;
    }
    const { bank, row } = this.#pattern;
    for (let p = 0; p < bank.length; p++) {
      const b = this.bank ^ bank[p]!;
      if (state.row[b] === (this.row ^ row[p]!)) values[b] = p;
    }
    let i = 2 * banks;
    values[i++] = this.bank;
    values[i++] = wait;
    values[i++] = Math.max(0, controller.readRoomFrom - now);
    for (let rank = 0; rank < refresh.held.length; rank++) values[i++] = refresh.held[rank]!;
    values[i++] = reads.size;
    for (let entry = reads.first; entry >= 0; entry = reads.nextOf(entry)) {
      const b = reads.bankOf(entry);
      values[i++] = b;
      values[i++] = reads.rowOf(entry) === state.row[b] ? OPEN : reads.rowOf(entry) ^ this.row;
    }
    this.length = controller.timing.save(values, i, now);
    this.#mix(0, 0);
  }

  /** Adds when refreshes fall due and which banks' turn it is, for a run in which one does. */
  addDue(controller: Controller): void {
    const { refresh, now } = controller;
    const from = this.length;
    for (let rank = 0; rank < refresh.due.length; rank++) {
      this.values[this.length++] = refresh.due[rank]! - now;
      this.values[this.length++] = refresh.turn[rank]!;
    }
    this.#mix(this.#mixed, from);
  }

  /** The hash of all values, where those before place `from` gave `mixed`: 30 bits, so that it is a small integer. */
  #mix(mixed: number, from: number): void {
    const { values, length } = this;
    let hash = mixed;
    for (let i = from; i < length; i++) hash = (Math.imul(hash, 0x01000193) ^ values[i]!) | 0;
    this.#mixed = hash;
    this.hash = (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 2) | 0;
  }

  #clipped(served: number): number {
    return served < this.#hitCap ? served : this.#hitCap;
  }
}
