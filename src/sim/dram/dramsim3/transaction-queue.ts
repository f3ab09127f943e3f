/**
 * The read or the write queue of a DRAMsim3 channel: transactions in order of age, each bound for a bank whose command queue is
 * full ("blocked") or not. Counts those that could move, so that a queue in which none can is not searched.
 */
export class TransactionQueue {
  /** Transactions whose bank's command queue has room. */
  movable = 0;
  /** Entries [from, to), the oldest first; twice as long as needed, so that the oldest goes without moving the others. */
  readonly #slots: Int32Array;
  #from = 0;
  #to = 0;
  /** By bank: transactions for it. */
  readonly #waiting: Int32Array;
  /** By bank: 1 where its command queue is full. */
  readonly #full: Uint8Array;

  constructor(capacity: number, banks: number) {
    this.#slots = new Int32Array(2 * capacity);
    this.#waiting = new Int32Array(banks);
    this.#full = new Uint8Array(banks);
  }

  get length(): number {
    return this.#to - this.#from;
  }

  push(slot: number, bank: number): void {
    if (this.#to === this.#slots.length) {
      this.#slots.copyWithin(0, this.#from, this.#to);
      this.#to -= this.#from;
      this.#from = 0;
    }
    this.#slots[this.#to++] = slot;
    this.#waiting[bank]!++;
    if (this.#full[bank] === 0) this.movable++;
  }

  /** Place of the oldest transaction that could move; there is one. `bankOf`: by slot. */
  firstMovable(bankOf: Int32Array): number {
    const slots = this.#slots;
    let at = this.#from;
    while (this.#full[bankOf[slots[at]!]!] === 1) at++;
    return at;
  }

  slotAt(place: number): number {
    return this.#slots[place]!;
  }

  /** Takes out one that could move, for `bank`; whichever neighbours are fewer close up. */
  removeAt(place: number, bank: number): void {
    const slots = this.#slots;
    if (place - this.#from < this.#to - place) {
      for (let i = place; i > this.#from; i--) slots[i] = slots[i - 1]!;
      this.#from++;
    } else {
      this.#to--;
      for (let i = place; i < this.#to; i++) slots[i] = slots[i + 1]!;
    }
    this.#waiting[bank]!--;
    this.movable--;
  }

  /** The bank's command queue is full from now on. */
  block(bank: number): void {
    this.#full[bank] = 1;
    this.movable -= this.#waiting[bank]!;
  }

  /** It has room again. */
  unblock(bank: number): void {
    this.#full[bank] = 0;
    this.movable += this.#waiting[bank]!;
  }
}
