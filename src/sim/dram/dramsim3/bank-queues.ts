/**
 * The command queues of DRAMsim3, one a bank, each with what it wants to send next: a closed bank an ACT for its head; an open
 * one the first read and the first write that hit the row, and before them a PRE where its head may close the row. Wants
 * change only when the queue or its bank does.
 *
 * Units: cycles.
 */
import type { BankState } from '../bank-state.ts';
import { ACT, COMMANDS, PRE, RD, WR } from '../commands.ts';
import { NONE, type RequestPool } from '../parity/request-pool.ts';
import type { TreeTiming } from '../parity/timing.ts';
import { WakeWheel } from '../parity/wake-wheel.ts';

export const BANK_COMMANDS = 8;
/** Column commands of an open row after which a conflict at the queue's head may close it. */
const ROW_HIT_CAP = 4;

/** More than one command is wanted. */
const SEVERAL = -2;

export class BankQueues {
  readonly length: Uint8Array;
  /** Of the bank that `pick` found: its command, and the position in its queue of the request that it is for. */
  command = NONE;
  position = 0;
  /** Banks, by when they may get what they want. */
  readonly wheel: WakeWheel;
  readonly #requests: RequestPool;
  readonly #timing: TreeTiming;
  readonly #state: BankState;
  /** Slots, `BANK_COMMANDS` a bank, the oldest first. */
  readonly #slots: Int32Array;
  /** By bank: writes in its queue. */
  readonly #writes: Uint8Array;
  /** By bank: the only command wanted, SEVERAL or NONE; by word of banks and command: bits of the banks that want it only. */
  readonly #only: Int8Array;
  readonly #wanting: Int32Array;
  /** By bank: positions of the first read and the first write that may go to the open row, or NONE. */
  readonly #read: Int8Array;
  readonly #write: Int8Array;
  /** By bank: 1 where the head may close the row. */
  readonly #close: Uint8Array;
  /** In the search for a bank's command, when the first one may go. */
  #ready = 0;

  constructor(requests: RequestPool, timing: TreeTiming, state: BankState) {
    const { banks } = timing;
    this.#requests = requests;
    this.#timing = timing;
    this.#state = state;
    this.length = new Uint8Array(banks);
    this.#slots = new Int32Array(banks * BANK_COMMANDS);
    this.#writes = new Uint8Array(banks);
    this.wheel = new WakeWheel(banks);
    this.#wanting = new Int32Array(Math.ceil(banks / 32) * COMMANDS);
    this.#only = new Int8Array(banks).fill(NONE);
    this.#read = new Int8Array(banks);
    this.#write = new Int8Array(banks);
    this.#close = new Uint8Array(banks);
  }

  /** Whether the bank may want something else now: see `update`. */
  push(bank: number, slot: number): boolean {
    this.#slots[bank * BANK_COMMANDS + this.length[bank]!++] = slot;
    const { row, write } = this.#requests;
    if (write[slot] === 1) this.#writes[bank]!++;
    if (this.length[bank] === 1) return true;
    if (row[slot] !== this.#state.row[bank]!) return false;
    return (write[slot] === 1 ? this.#write : this.#read)[bank] === NONE;
  }

  slotAt(bank: number, position: number): number {
    return this.#slots[bank * BANK_COMMANDS + position]!;
  }

  removeAt(bank: number, position: number): void {
    const slots = this.#slots;
    if (this.#requests.write[this.slotAt(bank, position)] === 1) this.#writes[bank]!--;
    const last = bank * BANK_COMMANDS + --this.length[bank]!;
    for (let i = bank * BANK_COMMANDS + position; i < last; i++) slots[i] = slots[i + 1]!;
  }

  /** Finds anew what the bank wants in `cycle`, after a change of its queue or its row; returns when it may get it. */
  update(bank: number, cycle: number): number {
    this.#wantOnly(bank, NONE);
    const open = this.#state.row[bank]!;
    const length = this.length[bank]!;
    let ready = Infinity;
    if (length > 0 && open >= 0) ready = this.#updateOpen(bank, open, length);
    else if (length > 0) {
      this.#wantOnly(bank, ACT);
      ready = this.#timing.earliest(ACT, bank);
    }
    this.wheel.set(bank, ready, cycle);
    return ready;
  }

  #updateOpen(bank: number, open: number, length: number): number {
    const { row, write } = this.#requests;
    const timing = this.#timing;
    const first = bank * BANK_COMMANDS;
    const writes = this.#writes[bank]!;
    let read = NONE;
    let written = NONE;
    let hit = false;
    for (let i = 0; i < length; i++) {
      const slot = this.#slots[first + i]!;
      if (row[slot] !== open) continue;
      hit = true;
      if (write[slot] === 0) {
        if (read === NONE) read = i;
      } else if (written === NONE && !this.#followsRead(first, i)) written = i;
      if ((read !== NONE || writes === length) && (written !== NONE || writes === 0)) break;
    }
    this.#read[bank] = read;
    this.#write[bank] = written;
    const conflict = row[this.#slots[first]!] !== open;
    const close = conflict && (!hit || this.#state.served[bank]! >= ROW_HIT_CAP);
    this.#close[bank] = close ? 1 : 0;
    let ready = Infinity;
    if (close) ready = timing.earliest(PRE, bank);
    if (read !== NONE) ready = Math.min(ready, timing.earliest(RD, bank));
    if (written !== NONE) ready = Math.min(ready, timing.earliest(WR, bank));
    const wanted = (close ? 1 : 0) + (read !== NONE ? 1 : 0) + (written !== NONE ? 1 : 0);
    if (wanted > 1) this.#only[bank] = SEVERAL;
    else if (wanted === 1) this.#wantOnly(bank, close ? PRE : read !== NONE ? RD : WR);
    return ready;
  }

  #wantOnly(bank: number, command: number): void {
    const word = bank >>> 5;
    const bit = 1 << (bank & 31);
    const before = this.#only[bank]!;
    if (before >= 0) this.#wanting[word * COMMANDS + before]! &= ~bit;
    this.#only[bank] = command;
    if (command >= 0) this.#wanting[word * COMMANDS + command]! |= bit;
  }

  /**
   * The next bank from `from` on with a command that is ready in `cycle`, of its requests the first, or NONE; the command is
   * `command`. Banks that were looked at in vain sleep, and with them all that wait for the same.
   */
  pick(from: number, cycle: number): number {
    const { wheel } = this;
    for (;;) {
      const bank = wheel.pick(from);
      if (bank === NONE) return NONE;
      const command = this.#only[bank]!;
      if (command === SEVERAL) {
        this.command = this.#firstOf(bank, cycle);
        if (this.command !== NONE) return bank;
        wheel.set(bank, this.#ready, cycle);
      } else if (command === NONE) {
        wheel.set(bank, Infinity, cycle);
      } else if (this.#timing.allows(command, bank, cycle)) {
        this.command = command;
        this.position = command === RD ? this.#read[bank]! : command === WR ? this.#write[bank]! : 0;
        return bank;
      } else {
        const { peers, until } = this.#timing;
        wheel.sleepTogether(bank, peers & this.#wanting[(bank >>> 5) * COMMANDS + command]!, until, cycle);
      }
    }
  }

  #firstOf(bank: number, cycle: number): number {
    const read = this.#read[bank]!;
    const write = this.#write[bank]!;
    this.#ready = Infinity;
    this.position = 0;
    if (this.#close[bank] === 1 && this.#isReady(PRE, bank, cycle)) return PRE;
    const writeFirst = write !== NONE && write < read;
    if (writeFirst && this.#isReady(WR, bank, cycle)) {
      this.position = write;
      return WR;
    }
    if (read !== NONE && this.#isReady(RD, bank, cycle)) {
      this.position = read;
      return RD;
    }
    if (write === NONE || writeFirst || !this.#isReady(WR, bank, cycle)) return NONE;
    this.position = write;
    return WR;
  }

  #isReady(command: number, bank: number, cycle: number): boolean {
    const earliest = this.#timing.earliest(command, bank);
    if (earliest < this.#ready) this.#ready = earliest;
    return earliest <= cycle;
  }

  /** Whether an older request of the queue reads the burst that the one at position `at` writes. */
  #followsRead(first: number, at: number): boolean {
    const { burst, write } = this.#requests;
    const own = burst[this.#slots[first + at]!];
    for (let i = first; i < first + at; i++) {
      const slot = this.#slots[i]!;
      if (write[slot] === 0 && burst[slot] === own) return true;
    }
    return false;
  }
}
