/**
 * The read or the write buffer of a Ramulator 2.1 channel. Of all its requests for one bank only two can be the oldest whose
 * next command may go: the first that hits the open row, and the first that doesn't ("miss": it wants a PRE or, with
 * the bank closed, an ACT). These lead; each sleeps on the wheel until its command may go.
 *
 * Units: cycles. Entries are slots of `requests`; on the wheel slot s is item `word` × 32 + s.
 */
import type { BankState } from '../bank-state.ts';
import { ACT, PRE, RD, WR } from '../commands.ts';
import { NONE, RequestPool } from '../parity/request-pool.ts';
import type { TreeTiming } from '../parity/timing.ts';
import type { WakeWheel } from '../parity/wake-wheel.ts';

export const ENTRIES = 32;

/** What a buffer shares with its channel. */
export interface Channel {
  readonly timing: TreeTiming;
  readonly state: BankState;
  readonly wheel: WakeWheel;
  /** By bank: 1 while a request whose row was opened for it waits; until it is served, nobody closes the row. */
  readonly opened: Uint8Array;
  /** FRFCFS-RowHit: nobody closes a row that an older request in the same buffer still hits. */
  readonly protectRowHits: boolean;
}

/** Whether the channel lets a command go in a cycle, its timing apart. */
export type Allows = (command: number, bank: number, cycle: number) => boolean;

export class RequestBuffer {
  readonly requests = new RequestPool(ENTRIES);
  /** By slot: the place in the order of acceptance. */
  readonly order = new Float64Array(ENTRIES);
  /** By slot: no command of it can go before; Infinity for who doesn't lead or may not close the row. */
  readonly ready = new Float64Array(ENTRIES).fill(Infinity);
  readonly word: number;
  readonly #column: number;
  readonly #channel: Channel;
  /** By bank: its first and last request and its leaders; by slot: the requests for the same bank before and after. */
  readonly #first: Int8Array;
  readonly #last: Int8Array;
  readonly #hit: Int8Array;
  readonly #miss: Int8Array;
  readonly #before = new Int8Array(ENTRIES);
  readonly #after = new Int8Array(ENTRIES);
  length = 0;
  #accepted = 0;

  constructor(write: boolean, channel: Channel) {
    this.word = write ? 1 : 0;
    this.#column = write ? WR : RD;
    this.#channel = channel;
    const { banks } = channel.timing;
    this.#first = new Int8Array(banks).fill(NONE);
    this.#last = new Int8Array(banks).fill(NONE);
    this.#hit = new Int8Array(banks).fill(NONE);
    this.#miss = new Int8Array(banks).fill(NONE);
  }

  /** Takes a request in `cycle`; there is room. Returns its slot. */
  accept(cycle: number, address: number, burst: number, bank: number, row: number): number {
    const slot = this.requests.take(this.#column === WR, address, burst, bank, row, cycle);
    this.order[slot] = this.#accepted++;
    this.length++;
    const last = this.#last[bank]!;
    this.#before[slot] = last;
    this.#after[slot] = NONE;
    if (last === NONE) this.#first[bank] = slot;
    else this.#after[last] = slot;
    this.#last[bank] = slot;
    const leaders = this.#channel.state.row[bank] === row ? this.#hit : this.#miss;
    if (leaders[bank] === NONE) {
      leaders[bank] = slot;
      this.wakeLeaders(bank, cycle);
    }
    return slot;
  }

  /** Takes a request out. If it hit the open row, the next one that does leads; else `rowChanged` is to follow. */
  remove(slot: number, cycle: number): void {
    const bank = this.requests.bank[slot]!;
    const before = this.#before[slot]!;
    const after = this.#after[slot]!;
    if (before === NONE) this.#first[bank] = after;
    else this.#after[before] = after;
    if (after === NONE) this.#last[bank] = before;
    else this.#before[after] = before;
    if (this.#hit[bank] === slot) {
      this.#hit[bank] = this.#firstOf(after, true, this.requests.row[slot]!);
      this.wakeLeaders(bank, cycle);
    }
    this.sleep(slot, Infinity, cycle);
    this.requests.release(slot);
    this.length--;
  }

  /** Finds the leaders of a bank anew after its row was opened or closed. */
  rowChanged(bank: number, cycle: number): void {
    const first = this.#first[bank]!;
    if (first === NONE && this.#hit[bank] === NONE && this.#miss[bank] === NONE) return;
    if (this.#hit[bank] !== NONE) this.sleep(this.#hit[bank]!, Infinity, cycle);
    if (this.#miss[bank] !== NONE) this.sleep(this.#miss[bank]!, Infinity, cycle);
    const open = this.#channel.state.row[bank]!;
    this.#hit[bank] = this.#firstOf(first, true, open);
    this.#miss[bank] = this.#firstOf(first, false, open);
    this.wakeLeaders(bank, cycle);
  }

  /** The oldest request whose next command may go in `cycle`, as far as `allows` lets it, or NONE. */
  oldest(cycle: number, allows: Allows): number {
    const { order, ready, requests } = this;
    const { timing, wheel } = this.#channel;
    let oldest = NONE;
    for (let bits = wheel.awake(this.word); bits !== 0; bits &= bits - 1) {
      const slot = 31 - Math.clz32(bits & -bits);
      if (oldest !== NONE && order[slot]! > order[oldest]!) continue;
      if (ready[slot]! > cycle) {
        // Woken for what it was before.
        this.sleep(slot, ready[slot]!, cycle);
        continue;
      }
      const command = this.commandOf(slot);
      const bank = requests.bank[slot]!;
      if (!allows(command, bank, cycle)) continue;
      const earliest = timing.earliest(command, bank);
      if (earliest > cycle) this.sleep(slot, earliest, cycle);
      else oldest = slot;
    }
    return oldest;
  }

  /** The command that a leader wants. */
  commandOf(slot: number): number {
    const bank = this.requests.bank[slot]!;
    if (this.#hit[bank] === slot) return this.#column;
    return this.#channel.state.row[bank]! < 0 ? ACT : PRE;
  }

  /** Puts the leaders of a bank on the wheel, after a change of them or of what they wait for. */
  wakeLeaders(bank: number, cycle: number): void {
    const { timing, state, opened, protectRowHits } = this.#channel;
    const hit = this.#hit[bank]!;
    const miss = this.#miss[bank]!;
    if (hit !== NONE) this.sleep(hit, timing.earliest(this.#column, bank), cycle);
    if (miss === NONE) return;
    let ready = Infinity;
    if (state.row[bank]! < 0) ready = timing.earliest(ACT, bank);
    else if (opened[bank] === 0 && !(protectRowHits && hit !== NONE && this.#notAfter(hit, miss))) {
      ready = timing.earliest(PRE, bank);
    }
    this.sleep(miss, ready, cycle);
  }

  /** The request of the slot is looked at again at `ready`, or from `cycle` on where that has come. */
  sleep(slot: number, ready: number, cycle: number): void {
    this.ready[slot] = ready;
    this.#channel.wheel.set(this.word * 32 + slot, ready, cycle);
  }

  #notAfter(a: number, b: number): boolean {
    return this.requests.arrival[a]! <= this.requests.arrival[b]!;
  }

  /** The first from `slot` on, among those for its bank, that hits row `open`, or that doesn't. */
  #firstOf(slot: number, hits: boolean, open: number): number {
    const { row } = this.requests;
    let at = slot;
    while (at !== NONE && (row[at] === open) !== hits) at = this.#after[at]!;
    return at;
  }
}
