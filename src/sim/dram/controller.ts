/**
 * The memory controller of one channel: two bounded queues, a scheduler, row state, refresh. Event-driven: it goes from command
 * to command by the table of next-allowed cycles and never steps an empty cycle; nothing is allocated for a request.
 *
 * What happens in a cycle:
 *   1. a refresh that falls due holds back its rank (or bank);
 *   2. one command goes out (where column commands have a bus of their own, one on each), chosen by `fr-fcfs.ts` among the
 *      requests accepted in earlier cycles;
 *   3. at most one request is accepted (by the caller). A place in a full queue that is freed in 2 can be taken from the next
 *      cycle on. A read of a burst that waits to be written is answered by the queue, one cycle after; a write to it is merged.
 *
 * Units: cycles of the command clock, burst indices within the channel. Timing rows: constraints.ts.
 * NOT MODELLED: latency of controller pipeline and PHY, power-down, ECC, auto-precharge, write data masks.
 */
import type { AddressMap } from './address.ts';
import { BankState } from './bank-state.ts';
import { ACT, PRE, PREA, RD, WR } from './commands.ts';
import { burstCycles, type DramDevice } from './device.ts';
import { FrFcfs } from './fr-fcfs.ts';
import { ReadLatency } from './latency.ts';
import { HitPipe } from './hit-pipe.ts';
import type { RunLog } from './reuse/run-log.ts';
import type { ControllerPolicy } from './policy.ts';
import { RequestQueue, WANTS_ACT, WANTS_PRE } from './queue.ts';
import { Refresh } from './refresh.ts';
import { BankTiming, dataEnd } from './timing.ts';

// Names of this file's own: an import is looked up each time that it is used, a constant of the file is not.
const ACTIVATE = ACT;
const PRECHARGE = PRE;
const PRECHARGE_ALL = PREA;
const READ = RD;
const WRITE = WR;

/** Sees every command: a rank-wide one with the first bank of its rank; `row` and `burst` are −1 where there is none. */
export type CommandObserver = (
  cycle: number,
  command: number,
  bank: number,
  row: number,
  burst: number,
) => void;
/** Sees every refresh command as it is sent: REF with the first bank of its rank, or REFPB. */
export type RefreshObserver = (cycle: number, command: number, bank: number) => void;
/** Told that queued reads with a tag have been sent, and when the data of the last will have left the bus. */
export type ReadObserver = (tag: number, endCycle: number, reads: number) => void;

export class Controller {
  /** Every cycle before this one has been simulated. */
  now = 0;
  /** Commands sent, by number. */
  readonly sent = new Float64Array(8);
  /** Column commands that were the first of their activation. */
  rowMisses = 0;
  merged = 0;
  forwarded = 0;
  /** Cycle by which the last data of the reads and of the writes sent so far have left the bus. */
  lastReadEnd = 0;
  lastWriteEnd = 0;
  readonly reads: RequestQueue;
  readonly writes: RequestQueue;
  readonly state: BankState;
  readonly latency = new ReadLatency();
  /** Writes that are never sent: none. */
  readonly writesLeft = 0;
  /** First cycle at which a request can be accepted after the queue was last full. */
  readRoomFrom = 0;
  writeRoomFrom = 0;
  /** Cycles of a burst on the data bus; from a RD to the end of its data; from a WR. */
  readonly burstCycles: number = 0;
  readonly readCycles: number = 0;
  readonly writeCycles: number = 0;
  readonly map: AddressMap;
  readonly timing: BankTiming;
  readonly refresh: Refresh;
  readonly onRead: ReadObserver;
  readonly onRefresh: RefreshObserver | undefined;
  /** Where reads and refreshes are noted as they are sent, while a run is recorded. */
  log: RunLog | null = null;
  readonly pipe: HitPipe;

  readonly #scheduler: FrFcfs;
  readonly onSent: CommandObserver | undefined;
  /** Whether the scheduler's choice still stands. */
  #chosen = false;
  /** Requests accepted into a queue so far. */
  accepted = 0;

  constructor(
    device: DramDevice,
    map: AddressMap,
    policy: ControllerPolicy,
    onRead: ReadObserver,
    onCommand?: CommandObserver,
    onRefresh?: RefreshObserver,
  ) {
    const timing = new BankTiming(device);
    const banks = timing.rankOf.length;
    this.map = map;
    this.timing = timing;
    this.refresh = new Refresh(device, policy.refresh, policy.refreshStagger);
    this.state = new BankState(device.organisation.ranks, banks);
    this.reads = new RequestQueue(policy.readQueue, this.state, timing, RD, policy.rowHitCap);
    this.writes = new RequestQueue(policy.writeQueue, this.state, timing, WR, policy.rowHitCap);
    this.#scheduler = new FrFcfs(this.reads, this.writes, this.state, timing, this.refresh, policy);
    this.burstCycles = burstCycles(device);
    const end = dataEnd(device);
    this.readCycles = end.read;
    this.writeCycles = end.write;
    this.onRead = onRead;
    this.onSent = onCommand;
    this.onRefresh = onRefresh;
    this.pipe = new HitPipe(this, this.#scheduler);
  }

  /** Cycle by which the last data of anything sent so far have left the bus. */
  get lastDataEnd(): number {
    return Math.max(this.lastReadEnd, this.lastWriteEnd);
  }

  /** Reads and writes that are not the first column command of their activation. */
  get rowHits(): number {
    return this.sent[RD]! + this.sent[WR]! - this.rowMisses;
  }

  /** Requests that wait for their column command. */
  get waiting(): number {
    return this.reads.size + this.writes.size;
  }

  /** Whether a write to `burst` would have to wait because a queued read has still to fetch the old data. */
  mustFollowRead(burst: number): boolean {
    if (!this.reads.mayHold(burst)) return false;
    this.map.locate(burst);
    return this.reads.holds(this.map.bank, burst);
  }

  /**
   * Accepts a request in `cycle`, the last one simulated; its queue has room. Returns true when it waits in a queue; false when
   * a write was merged or a read answered from the write queue, with its data at `cycle` + 1.
   */
  accept(cycle: number, write: boolean, burst: number, tag: number): boolean {
    this.map.locate(burst);
    const { bank, row } = this.map;
    if (this.writes.size > 0 && this.writes.holds(bank, burst)) {
      if (write) this.merged++;
      else {
        this.forwarded++;
        this.latency.add(1);
      }
      return false;
    }
    const queue = write ? this.writes : this.reads;
    const entry = queue.add(bank, row, burst, tag, this.accepted++, cycle);
    if (this.#chosen) this.#chosen = this.#scheduler.noteNew(write, bank, entry, this.now);
    return true;
  }

  /**
   * Simulates all cycles before `until` and returns false. With `stopAtColumn` it returns true, `now` at that cycle, as
   * soon as a RD or WR has been sent, since a queue may have room again.
   */
  run(until: number, stopAtColumn: boolean): boolean {
    while (this.step(until)) {
      const { command } = this.#scheduler;
      if (stopAtColumn && (command === READ || command === WRITE)) return true;
    }
    return false;
  }

  /** Simulates all cycles before `until` and returns false, or until a command has been sent, `now` at that cycle, and returns true. */
  step(until: number): boolean {
    const scheduler = this.#scheduler;
    const refresh = this.refresh;
    for (;;) {
      if (!this.#chosen) {
        scheduler.choose(this.now);
        this.#chosen = true;
      }
      const cycle = scheduler.cycle;
      if (refresh.nextDue <= cycle && refresh.nextDue < until) {
        if (refresh.nextDue > this.now) this.now = refresh.nextDue;
        refresh.holdDue();
        this.#chosen = false;
        continue;
      }
      if (cycle >= until) {
        if (until > this.now) this.now = until;
        return false;
      }
      this.now = cycle;
      this.#send(scheduler.command, scheduler.bank, scheduler.entry);
      return true;
    }
  }

  /** Whether reads are being served and the waiting writes cannot change that while reads keep waiting. */
  get readsGoOn(): boolean {
    return this.#scheduler.readsGoOn;
  }

  /** Whether every waiting request is a read of an open row, one cycle holds one of them at most, and no refresh is due. */
  get hasOnlyHits(): boolean {
    if (this.reads.isWanted(WANTS_ACT) || this.reads.isWanted(WANTS_PRE) || this.writes.size > 0)
      return false;
    return this.burstCycles > 1 && this.#scheduler.keepsServing(false);
  }

  /** Column commands of that kind have been sent, the last one at `cycle`, and requests that change nothing accepted up to a cycle later. */
  piped(write: boolean, sent: number, cycle: number): void {
    this.sent[write ? WRITE : READ]! += sent;
    if (write) this.lastWriteEnd = cycle + this.writeCycles;
    else this.lastReadEnd = cycle + this.readCycles;
    this.now = cycle;
    this.#chosen = false;
    this.run(cycle + 2, false);
  }

  /** A queue that was full has a place that can be taken from `cycle` on. */
  hasRoom(write: boolean, cycle: number): void {
    if (write) this.writeRoomFrom = cycle;
    else this.readRoomFrom = cycle;
  }

  /** Goes on at `now` after the state of queues, banks, timing and refresh has been set from outside. */
  resume(now: number): void {
    this.now = now;
    this.#chosen = false;
    this.reads.soonest.fill(0);
    this.writes.soonest.fill(0);
  }

  /** Sends in cycle `now`; that is no parameter, since a number that may be large is boxed as one. */
  #send(command: number, bank: number, entry: number): void {
    const { state, now: cycle } = this;
    const rank = this.timing.rankOf[bank]!;
    this.timing.send(command, bank, cycle);
    this.sent[command]!++;
    this.#chosen = false;
    let burst = -1;
    if (command === READ) burst = this.#sendRead(bank, entry);
    else if (command === WRITE) burst = this.#sendWrite(bank, entry);
    else if (command === ACTIVATE) {
      const row = (this.#scheduler.drain.writing ? this.writes : this.reads).rowOf(entry);
      state.activate(rank, bank, row, cycle);
      this.#rowChanged(bank);
    } else if (command === PRECHARGE) {
      state.precharge(rank, bank, cycle);
      this.#rowChanged(bank);
    } else if (command === PRECHARGE_ALL) {
      for (let b = bank; b < bank + this.timing.banksPerRank; b++) {
        if (state.row[b]! < 0) continue;
        state.precharge(rank, b, cycle);
        this.#rowChanged(b);
      }
    } else {
      this.refresh.done(rank);
      this.log?.noteRefresh(cycle, command, bank);
      this.onRefresh?.(cycle, command, bank);
    }
    this.onSent?.(cycle, command, bank, state.row[bank]!, burst);
  }

  #sendRead(bank: number, entry: number): number {
    const { reads: queue, now: cycle } = this;
    if (this.state.served[bank]!++ === 0) this.rowMisses++;
    if (queue.size === queue.capacity) this.readRoomFrom = cycle + 1;
    queue.removeHit(entry, bank);
    if (this.writes.size > 0) this.writes.rowServed(bank);
    const end = cycle + this.readCycles;
    const arrival = queue.arrivalOf(entry);
    this.lastReadEnd = end;
    this.latency.add(end - arrival);
    this.log?.noteRead(queue.orderOf(entry), arrival, end, queue.size);
    this.onRead(queue.tagOf(entry), end, 1);
    return queue.burstOf(entry);
  }

  #sendWrite(bank: number, entry: number): number {
    const { writes: queue, now: cycle } = this;
    if (this.state.served[bank]!++ === 0) this.rowMisses++;
    if (queue.size === queue.capacity) this.writeRoomFrom = cycle + 1;
    queue.removeHit(entry, bank);
    if (this.reads.size > 0) this.reads.rowServed(bank);
    this.lastWriteEnd = cycle + this.writeCycles;
    return queue.burstOf(entry);
  }

  #rowChanged(bank: number): void {
    if (this.reads.size > 0) this.reads.rowChanged(bank);
    if (this.writes.size > 0) this.writes.rowChanged(bank);
  }
}
