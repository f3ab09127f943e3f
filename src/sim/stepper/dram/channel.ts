/**
 * One DRAM channel and its controller, a cycle at a time. In a cycle: refreshes fall due; one command goes out (one a
 * command bus) if every command before it allows; at most one request is taken from the DMA streams, which take turns.
 * A place that a request leaves in a full queue is free from the next cycle on. A read of a burst that waits to be written
 * is answered by the write queue, a write to it is merged into it; a write waits for an older read of its burst.
 *
 * Units: cycles of the command clock, burst indices within the channel.
 * NOT MODELLED: what the simulator's controller leaves out (pipeline and PHY latency, power-down, ECC, auto-precharge).
 */
import type { Component } from '../component.ts';
import { Banks } from './banks.ts';
import { dataCycles, type CommandName, type SteppedDevice, type SteppedPolicy } from './device.ts';
import type { Layout } from './layout.ts';
import { RefreshTimers } from './refresh.ts';
import { TimingRules, type PastCommand } from './rules.ts';
import { candidates, servesWrites, type Candidate, type Request } from './scheduler.ts';
import type { RequestStream } from './transfer.ts';

/** What has happened in a channel before the current cycle. */
export interface ChannelCounts {
  readonly sent: Record<CommandName, number>;
  rowHits: number;
  merged: number;
  forwarded: number;
  /** Rank-cycles with any bank open. */
  activeCycles: number;
  /** Sum over reads of the cycles from acceptance to the last data. */
  readLatency: number;
}

/** Sees every request that is taken. */
export type AcceptObserver = (cycle: number, channel: number, write: boolean, burst: number) => void;

/** What one DMA stream has still to send here: transfer by transfer, burst by burst. */
interface Position {
  transfer: number;
  burst: number;
}

export class SteppedChannel implements Component {
  readonly counts: ChannelCounts = {
    sent: { ACT: 0, PRE: 0, PREA: 0, RD: 0, WR: 0, REF: 0, REFPB: 0 },
    rowHits: 0,
    merged: 0,
    forwarded: 0,
    activeCycles: 0,
    readLatency: 0,
  };
  /** Visible: whether a write waits, or its data are on the bus; whether anything waits or is on the bus. */
  writesBusy = false;
  busy = false;

  readonly #index: number;
  readonly #device: SteppedDevice;
  readonly #policy: SteppedPolicy;
  readonly #layout: Layout;
  readonly #streams: readonly RequestStream[];
  readonly #onAccept: AcceptObserver | undefined;
  readonly #rules: TimingRules;
  readonly #banks: Banks;
  readonly #refresh: RefreshTimers;
  readonly #positions: readonly Position[];
  #past: PastCommand[] = [];
  #reads: Request[] = [];
  #writes: Request[] = [];
  #writing = false;
  #turn = 0;
  #order = 0;
  #cycle = 0;
  #lastDataEnd = 0;
  #lastWriteEnd = 0;
  /** Bursts that are done at the end of a later cycle. */
  #underWay: { readonly transfer: number; readonly end: number }[] = [];
  /** Visible: bursts done, by transfer. */
  readonly #done = new Map<number, number>();

  constructor(
    index: number,
    device: SteppedDevice,
    policy: SteppedPolicy,
    layout: Layout,
    streams: readonly RequestStream[],
    onAccept?: AcceptObserver,
  ) {
    this.#index = index;
    this.#device = device;
    this.#policy = policy;
    this.#layout = layout;
    this.#streams = streams;
    this.#onAccept = onAccept;
    this.#rules = new TimingRules(device);
    this.#banks = new Banks(device);
    this.#refresh = new RefreshTimers(device, policy, this.#banks);
    this.#positions = streams.map(() => ({ transfer: 0, burst: 0 }));
  }

  /** Visible: bursts of `transfer` whose data have left the bus (reads) or which have been taken (writes). */
  burstsDone(transfer: number): number {
    return this.#done.get(transfer) ?? 0;
  }

  commit(): void {
    for (const { transfer, end } of this.#underWay) {
      if (end === this.#cycle) this.#done.set(transfer, (this.#done.get(transfer) ?? 0) + 1);
    }
    this.#underWay = this.#underWay.filter(({ end }) => end > this.#cycle);
    this.writesBusy = this.#writes.length > 0 || this.#cycle < this.#lastWriteEnd;
    this.busy = this.writesBusy || this.#reads.length > 0 || this.#cycle < this.#lastDataEnd;
  }

  evaluate(): void {
    this.#refresh.tick();
    const readRoom = this.#reads.length < this.#policy.readQueue;
    const writeRoom = this.#writes.length < this.#policy.writeQueue;
    while (this.#sendOne()) {
      // With a bus of their own, a column command may go beside a row command.
    }
    this.#takeOne(readRoom, writeRoom);
    for (let rank = 0; rank < this.#banks.ranks; rank++) {
      if (this.#banks.isAnyOpen(rank)) this.counts.activeCycles++;
    }
    this.#cycle++;
  }

  /** Sends the best command that may go in this cycle, if there is one. */
  #sendOne(): boolean {
    this.#writing = servesWrites(this.#writing, this.#reads, this.#writes, this.#policy);
    const wanted = candidates(
      this.#reads,
      this.#writes,
      this.#writing,
      this.#banks,
      this.#refresh,
      this.#policy,
    );
    const chosen = wanted.find(({ name, bank }) => this.#rules.allows(this.#past, name, bank, this.#cycle));
    if (chosen === undefined) return false;
    this.#send(chosen);
    return true;
  }

  #send({ name, bank, request }: Candidate): void {
    const cycle = this.#cycle;
    this.#past = this.#past.filter((past) => cycle - past.cycle <= this.#rules.horizon);
    this.#past.push({ cycle, name, bank });
    this.counts.sent[name]++;
    if (name === 'RD' || name === 'WR') this.#sendColumn(name, bank, request!);
    if (name === 'REF' || name === 'REFPB') this.#refresh.done(this.#banks.rankOf(bank));
    this.#banks.apply(name, bank, request?.row ?? -1);
  }

  #sendColumn(name: 'RD' | 'WR', bank: number, request: Request): void {
    if (this.#banks.served[bank]! > 0) this.counts.rowHits++;
    const end = this.#cycle + dataCycles(this.#device, name);
    this.#lastDataEnd = Math.max(this.#lastDataEnd, end);
    if (name === 'RD') {
      this.#reads = this.#reads.filter((waiting) => waiting !== request);
      this.#underWay.push({ transfer: request.transfer, end });
      this.counts.readLatency += end - request.arrival;
    } else {
      this.#writes = this.#writes.filter((waiting) => waiting !== request);
      this.#lastWriteEnd = end;
    }
  }

  /** Takes the request of the first stream, from the one whose turn it is, that has one and may send it. */
  #takeOne(readRoom: boolean, writeRoom: boolean): void {
    for (let i = 0; i < this.#streams.length; i++) {
      const stream = (this.#turn + i) % this.#streams.length;
      const next = this.#nextOf(stream);
      if (next === null || !(next.write ? writeRoom : readRoom)) continue;
      if (next.write && this.#reads.some(({ burst }) => burst === next.burst)) continue;
      this.#take(next.transfer, next.write, next.burst);
      this.#positions[stream]!.burst++;
      this.#turn = (stream + 1) % this.#streams.length;
      return;
    }
  }

  /** The next burst that a stream has for this channel, or null. */
  #nextOf(stream: number): { transfer: number; write: boolean; burst: number } | null {
    const position = this.#positions[stream]!;
    const { issued } = this.#streams[stream]!;
    while (position.transfer < issued.length) {
      const { id, write, bursts } = issued[position.transfer]!;
      const burst = bursts[this.#index]![position.burst];
      if (burst !== undefined) return { transfer: id, write, burst };
      position.transfer++;
      position.burst = 0;
    }
    return null;
  }

  #take(transfer: number, write: boolean, burst: number): void {
    const arrival = this.#cycle;
    this.#onAccept?.(arrival, this.#index, write, burst);
    const written = this.#writes.some((waiting) => waiting.burst === burst);
    if (write || written) this.#underWay.push({ transfer, end: arrival + 1 });
    if (written) {
      if (write) this.counts.merged++;
      else {
        this.counts.forwarded++;
        this.counts.readLatency++;
      }
      return;
    }
    const request = { burst, ...this.#layout.locate(burst), transfer, order: this.#order++, arrival };
    (write ? this.#writes : this.#reads).push(request);
  }
}
