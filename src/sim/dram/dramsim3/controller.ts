/**
 * A controller that behaves as DRAMsim3's does (commit 2981759, default configurations), command by command, so that
 * agreement can be tested. It knows the next cycle in which anything can happen; those between need not be stepped.
 *
 * In a cycle: a refresh falls due; one command goes out (with a column bus of its own, a second one of the other kind);
 * one transaction moves into its bank's command queue. A request is accepted after that and counts from the next cycle.
 *
 * Units: cycles. NOT MODELLED: power-down and self-refresh, which its default configurations don't use either.
 */
import { TritsimError } from '../../../errors/error.ts';
import { AddressMap } from '../address.ts';
import { BankState } from '../bank-state.ts';
import { ACT, PRE, RD, REF, WR } from '../commands.ts';
import type { CommandObserver } from '../controller.ts';
import type { DramDevice } from '../device.ts';
import { ReadLatency } from '../latency.ts';
import { NONE, RequestPool } from '../parity/request-pool.ts';
import { TreeTiming } from '../parity/timing.ts';
import { dataEnd } from '../timing.ts';
import { BANK_COMMANDS, BankQueues } from './bank-queues.ts';
import { gapsOf } from './gaps.ts';
import { TransactionQueue } from './transaction-queue.ts';

/** Entries of the read queue and of the write queue. */
const TRANSACTIONS = 32;
/** More writes than this are drained when there is nothing else to do. */
const IDLE_WRITES = 8;

export class Dramsim3Controller {
  readonly sent = new Float64Array(8);
  readonly state: BankState;
  readonly latency = new ReadLatency();
  rowHits = 0;
  merged = 0;
  forwarded = 0;
  lastDataEnd = 0;

  readonly #map: AddressMap;
  readonly #timing: TreeTiming;
  readonly #readEnd: number;
  readonly #writeEnd: number;
  readonly #dual: boolean;
  readonly #banksPerRank: number;
  readonly #refreshInterval: number;
  readonly #onCommand: CommandObserver | undefined;
  readonly #requests: RequestPool;
  readonly #queues: BankQueues;
  readonly #reads: TransactionQueue;
  readonly #writes: TransactionQueue;
  /** By slot: arrivals of further reads of a waiting read's address. */
  readonly #alike: number[][];
  /** Ranks that wait for their refresh; the first one's banks are `#heldFrom` up to `#heldTo`, which send nothing else. */
  readonly #refreshes: number[] = [];
  #heldFrom = 0;
  #heldTo = 0;
  #nextRefresh: number;
  #nextRank = 0;
  /** Bank of the last command; the search goes on from the one after. */
  #visited = 0;
  /** Transactions of a write drain that are still to be moved. */
  #draining = 0;
  /** Requests in bank queues. */
  #queued = 0;
  /** No command can go before this cycle unless something changes. */
  #quietUntil = 0;
  /** In the search of this cycle, the first later cycle at which a command that was looked at may go. */
  #soonest = Infinity;

  constructor(device: DramDevice, mapping: string, onCommand?: CommandObserver) {
    const { ranks } = device.organisation;
    this.#map = new AddressMap(device.organisation, mapping);
    this.#timing = new TreeTiming(device.organisation, gapsOf(device));
    const { banks } = this.#timing;
    const end = dataEnd(device);
    this.#readEnd = end.read;
    this.#writeEnd = end.write;
    this.#dual = device.command.separateColumnBus;
    this.#banksPerRank = banks / ranks;
    this.#refreshInterval = Math.floor(device.timings['tREFI']! / ranks);
    this.#nextRefresh = this.#refreshInterval;
    this.#onCommand = onCommand;
    this.state = new BankState(ranks, banks);
    const capacity = 2 * TRANSACTIONS + banks * BANK_COMMANDS;
    this.#requests = new RequestPool(capacity);
    this.#alike = Array.from({ length: capacity }, () => []);
    this.#queues = new BankQueues(this.#requests, this.#timing, this.state);
    this.#reads = new TransactionQueue(TRANSACTIONS, banks);
    this.#writes = new TransactionQueue(TRANSACTIONS, banks);
  }

  /** Whether nothing will be sent any more, refreshes apart: a few writes may stay behind. */
  get finished(): boolean {
    return this.#reads.length + this.#queued + this.#draining === 0 && this.#writes.length <= IDLE_WRITES;
  }

  get writesLeft(): number {
    return this.#writes.length;
  }

  /** From `cycle` on, the first cycle in which anything can happen without a new request. */
  nextEvent(cycle: number): number {
    if ((this.#drains() ? this.#writes : this.#reads).movable > 0) return cycle;
    const next = this.#quietUntil < this.#nextRefresh ? this.#quietUntil : this.#nextRefresh;
    return next > cycle ? next : cycle;
  }

  hasRoom(write: boolean): boolean {
    return (write ? this.#writes : this.#reads).length < TRANSACTIONS;
  }

  /** Takes a request that counts from cycle `arrival` on. */
  accept(arrival: number, write: boolean, address: number, burst: number): void {
    const requests = this.#requests;
    if (requests.find(true, address, burst) !== NONE) {
      if (write) this.merged++;
      else {
        this.forwarded++;
        this.latency.add(1);
        this.lastDataEnd = Math.max(this.lastDataEnd, arrival + 1);
      }
      return;
    }
    if (!write) {
      const same = requests.find(false, address, burst);
      if (same !== NONE) {
        this.#alike[same]!.push(arrival);
        this.merged++;
        return;
      }
    }
    this.#map.locate(burst);
    const { bank } = this.#map;
    const slot = requests.take(write, address, burst, bank, this.#map.row, arrival);
    requests.list(slot);
    (write ? this.#writes : this.#reads).push(slot, bank);
  }

  /** Does what happens in `cycle`; cycles are given in ascending order, none that `nextEvent` names left out. */
  step(cycle: number): void {
    if (cycle === this.#nextRefresh) {
      this.#nextRefresh += this.#refreshInterval;
      this.#refreshes.push(this.#nextRank);
      this.#nextRank = (this.#nextRank + 1) % this.state.open.length;
      this.#hold();
    }
    this.#queues.wheel.advance(cycle);
    if (cycle >= this.#quietUntil) this.#issue(cycle);
    this.#moveTransaction(cycle);
  }

  #hold(): void {
    const banks = this.#refreshes.length === 0 ? 0 : this.#banksPerRank;
    this.#heldFrom = (this.#refreshes[0] ?? 0) * banks;
    this.#heldTo = this.#heldFrom + banks;
    this.#queues.wheel.hold(this.#heldFrom, this.#heldTo);
    this.#quietUntil = 0;
  }

  #issue(cycle: number): void {
    this.#soonest = Infinity;
    let first = this.#heldFrom === this.#heldTo ? NONE : this.#refresh(cycle);
    if (first === NONE) first = this.#sendNext(cycle, NONE);
    if (first !== NONE && this.#dual) this.#sendNext(cycle, first);
    const refreshing = this.#heldFrom !== this.#heldTo;
    if (this.#queues.wheel.anyAwake || (first !== NONE && refreshing)) this.#quietUntil = cycle + 1;
    else this.#quietUntil = Math.min(this.#soonest, this.#queues.wheel.next(cycle + 1));
  }

  /** For the refresh that has waited longest: PRE of the first open bank that may be closed, or REF when all are ready. */
  #refresh(cycle: number): number {
    const first = this.#heldFrom;
    const rank = this.#refreshes[0]!;
    for (let bank = first; bank < this.#heldTo; bank++) {
      if (this.state.row[bank]! >= 0 && this.#isReady(PRE, bank, cycle))
        return this.#send(cycle, PRE, bank, NONE);
    }
    if (this.state.open[rank]! > 0 || !this.#isReady(REF, first, cycle)) return NONE;
    this.#refreshes.shift();
    this.#hold();
    return this.#send(cycle, REF, first, NONE);
  }

  /** Whether the command may go in `cycle`; if not, takes note of when it may. */
  #isReady(command: number, bank: number, cycle: number): boolean {
    const earliest = this.#timing.earliest(command, bank);
    if (earliest > cycle && earliest < this.#soonest) this.#soonest = earliest;
    return earliest <= cycle;
  }

  /**
   * Round robin over bank queues from the one after the last visited; in a queue the first command that is ready. As the
   * second command of a cycle it is dropped where it is of the first one's kind, row or column.
   */
  #sendNext(cycle: number, first: number): number {
    const queues = this.#queues;
    const bank = queues.pick(this.#visited + 1 === this.state.row.length ? 0 : this.#visited + 1, cycle);
    if (bank === NONE) return NONE;
    const { command } = queues;
    this.#visited = bank;
    if (first !== NONE && isColumn(first) === isColumn(command)) return NONE;
    return this.#send(cycle, command, bank, queues.position);
  }

  /** `position` in the bank's queue, or NONE for what a refresh needs. Returns the command. */
  #send(cycle: number, command: number, bank: number, position: number): number {
    const rank = this.#timing.rankOf[bank]!;
    const queues = this.#queues;
    const slot = position === NONE ? NONE : queues.slotAt(bank, position);
    this.#timing.send(command, bank, cycle);
    this.sent[command]!++;
    if (command === ACT) this.state.activate(rank, bank, this.#requests.row[slot]!, cycle);
    else if (command === PRE) this.state.precharge(rank, bank, cycle);
    else if (command !== REF) {
      if (queues.length[bank] === BANK_COMMANDS) {
        this.#reads.unblock(bank);
        this.#writes.unblock(bank);
      }
      queues.removeAt(bank, position);
      this.#finish(cycle, command === WR, bank, slot);
    }
    queues.update(bank, cycle);
    this.#onCommand?.(
      cycle,
      command,
      bank,
      this.state.row[bank]!,
      slot === NONE ? -1 : this.#requests.burst[slot]!,
    );
    return command;
  }

  #finish(cycle: number, write: boolean, bank: number, slot: number): void {
    if (this.state.served[bank]!++ > 0) this.rowHits++;
    this.#queued--;
    const end = cycle + (write ? this.#writeEnd : this.#readEnd);
    if (end > this.lastDataEnd) this.lastDataEnd = end;
    const requests = this.#requests;
    requests.unlist(slot);
    requests.release(slot);
    if (write) return;
    this.latency.add(end - requests.arrival[slot]!);
    const alike = this.#alike[slot]!;
    if (alike.length === 0) return;
    for (const arrival of alike) this.latency.add(end - arrival);
    alike.length = 0;
  }

  /** Whether writes are moved rather than reads, now or from the next cycle on. */
  #drains(): boolean {
    const { length } = this.#writes;
    return this.#draining > 0 || length >= TRANSACTIONS || (this.#queued === 0 && length > IDLE_WRITES);
  }

  /** The oldest transaction whose bank queue has room, of the writes during a drain, else of the reads. */
  #moveTransaction(cycle: number): void {
    const write = this.#drains();
    if (write && this.#draining === 0) this.#draining = this.#writes.length;
    const queue = write ? this.#writes : this.#reads;
    if (queue.movable === 0) return;
    const requests = this.#requests;
    const at = queue.firstMovable(requests.bank);
    const slot = queue.slotAt(at);
    const bank = requests.bank[slot]!;
    if (write) {
      if (requests.find(false, requests.address[slot]!, requests.burst[slot]!) !== NONE) {
        this.#draining = 0;
        if (this.#queued === 0 && this.#drains()) throw livelock(cycle, requests.address[slot]!);
        return;
      }
      this.#draining--;
    }
    queue.removeAt(at, bank);
    const changed = this.#queues.push(bank, slot);
    this.#queued++;
    if (this.#queues.length[bank] === BANK_COMMANDS) {
      this.#reads.block(bank);
      this.#writes.block(bank);
    }
    if (!changed) return;
    const ready = this.#queues.update(bank, cycle);
    if (ready < this.#quietUntil) this.#quietUntil = ready;
  }
}

function isColumn(command: number): boolean {
  return command === RD || command === WR;
}

/** Nothing is left in the bank queues, the oldest write waits for a read, and reads are not moved while so many writes wait. */
function livelock(cycle: number, address: number): TritsimError {
  return new TritsimError(
    'DRAM_LIVELOCK',
    'DRAMsim3 never gets past this: a write drain waits for a read that waits for its end',
    {
      place: `cycle ${cycle}`,
      found: `a write to 0x${address.toString(16)} with an older read of it still in the read queue`,
      hint: 'policy dramsim3 cannot run this trace; policies default and ramulator2 can',
    },
  );
}
