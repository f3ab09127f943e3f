/**
 * What the channels of a DRAM did while a program ran: when the part of each transfer that lies in a channel was done, and
 * when ranks were in refresh. A refresh lasts from its command to tRFC (REFPB: tRFCpb) later.
 *
 * Units: picoseconds outside, cycles of the DRAM's clock inside.
 * NOT MODELLED: closing the rows before a refresh as a part of it; it counts to the requests that wait.
 */
import type { Clock } from '../clock.ts';
import { REF } from './commands.ts';
import type { DramDevice } from './device.ts';
import { IntervalList } from './interval-list.ts';

/** Sees the end of each part of a transfer, and each refresh command. */
export interface ChannelObserver {
  part(channel: number, id: number, cycle: number): void;
  /** `bank` is the first one of the rank for REF. */
  refresh(channel: number, command: number, bank: number, cycle: number): void;
}

export interface RefreshWindow {
  readonly channel: number;
  readonly rank: number;
  /** The bank within its rank; −1 for all. */
  readonly bank: number;
  readonly fromPs: number;
  readonly toPs: number;
}

/** Intervals of time: beginning and end of each in turn, ascending. */
type Intervals = readonly number[];

export class ChannelLog implements ChannelObserver {
  readonly channels: number;
  readonly #clock: Clock;
  readonly #ranks: number;
  readonly #banksPerRank: number;
  readonly #rankCycles: number;
  readonly #bankCycles: number;
  /** By channel and rank: refreshes of all banks, and how many of them are from before `begin`. */
  readonly #ofRank: readonly IntervalList[];
  readonly #before: Int32Array;
  /** Refreshes of single banks since `begin`. */
  #ofBanks: RefreshWindow[] = [];
  #partEndPs: Float64Array = new Float64Array(0);

  constructor(device: DramDevice, channels: number, clock: Clock) {
    const { ranks, bankGroups, banksPerGroup } = device.organisation;
    this.channels = channels;
    this.#clock = clock;
    this.#ranks = ranks;
    this.#banksPerRank = bankGroups * banksPerGroup;
    this.#rankCycles = device.timings['tRFC']!;
    this.#bankCycles = device.timings['tRFCpb'] ?? 0;
    this.#ofRank = Array.from({ length: channels * ranks }, () => new IntervalList());
    this.#before = new Int32Array(channels * ranks);
  }

  /** Makes room for the transfers of a program of `length` commands; what ended before `nowPs` is forgotten. */
  begin(length: number, nowPs: number): void {
    this.#partEndPs = new Float64Array(length * this.channels);
    this.#ofBanks = [];
    this.#ofRank.forEach((refreshes, i) => {
      refreshes.forgetUntil(nowPs);
      this.#before[i] = refreshes.length;
    });
  }

  part(channel: number, id: number, cycle: number): void {
    this.#partEndPs[id * this.channels + channel] = this.#clock.timeOf(cycle);
  }

  refresh(channel: number, command: number, bank: number, cycle: number): void {
    const rank = Math.floor(bank / this.#banksPerRank);
    const all = command === REF;
    const fromPs = this.#clock.timeOf(cycle);
    const toPs = this.#clock.timeOf(cycle + (all ? this.#rankCycles : this.#bankCycles));
    if (all) this.#ofRank[channel * this.#ranks + rank]!.add(fromPs, toPs);
    else this.#ofBanks.push({ channel, rank, bank: bank - rank * this.#banksPerRank, fromPs, toPs });
  }

  /** Refreshes sent since `begin`, one at a time, in order of time within a rank; there may be millions. */
  *refreshes(): Generator<RefreshWindow> {
    for (let channel = 0; channel < this.channels; channel++) yield* this.refreshesOf(channel, 0, Infinity);
  }

  /** Those of a channel that share time with [fromPs, toPs). */
  *refreshesOf(channel: number, fromPs: number, toPs: number): Generator<RefreshWindow> {
    for (let rank = 0; rank < this.#ranks; rank++) {
      const index = channel * this.#ranks + rank;
      const list = this.#ofRank[index]!;
      const first = Math.max(this.#before[index]!, list.firstEndingAfter(fromPs));
      for (let i = first; i < list.length && list.fromOf(i) < toPs; i++) {
        yield { channel, rank, bank: -1, fromPs: list.fromOf(i), toPs: list.toOf(i) };
      }
    }
    for (const one of this.#ofBanks) {
      if (one.channel === channel && one.toPs > fromPs && one.fromPs < toPs) yield one;
    }
  }

  /** When the part of a transfer that lies in `channel` was done; 0 where it has none there. */
  partEndPs(transfer: number, channel: number): number {
    return this.#partEndPs[transfer * this.channels + channel]!;
  }

  /**
   * The parts of [fromPs, toPs) in which a transfer was held up by refresh alone: every channel in which something of it
   * was left had all its ranks in refresh.
   */
  refreshWithin(transfer: number, fromPs: number, toPs: number): Intervals {
    let last = 0;
    for (let channel = 0; channel < this.channels; channel++) {
      last = Math.max(last, this.partEndPs(transfer, channel));
    }
    const until = Math.min(toPs, last);
    let held: Intervals = fromPs < until ? [fromPs, until] : [];
    for (let channel = 0; channel < this.channels && held.length > 0; channel++) {
      const end = this.partEndPs(transfer, channel);
      for (let rank = 0; rank < this.#ranks; rank++) {
        if (end > fromPs) held = heldIn(held, this.#ofRank[channel * this.#ranks + rank]!, end);
      }
    }
    return held;
  }
}

/** What of `intervals` lies in `windows` or after `endPs`. */
function heldIn(intervals: Intervals, windows: IntervalList, endPs: number): number[] {
  const held: number[] = [];
  const add = (from: number, to: number): void => {
    if (from < to) held.push(from, to);
  };
  for (let i = 0; i < intervals.length; i += 2) {
    const [from, to] = [intervals[i]!, intervals[i + 1]!];
    const pending = Math.min(to, endPs);
    for (let w = windows.firstEndingAfter(from); w < windows.length && windows.fromOf(w) < pending; w++) {
      add(Math.max(from, windows.fromOf(w)), Math.min(pending, windows.toOf(w)));
    }
    add(Math.max(from, endPs), to);
  }
  return held;
}
