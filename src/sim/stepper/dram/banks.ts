/** Row state of the banks of one channel, one command at a time. Units: cycles. */
import { banksPerRank, type CommandName, type SteppedDevice } from './device.ts';

export class Banks {
  readonly count: number;
  readonly perRank: number;
  readonly ranks: number;
  /** By bank: the open row, null where it is closed. */
  readonly row: (number | null)[];
  /** By bank: column commands since the activation. */
  readonly served: number[];
  /** By rank: its banks. */
  readonly ofRank: readonly (readonly number[])[];

  constructor(device: SteppedDevice) {
    this.perRank = banksPerRank(device);
    this.ranks = device.organisation.ranks;
    this.count = this.perRank * this.ranks;
    this.ofRank = Array.from({ length: this.ranks }, (_, rank) =>
      Array.from({ length: this.perRank }, (__, i) => rank * this.perRank + i),
    );
    this.row = Array.from({ length: this.count }, () => null);
    this.served = Array.from({ length: this.count }, () => 0);
  }

  rankOf(bank: number): number {
    return Math.floor(bank / this.perRank);
  }

  isAnyOpen(rank: number): boolean {
    return this.ofRank[rank]!.some((bank) => this.row[bank] !== null);
  }

  /** What `name` does to the rows; `row` is the one that an ACT opens. */
  apply(name: CommandName, bank: number, row: number): void {
    if (name === 'ACT') {
      this.row[bank] = row;
      this.served[bank] = 0;
    } else if (name === 'PRE') {
      this.row[bank] = null;
    } else if (name === 'PREA') {
      for (const other of this.ofRank[this.rankOf(bank)]!) this.row[other] = null;
    } else if (name === 'RD' || name === 'WR') {
      this.served[bank]!++;
    }
  }
}
