/**
 * When refreshes are due and what is held back for them. A rank (or, with per-bank refresh, a bank) whose refresh is due takes
 * no new command until it has been closed and refreshed. Ranks are staggered by a fraction of the interval, or not.
 *
 * Units: cycles. NOT MODELLED: postponed or pulled-in refreshes, temperature, self-refresh.
 */
import { TritsimError } from '../../errors/error.ts';
import type { DramDevice } from './device.ts';

export class Refresh {
  readonly perBank: boolean;
  /** By rank: the bank held for refresh, ALL, or NONE. */
  readonly held: Int32Array = new Int32Array(0);
  /** Number of ranks where something is held. */
  heldCount = 0;
  /** First cycle at which another refresh falls due. */
  nextDue = 0;

  readonly #interval: number = 0;
  /** By rank: when its next refresh falls due; with per-bank refresh, the bank whose turn it then is. */
  readonly due: Float64Array = new Float64Array(0);
  readonly turn: Int32Array = new Int32Array(0);
  readonly #banksPerRank: number = 0;

  /** Throws `DRAM_REFRESH` when per-bank refresh is asked of a standard without it. */
  constructor(device: DramDevice, mode: 'rank' | 'bank', stagger: 'even' | 'none') {
    const { ranks, bankGroups, banksPerGroup } = device.organisation;
    const interval = device.timings[mode === 'bank' ? 'tREFIpb' : 'tREFI'];
    if (interval === undefined) {
      throw new TritsimError('DRAM_REFRESH', 'the standard has no per-bank refresh', {
        place: device.name,
        found: device.standard,
      });
    }
    this.perBank = mode === 'bank';
    this.#interval = interval;
    this.#banksPerRank = bankGroups * banksPerGroup;
    this.held = new Int32Array(ranks).fill(NONE);
    this.due = Float64Array.from({ length: ranks }, (_, rank) =>
      stagger === 'even' ? Math.floor((interval * (rank + 1)) / ranks) : interval,
    );
    this.turn = new Int32Array(ranks);
    this.nextDue = this.#firstDue();
  }

  /** Holds back what falls due at `nextDue`, and moves `nextDue` on. */
  holdDue(): void {
    for (let rank = 0; rank < this.held.length; rank++) {
      if (this.due[rank] !== this.nextDue) continue;
      this.due[rank]! += this.#interval;
      if (this.held[rank] === NONE) this.heldCount++;
      if (this.perBank) {
        this.held[rank] = rank * this.#banksPerRank + this.turn[rank]!;
        this.turn[rank] = (this.turn[rank]! + 1) % this.#banksPerRank;
      } else {
        this.held[rank] = ALL;
      }
    }
    this.nextDue = this.#firstDue();
  }

  #firstDue(): number {
    let first = this.due[0]!;
    for (let rank = 1; rank < this.due.length; rank++) if (this.due[rank]! < first) first = this.due[rank]!;
    return first;
  }

  /** Whether `bank` of `rank` is held back. */
  holds(rank: number, bank: number): boolean {
    const held = this.held[rank]!;
    return held === ALL || held === bank;
  }

  /** Takes over `held` and `due` that were set from outside. */
  settle(): void {
    this.heldCount = 0;
    for (let rank = 0; rank < this.held.length; rank++) if (this.held[rank] !== NONE) this.heldCount++;
    this.nextDue = this.#firstDue();
  }

  done(rank: number): void {
    this.held[rank] = NONE;
    this.heldCount--;
  }
}

export const NONE = -1;
/** All banks of a rank. */
export const ALL = -2;
