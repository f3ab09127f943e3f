/**
 * A controller that behaves as DRAMsim3's does (commit 2981759, default configurations), command by command, so that
 * agreement can be tested. Stepped cycle by cycle; cycles in which nothing can happen are passed over.
 *
 * In a cycle: a refresh falls due; one command goes out (with a column bus of its own, a second one of the other kind);
 * one transaction moves into its bank's command queue. A request is accepted after that and counts from the next cycle.
 *
 * Units: cycles. NOT MODELLED: power-down and self-refresh, which its default configurations don't use either.
 */
import { AddressMap } from '../address.ts';
import { BankState } from '../bank-state.ts';
import { ACT, PRE, RD, REF, WR } from '../commands.ts';
import type { CommandObserver } from '../controller.ts';
import type { DramDevice } from '../device.ts';
import { ReadLatency } from '../latency.ts';
import { BankTiming, dataEnd } from '../timing.ts';

/** Entries of the read queue, of the write queue, of a bank's command queue. */
const TRANSACTIONS = 32;
const BANK_COMMANDS = 8;
/** More writes than this are drained when there is nothing else to do. */
const IDLE_WRITES = 8;
/** Column commands of an open row after which a conflict at the queue's head may close it. */
const ROW_HIT_CAP = 4;

interface Request {
  readonly write: boolean;
  readonly address: number;
  readonly burst: number;
  readonly bank: number;
  readonly row: number;
}

interface Chosen {
  readonly command: number;
  readonly bank: number;
  readonly row: number;
  readonly request: Request | null;
}

export class Dramsim3Controller {
  readonly sent = new Float64Array(8);
  readonly state: BankState;
  readonly latency = new ReadLatency();
  rowHits = 0;
  merged = 0;
  forwarded = 0;
  lastDataEnd = 0;

  readonly #map: AddressMap;
  readonly #timing: BankTiming;
  readonly #end: { readonly read: number; readonly write: number };
  readonly #dual: boolean;
  readonly #ranks: number;
  readonly #refreshInterval: number;
  readonly #onCommand: CommandObserver | undefined;
  readonly #reads: Request[] = [];
  readonly #writes: Request[] = [];
  /** By bank. */
  readonly #queues: Request[][];
  /** Arrivals of reads that wait, by address; addresses of writes that wait. */
  readonly #pendingReads = new Map<number, number[]>();
  readonly #pendingWrites = new Set<number>();
  readonly #refreshes: number[] = [];
  #nextRank = 0;
  #visited = 0;
  #draining = 0;
  #queued = 0;
  /** No command can go before this cycle unless something changes. */
  #quietUntil = 0;
  /** In the search of this cycle, the first later cycle at which a command that was looked at may go. */
  #soonest = Infinity;
  /** Whether no transaction can move until a request arrives or a column command goes. */
  #stuck = false;

  constructor(device: DramDevice, mapping: string, onCommand?: CommandObserver) {
    const { ranks } = device.organisation;
    this.#map = new AddressMap(device.organisation, mapping);
    this.#timing = new BankTiming(device, false);
    this.#end = dataEnd(device);
    this.#dual = device.command.separateColumnBus;
    this.#ranks = ranks;
    this.#refreshInterval = Math.floor(device.timings['tREFI']! / ranks);
    this.#onCommand = onCommand;
    this.#queues = Array.from(this.#timing.rankOf, () => []);
    this.state = new BankState(ranks, this.#queues.length);
  }

  /** Whether nothing will be sent any more, refreshes apart: a few writes may stay behind. */
  get finished(): boolean {
    const { length } = this.#writes;
    return this.#reads.length + this.#queued + this.#draining === 0 && length <= IDLE_WRITES;
  }

  get writesLeft(): number {
    return this.#writes.length;
  }

  /** From `cycle` on, the first cycle in which anything can happen without a new request. */
  nextEvent(cycle: number): number {
    if (!this.#stuck) return cycle;
    const refresh = Math.ceil(Math.max(cycle, 1) / this.#refreshInterval) * this.#refreshInterval;
    return Math.min(refresh, Math.max(cycle, this.#quietUntil));
  }

  hasRoom(write: boolean): boolean {
    return (write ? this.#writes : this.#reads).length < TRANSACTIONS;
  }

  /** Takes a request that counts from cycle `arrival` on. */
  accept(arrival: number, write: boolean, address: number, burst: number): void {
    if (this.#pendingWrites.has(address)) {
      if (write) this.merged++;
      else {
        this.forwarded++;
        this.latency.add(1);
        this.lastDataEnd = Math.max(this.lastDataEnd, arrival + 1);
      }
      return;
    }
    this.#stuck = false;
    this.#map.locate(burst);
    const request = { write, address, burst, bank: this.#map.bank, row: this.#map.row };
    if (write) {
      this.#pendingWrites.add(address);
      this.#writes.push(request);
      return;
    }
    const same = this.#pendingReads.get(address);
    if (same !== undefined) {
      same.push(arrival);
      this.merged++;
      return;
    }
    this.#pendingReads.set(address, [arrival]);
    this.#reads.push(request);
  }

  step(cycle: number): void {
    if (cycle > 0 && cycle % this.#refreshInterval === 0) {
      this.#refreshes.push(this.#nextRank);
      this.#nextRank = (this.#nextRank + 1) % this.#ranks;
      this.#quietUntil = 0;
    }
    if (cycle >= this.#quietUntil) this.#issue(cycle);
    this.#moveTransaction();
  }

  #issue(cycle: number): void {
    this.#soonest = Infinity;
    const first = this.#refreshCommand(cycle) ?? this.#nextCommand(cycle);
    if (first === null) {
      this.#quietUntil = this.#soonest;
      return;
    }
    this.#send(cycle, first);
    if (!this.#dual) return;
    const second = this.#nextCommand(cycle);
    if (second !== null && isColumn(second.command) !== isColumn(first.command)) this.#send(cycle, second);
  }

  /** For the refresh that has waited longest: PRE of the first open bank that may be closed, or REF when all are ready. */
  #refreshCommand(cycle: number): Chosen | null {
    const rank = this.#refreshes[0];
    if (rank === undefined) return null;
    const first = rank * this.#timing.banksPerRank;
    for (let bank = first; bank < first + this.#timing.banksPerRank; bank++) {
      if (this.state.row[bank]! >= 0 && this.#isReady(PRE, bank, cycle)) {
        return { command: PRE, bank, row: -1, request: null };
      }
    }
    if (this.state.open[rank]! > 0 || !this.#isReady(REF, first, cycle)) return null;
    return { command: REF, bank: first, row: -1, request: null };
  }

  /** Round robin over bank queues from the one after the last visited; in a queue the first command that is ready. */
  #nextCommand(cycle: number): Chosen | null {
    const held = this.#refreshes[0];
    const banks = this.#queues.length;
    if (this.#queued === 0) return null;
    for (let i = 0; i < banks; i++) {
      this.#visited = this.#visited + 1 === banks ? 0 : this.#visited + 1;
      const bank = this.#visited;
      if (this.#queues[bank]!.length === 0 || this.#timing.rankOf[bank] === held) continue;
      const chosen = this.#firstReady(this.#queues[bank]!, bank, cycle);
      if (chosen !== null) return chosen;
    }
    return null;
  }

  #firstReady(queue: readonly Request[], bank: number, cycle: number): Chosen | null {
    for (let i = 0; i < queue.length; i++) {
      const request = queue[i]!;
      const command = this.#needed(request);
      if (!this.#isReady(command, bank, cycle)) continue;
      if (command === PRE && !(i === 0 && this.#mayClose(queue, bank))) continue;
      if (command === WR && followsRead(queue, i)) continue;
      return { command, bank, row: request.row, request };
    }
    return null;
  }

  #needed(request: Request): number {
    const open = this.state.row[request.bank]!;
    if (open < 0) return ACT;
    if (open !== request.row) return PRE;
    return request.write ? WR : RD;
  }

  #mayClose(queue: readonly Request[], bank: number): boolean {
    const open = this.state.row[bank]!;
    return this.state.served[bank]! >= ROW_HIT_CAP || !queue.some(({ row }) => row === open);
  }

  /** Whether the command may go in `cycle`; if not, takes note of when it may. */
  #isReady(command: number, bank: number, cycle: number): boolean {
    const earliest = this.#timing.earliest(command, bank);
    if (earliest <= cycle) return true;
    if (earliest < this.#soonest) this.#soonest = earliest;
    return false;
  }

  #send(cycle: number, { command, bank, row, request }: Chosen): void {
    const rank = this.#timing.rankOf[bank]!;
    this.#timing.send(command, bank, cycle);
    this.sent[command]!++;
    if (command === ACT) this.state.activate(rank, bank, row, cycle);
    else if (command === PRE) this.state.precharge(rank, bank, cycle);
    else if (command === REF) this.#refreshes.shift();
    else this.#finish(cycle, request!);
    this.#onCommand?.(cycle, command, bank, this.state.row[bank]!, request?.burst ?? -1);
  }

  #finish(cycle: number, request: Request): void {
    const { write, address, bank } = request;
    if (this.state.served[bank]!++ > 0) this.rowHits++;
    const queue = this.#queues[bank]!;
    queue.splice(queue.indexOf(request), 1);
    this.#queued--;
    this.#stuck = false;
    const end = cycle + (write ? this.#end.write : this.#end.read);
    this.lastDataEnd = Math.max(this.lastDataEnd, end);
    if (write) {
      this.#pendingWrites.delete(address);
      return;
    }
    for (const arrival of this.#pendingReads.get(address)!) this.latency.add(end - arrival);
    this.#pendingReads.delete(address);
  }

  /** The oldest transaction whose bank queue has room, of the writes during a drain, else of the reads. */
  #moveTransaction(): void {
    const writes = this.#writes.length;
    const idle = this.#queued === 0 && writes > IDLE_WRITES;
    if (this.#draining === 0 && (writes >= TRANSACTIONS || idle)) this.#draining = writes;
    const queue = this.#draining > 0 ? this.#writes : this.#reads;
    let at = 0;
    while (at < queue.length && this.#queues[queue[at]!.bank]!.length >= BANK_COMMANDS) at++;
    this.#stuck = at === queue.length;
    if (this.#stuck) return;
    const request = queue[at]!;
    if (request.write && this.#pendingReads.has(request.address)) {
      this.#draining = 0;
      return;
    }
    if (request.write) this.#draining--;
    queue.splice(at, 1);
    this.#queues[request.bank]!.push(request);
    this.#queued++;
    this.#quietUntil = 0;
  }
}

/** Whether an older entry of the queue reads the burst that entry `at` writes. */
function followsRead(queue: readonly Request[], at: number): boolean {
  for (let i = 0; i < at; i++) if (!queue[i]!.write && queue[i]!.burst === queue[at]!.burst) return true;
  return false;
}

function isColumn(command: number): boolean {
  return command === RD || command === WR;
}
