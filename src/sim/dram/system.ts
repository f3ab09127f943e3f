/**
 * All channels of one DRAM, fed by in-order streams (DMA engines).
 *
 *   submit ─▶ transfer ─▶ one part a channel ─▶ Channel (streams take turns) ─▶ Controller (FR-FCFS) ─▶ commands
 *
 * Consecutive `interleaveBytes` go to consecutive channels. A transfer's bursts are issued in order within each channel; a stream
 * has one request port a channel, so a full queue of one channel does not hold up the others.
 * A read is complete when its last data have left the bus, a write when its last burst is accepted (posted): one cycle after.
 *
 * Channels meet only in transfers, and what the caller submits starts at the time it has been told of or later. So all
 * channels run up to a cycle before which no transfer can complete, then again from there, and lag behind the caller's time while
 * a transfer is pending; how far each such step reaches changes the speed, never the result.
 *
 * Units: bytes, picoseconds. NOT MODELLED: the network between the DMA engines and the channels.
 */
import { TritsimError } from '../../errors/error.ts';
import type { DramSystemConfig } from '../../hardware/machine.ts';
import { Clock } from '../clock.ts';
import { AddressMap } from './address.ts';
import { Channel } from './channel.ts';
import type { ChannelObserver } from './channel-log.ts';
import { Controller } from './controller.ts';
import { countsOf, type DramCounts } from './counts.ts';
import { burstBytes, burstCycles, channelBytes, type DramDevice } from './device.ts';
import { Interleave } from './interleave.ts';
import { policyOf } from './policy.ts';
import { RequestLog, type RequestObserver } from './request-log.ts';
import { ReusePool } from './reuse/stream-reuse.ts';
import { Transfers, type DoneTransfer } from './transfers.ts';

export type { DramCounts } from './counts.ts';

export class DramSystem {
  readonly clock: Clock;
  readonly burstBytes: number;
  readonly capacityBytes: number;
  readonly peakBytesPerSecond: number;
  /** Time of the completion that `advance` just reported, ps. */
  completedAtPs = 0;

  readonly #device: DramDevice;
  readonly #channels: readonly Channel[];
  readonly #streams: number;
  readonly #interleave: Interleave;
  readonly #transfers = new Transfers();
  readonly #log: RequestLog | null;
  /** The time that the caller knows of. */
  #now = 0;
  /** Every cycle before this one, which is not after `#now`, has been simulated in all channels. */
  #ran = 0;
  /** First cycle of the closed transfers that reach beyond `#ran` without a pause up to the next ones. */
  #busyFrom = Infinity;
  #busyPs = 0;

  /**
   * `streams` in-order streams; `onRequest` sees every accepted burst in order of cycle (then channel), `observer` the end of
   * every part of a transfer and every refresh, in order of cycle within a channel only. Without `onRequest`, `reuse` says whether
   * runs of reads that are known are looked up, with the same result; a pool has those that other systems of this memory recorded.
   * Throws `DRAM_POLICY`, `DRAM_MAPPING`, `DRAM_CONFIG`.
   */
  constructor(
    device: DramDevice,
    config: DramSystemConfig,
    streams: number,
    onRequest?: RequestObserver,
    observer?: ChannelObserver,
    reuse: boolean | ReusePool = true,
  ) {
    const [p, q] = device.periodPs;
    this.clock = new Clock(p, q);
    this.burstBytes = burstBytes(device);
    this.capacityBytes = channelBytes(device) * config.channels;
    this.peakBytesPerSecond = (config.channels * this.burstBytes * 1e12 * q) / (burstCycles(device) * p);
    this.#device = device;
    this.#streams = streams;
    this.#interleave = new Interleave(config.channels, config.interleaveBytes, this.burstBytes);
    const log = onRequest === undefined ? null : new RequestLog(this.#interleave, onRequest);
    this.#log = log;
    const policy = policyOf(config.controller);
    const map = () => new AddressMap(device.organisation, config.mapping);
    const fresh = (): ReusePool | undefined => (reuse ? new ReusePool(map(), policy.rowHitCap) : undefined);
    const pool = typeof reuse === 'object' ? reuse : fresh();
    this.#channels = Array.from({ length: config.channels }, (_, index) => {
      return new Channel(
        (onRead, onRefresh) => new Controller(device, map(), policy, onRead, undefined, onRefresh),
        streams,
        (transfer, cycle) => {
          observer?.part(index, this.#transfers.idOf(transfer), cycle);
          this.#transfers.partDone(transfer, cycle);
        },
        log === null ? undefined : (cycle, write, burst) => log.add(cycle, index, write, burst),
        pool,
        (cycle, command, bank) => observer?.refresh(index, command, bank, cycle),
      );
    });
  }

  /**
   * Queues a transfer on one of the streams: bytes [address, address + bytes), at the earliest at time `ps`. A partial
   * burst costs a whole one. Throws `DRAM_TRANSFER` for a range outside the memory, a stream that doesn't exist or a time that has
   * been simulated already.
   */
  submit(stream: number, id: number, address: number, bytes: number, write: boolean, ps: number): void {
    const start = this.clock.edgeAtOrAfter(ps);
    const range = Number.isSafeInteger(address) && Number.isSafeInteger(bytes) && address >= 0 && bytes > 0;
    if (!range || address + bytes > this.capacityBytes) {
      throw new TritsimError('DRAM_TRANSFER', 'a transfer must lie within the memory', {
        found: `${bytes} B at ${address}`,
        allowed: [`0 to ${this.capacityBytes} B`],
      });
    }
    if (!(start >= this.#now) || !(stream >= 0 && stream < this.#streams)) {
      throw new TritsimError('DRAM_TRANSFER', 'a transfer is of an existing stream and not in the past', {
        found: `stream ${stream} at ${ps} ps`,
        allowed: [`stream below ${this.#streams}`, `from ${this.clock.timeOf(this.#now)} ps`],
      });
    }
    const transfer = this.#transfers.open(id, start);
    for (let channel = 0; channel < this.#channels.length; channel++) {
      const [nextBurst, end] = this.#interleave.bursts(channel, address, bytes);
      if (end === nextBurst) continue;
      this.#transfers.addPart(transfer);
      this.#channels[channel]!.add(stream, {
        transfer,
        write,
        stream,
        start,
        nextBurst,
        left: end - nextBurst,
        waiting: 0,
        end: 0,
        told: false,
        through: 0,
      });
    }
  }

  /**
   * Simulates until a transfer completes or time `limitPs` is reached. Returns the id of the transfer that completed first (of
   * several in the same cycle the lowest id), its time in `completedAtPs`; −1 when the limit came first or nothing is pending.
   */
  advance(limitPs: number): number {
    const limit = limitPs === Infinity ? Infinity : this.clock.edgeAtOrAfter(limitPs);
    for (;;) {
      const done = this.#transfers.firstDone();
      const bound = this.#earliestEnd();
      if (done !== null && done.cycle < bound && done.cycle <= limit) {
        const ps = this.clock.timeOf(done.cycle);
        if (ps > limitPs) break;
        this.#close(done);
        this.completedAtPs = ps;
        return done.id;
      }
      if (bound > limit || bound === Infinity) break;
      this.#runTo(bound);
    }
    if (limit !== Infinity && limit > this.#now) {
      if (!this.#transfers.pending) this.#runTo(limit);
      this.#now = limit;
    }
    return -1;
  }

  /** A cycle before which no transfer that is under way can be complete. */
  #earliestEnd(): number {
    let until = Infinity;
    for (const transfer of this.#transfers.active) {
      let end = 0;
      for (const channel of this.#channels) {
        end = Math.max(end, channel.earliestEnd(transfer));
        if (end >= until) break;
      }
      if (end < until) until = end;
    }
    return until;
  }

  /** Closes the transfer that is complete first. Busy time is counted later unless the memory pauses here. */
  #close(done: DoneTransfer): void {
    if (this.#transfers.pausesAfter(done)) this.#runTo(done.cycle);
    else this.#busyFrom = Math.min(this.#busyFrom, done.start);
    this.#transfers.close(done);
    this.#now = done.cycle;
  }

  /** Sends every waiting write; returns the time of the last data, ps. Throws `DRAM_FLUSH` while a transfer is pending. */
  flush(ps: number): number {
    this.#catchUp(ps, 'DRAM_FLUSH');
    for (const channel of this.#channels) channel.drain();
    const ends = this.#channels.map((channel) => channel.controller.lastDataEnd);
    this.#runTo(Math.max(this.#now, ...ends));
    this.#now = this.#ran;
    return this.clock.timeOf(this.#now);
  }

  /** Bursts that were looked up instead of simulated. */
  get reusedBursts(): number {
    return this.#channels.reduce((sum, channel) => sum + channel.reusedBursts, 0);
  }

  /** Whether a transfer is not complete or a write waits to be sent. */
  get pending(): boolean {
    this.#runTo(this.#now);
    return this.#transfers.pending || this.#channels.some((channel) => channel.controller.writes.size > 0);
  }

  /** Time before `nowPs` with a transfer pending, or a write waiting or on the bus, ps. */
  busyPs(nowPs: number): number {
    this.#catchUp(nowPs, 'DRAM_TIME');
    return this.#busyPs;
  }

  /** Counts of all channels before `nowPs`. Throws `DRAM_TIME` when `nowPs` is ahead of a transfer that is pending. */
  counts(nowPs: number): DramCounts {
    this.#catchUp(nowPs, 'DRAM_TIME');
    for (const channel of this.#channels) channel.settle();
    const controllers = this.#channels.map((channel) => channel.controller);
    return countsOf(controllers, this.#device, this.#now);
  }

  /** Runs an idle memory to `ps`; with transfers pending, the caller must have advanced to it. */
  #catchUp(ps: number, code: string): void {
    const cycle = this.clock.edgeAtOrAfter(ps);
    if (cycle < this.#now || (cycle > this.#now && this.#transfers.pending)) {
      throw new TritsimError(code, 'the time asked for must be the one the memory has been advanced to', {
        found: `${ps} ps`,
        allowed: [`${this.clock.timeOf(this.#now)} ps`],
      });
    }
    this.#runTo(cycle);
    this.#now = cycle;
  }

  /** Runs all channels. No transfer that is under way ends before `until`. */
  #runTo(until: number): void {
    const start = Math.min(this.#busyFrom, this.#transfers.busyFrom(this.#ran));
    if (this.#ran < start && start < until) this.#runTo(start);
    const from = this.#ran;
    if (until <= from) return;
    for (const channel of this.#channels) channel.run(until);
    const end = start < until ? until : this.#writeTail(from, until);
    this.#busyPs += this.clock.timeOf(end) - this.clock.timeOf(from);
    this.#ran = until;
    this.#busyFrom = Infinity;
    this.#log?.emit();
  }

  /** Where, with no transfer under way, the last data of writes that waited at `from` leave the bus. */
  #writeTail(from: number, until: number): number {
    let end = from;
    for (const { controller } of this.#channels) {
      end = Math.max(end, controller.writes.size > 0 ? until : controller.lastWriteEnd);
    }
    return Math.min(end, until);
  }
}
