/**
 * The DRAM as one server: a transfer occupies it for its bursts ÷ channels at the spacing of `dram-rates.ts`, after a
 * latency that depends on whether its first row is open. Transfers are offered in program order, not in the order of
 * time; what comes late in the program but early in time takes the idle time that those before it have left.
 *
 * Units: picoseconds, bursts.
 * NOT MODELLED: see dram-rates.ts; channels on their own (a transfer ends with its fullest channel, but leaves
 * the others no gap); merging and forwarding of writes.
 */
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { burstBytes, type DramDevice } from '../dram/device.ts';
import { dramRates, type DramRates } from './dram-rates.ts';

/** Idle times that a transfer may still take. */
const GAPS = 8;

export class AnalyticMemory {
  readonly burstBytes: number;
  readonly rates: DramRates;
  /** Rows opened by transfers, all channels. */
  activations = 0;
  /** Bursts of the last transfer. */
  bursts = 0;

  readonly #channels: number;
  readonly #chunkBursts: number;
  readonly #cyclePs: number;
  readonly #openRow: Int32Array;
  readonly #gapFrom = new Float64Array(GAPS);
  readonly #gapTo = new Float64Array(GAPS);
  #oldestGap = 0;
  #freePs = 0;
  #fullest = 0;

  /** Throws `DRAM_POLICY`, `DRAM_MAPPING`. */
  constructor(device: DramDevice, config: DramSystemConfig) {
    this.burstBytes = burstBytes(device);
    this.rates = dramRates(device, config);
    this.#channels = config.channels;
    this.#chunkBursts = config.interleaveBytes / this.burstBytes;
    const [p, q] = device.periodPs;
    this.#cyclePs = p / q;
    this.#openRow = new Int32Array(this.rates.banks).fill(-1);
  }

  /** A new time line, on which nothing has been moved; rows stay as they are. */
  restart(): void {
    this.#freePs = 0;
    this.#gapFrom.fill(0);
    this.#gapTo.fill(0);
  }

  /**
   * Time of an idle channel's rows closed by a refresh, where nothing is requested for `idle` ps: the refresh comes at any
   * point of its interval with the same chance.
   */
  closedPs(idle: number): number {
    const interval = this.rates.refreshInterval * this.#cyclePs;
    return idle < interval ? (idle * idle) / (2 * interval) : idle - interval / 2;
  }

  /** When the last data of a read requested at `ps` are there. */
  read(address: number, bytes: number, ps: number): number {
    const { spacing, refreshStretch, refreshWait, hit } = this.rates;
    const opening = this.#touch(address, bytes);
    const wait = ps > this.#freePs ? refreshWait : 0;
    const burst = spacing * refreshStretch * this.#cyclePs;
    const even = this.bursts / this.#channels;
    const end = this.#occupy(ps + (hit + opening + wait) * this.#cyclePs, even * burst);
    return end + (this.#fullest - even) * burst;
  }

  /** When the last burst of a write requested at `ps` is accepted. */
  write(address: number, bytes: number, ps: number): number {
    const { spacing, refreshStretch, turnaround, writeBatch, writeQueue } = this.rates;
    this.#touch(address, bytes);
    const burst = spacing * refreshStretch * this.#cyclePs;
    const each = burst + (turnaround * this.#cyclePs) / writeBatch;
    const sent = this.#occupy(ps, (this.bursts / this.#channels) * each);
    const accepted = ps + this.#fullest * this.#cyclePs;
    return this.#fullest > writeQueue ? Math.max(accepted, sent - writeQueue * burst) : accepted;
  }

  /** Time until writes that were accepted last have been sent, on average half a queue: ps. */
  tail(writes: number): number {
    const { spacing, turnaround, writeQueue } = this.rates;
    const left = Math.min(writeQueue / 2, writes / this.#channels);
    return left === 0 ? 0 : (left * spacing + turnaround) * this.#cyclePs;
  }

  /** Counts bursts and opens rows; returns the cycles until the first row is open. */
  #touch(address: number, bytes: number): number {
    const burst = this.burstBytes;
    const channels = this.#channels;
    const firstBurst = Math.floor(address / burst);
    const lastBurst = Math.floor((address + bytes - 1) / burst);
    this.bursts = lastBurst - firstBurst + 1;
    const chunks = Math.floor(lastBurst / this.#chunkBursts) - Math.floor(firstBurst / this.#chunkBursts) + 1;
    this.#fullest = this.#fullestChannel(firstBurst, lastBurst, chunks);
    const touched = Math.min(channels, chunks);
    const { map, runBursts, activate, precharge, closesRows } = this.rates;
    const open = this.#openRow;
    // Channels hold the same rows: where one is, all are.
    const from = Math.floor(address / (burst * channels));
    const to = Math.floor((address + bytes - 1) / (burst * channels));
    let opening = 0;
    for (let at = from; at <= to; at += runBursts - (at % runBursts)) {
      map.locate(at);
      const { bank, row } = map;
      if (open[bank] === row) continue;
      if (at === from) opening = activate + (open[bank]! < 0 ? 0 : precharge);
      open[bank] = closesRows ? -1 : row;
      this.activations += touched;
    }
    return opening;
  }

  /** Bursts of the channel that has most of `chunks` consecutive chunks, the first and last of which may be partial. */
  #fullestChannel(first: number, last: number, chunks: number): number {
    if (chunks === 1) return this.bursts;
    const whole = this.#chunkBursts;
    const head = whole - (first % whole);
    const tail = (last % whole) + 1;
    const channels = this.#channels;
    const rounds = Math.floor(chunks / channels);
    const over = chunks % channels;
    if (channels === 1) return this.bursts;
    // The channels that have a chunk more than the others: none, one that has both ends, two with one end each, or more.
    if (over === 0) return channels > 2 || rounds > 1 ? rounds * whole : Math.max(head, tail);
    if (over === 1) return Math.max((rounds - 1) * whole + head + tail, rounds * whole);
    return rounds * whole + (over === 2 ? Math.max(head, tail) : whole);
  }

  /** Takes `service` ps from `ps` on, in gaps first; returns the end. */
  #occupy(ps: number, service: number): number {
    let left = service;
    for (let i = 0; i < GAPS; i++) {
      const gap = (this.#oldestGap + i) % GAPS;
      const from = Math.max(this.#gapFrom[gap]!, ps);
      const room = this.#gapTo[gap]! - from;
      if (room <= 0) continue;
      const used = Math.min(room, left);
      left -= used;
      // What lies before `from` is given up: later transfers rarely come earlier.
      this.#gapFrom[gap] = from + used;
      if (left <= 0) return from + used;
    }
    const start = Math.max(ps, this.#freePs);
    if (start > this.#freePs) {
      this.#gapFrom[this.#oldestGap] = this.#freePs;
      this.#gapTo[this.#oldestGap] = start;
      this.#oldestGap = (this.#oldestGap + 1) % GAPS;
    }
    this.#freePs = start + left;
    return this.#freePs;
  }
}
