/** Which row each bank has open, and for how long each rank had any bank open (for standby energy). Units: cycles. */
export class BankState {
  /** By bank: the open row or −1. */
  readonly row: Int32Array = new Int32Array(0);
  /** By bank: column commands since the activation. */
  readonly served: Int32Array = new Int32Array(0);
  /** By rank: banks that are open. */
  readonly open: Int32Array = new Int32Array(0);
  readonly #since: Float64Array = new Float64Array(0);
  #closedCycles = 0;

  constructor(ranks: number, banks: number) {
    this.row = new Int32Array(banks).fill(-1);
    this.served = new Int32Array(banks);
    this.open = new Int32Array(ranks);
    this.#since = new Float64Array(ranks);
  }

  activate(rank: number, bank: number, row: number, cycle: number): void {
    this.row[bank] = row;
    this.served[bank] = 0;
    if (this.open[rank]!++ === 0) this.#since[rank] = cycle;
  }

  precharge(rank: number, bank: number, cycle: number): void {
    this.row[bank] = -1;
    if (--this.open[rank]! === 0) this.#closedCycles += cycle - this.#since[rank]!;
  }

  /** Takes over rows that were set from outside, with `active` rank-cycles before `cycle` with any bank open. */
  settle(cycle: number, active: number): void {
    const banksPerRank = this.row.length / this.open.length;
    for (let rank = 0; rank < this.open.length; rank++) {
      let open = 0;
      for (let b = rank * banksPerRank; b < (rank + 1) * banksPerRank; b++) if (this.row[b]! >= 0) open++;
      this.open[rank] = open;
      this.#since[rank] = cycle;
    }
    this.#closedCycles = active;
  }

  /** Rank-cycles before `cycle` with any bank open. */
  activeCycles(cycle: number): number {
    let sum = this.#closedCycles;
    for (let rank = 0; rank < this.open.length; rank++) {
      if (this.open[rank]! > 0) sum += cycle - this.#since[rank]!;
    }
    return sum;
  }
}
