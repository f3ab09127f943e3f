/**
 * When refreshes fall due, as a counter a rank: rank r of R for the first time after (r + 1)/R of the interval, or all after the
 * whole of it, then every interval. What is due is held: it takes no other command until it has been refreshed.
 *
 * Units: cycles.
 */
import type { Banks } from './banks.ts';
import type { SteppedDevice, SteppedPolicy } from './device.ts';

export class RefreshTimers {
  /** By rank: the bank held for a refresh of its own, `all`, or null. */
  readonly held: (number | 'all' | null)[];
  readonly #interval: number;
  readonly #cyclesLeft: number[];
  readonly #nextBank: number[];
  readonly #banks: Banks;
  readonly #byBank: boolean;

  constructor(device: SteppedDevice, policy: SteppedPolicy, banks: Banks) {
    this.#byBank = policy.refresh === 'bank';
    this.#interval = device.timings[this.#byBank ? 'tREFIpb' : 'tREFI']!;
    this.#banks = banks;
    const ranks = Array.from({ length: banks.ranks }, (_, rank) => rank);
    this.held = ranks.map(() => null);
    const first = (rank: number): number => (policy.refreshStagger === 'even' ? rank + 1 : banks.ranks);
    this.#cyclesLeft = ranks.map((rank) => Math.floor((this.#interval * first(rank)) / banks.ranks));
    this.#nextBank = ranks.map(() => 0);
  }

  /** One cycle passes; called at its beginning. */
  tick(): void {
    for (let rank = 0; rank < this.held.length; rank++) {
      if (this.#cyclesLeft[rank] === 0) {
        this.#cyclesLeft[rank] = this.#interval;
        this.held[rank] = this.#byBank ? this.#takeBank(rank) : 'all';
      }
      this.#cyclesLeft[rank]!--;
    }
  }

  holds(bank: number): boolean {
    const held = this.held[this.#banks.rankOf(bank)];
    return held === 'all' || held === bank;
  }

  done(rank: number): void {
    this.held[rank] = null;
  }

  #takeBank(rank: number): number {
    const turn = this.#nextBank[rank]!;
    this.#nextBank[rank] = (turn + 1) % this.#banks.perRank;
    return rank * this.#banks.perRank + turn;
  }
}
