/**
 * A controller of one channel that behaves as Ramulator 2.1's (commit c5b1c3a), command by command, so that agreement can be
 * tested. What depends on the standard's command bus is in the classes that extend it: `single-bus.ts`, `two-buses.ts`,
 * `split-activate.ts`. Stepped cycle by cycle; cycles in which nothing can happen are passed over.
 *
 * Who goes first in a cycle: requests whose row was opened for them; then the refresh that has waited longest (while any
 * waits, no other request starts anything); then the write buffer in write mode, else the read buffer. In each the oldest
 * request whose next command may go now, whichever command that is. A request accepted in a cycle is seen from the next on.
 *
 * Units: cycles (half clocks for HBM3, as its tick). NOT MODELLED: row policies that close, its plug-ins.
 */
import { AddressMap } from '../address.ts';
import { BankState } from '../bank-state.ts';
import { ACT, PRE, PREA, RD, REF, WR } from '../commands.ts';
import type { CommandObserver } from '../controller.ts';
import { burstCycles, type DramDevice } from '../device.ts';
import { ReadLatency } from '../latency.ts';
import { TreeTiming } from './timing.ts';

/** Entries of the read buffer and of the write buffer. */
const ENTRIES = 32;
/** Write mode starts above the one share of the write buffer, or when no read waits, and ends below the other. */
const WRITES_HIGH = 0.8 * ENTRIES;
const WRITES_LOW = 0.2 * ENTRIES;

export interface Request {
  readonly write: boolean;
  readonly address: number;
  readonly burst: number;
  readonly bank: number;
  readonly row: number;
  /** Cycle of its acceptance. */
  readonly arrival: number;
}

export interface Chosen {
  readonly command: number;
  readonly bank: number;
  /** Null: a refresh. */
  readonly request: Request | null;
}

export interface Ramulator2Options {
  readonly mapping: string;
  /** FRFCFS-RowHit: nobody closes a row that an older request in the same buffer still hits. */
  readonly protectRowHits: boolean;
  readonly onCommand?: CommandObserver | undefined;
}

export abstract class Ramulator2Controller {
  readonly sent = new Float64Array(8);
  readonly state: BankState;
  readonly latency = new ReadLatency();
  rowHits = 0;
  merged = 0;
  forwarded = 0;
  lastDataEnd = 0;
  /** It sends every write. */
  readonly writesLeft = 0;

  protected readonly timing: TreeTiming;
  /** In the search of this cycle, the first later cycle at which a command that was looked at may go. */
  protected soonest = Infinity;
  protected readonly device: DramDevice;
  readonly #map: AddressMap;
  readonly #protectRowHits: boolean;
  readonly #onCommand: CommandObserver | undefined;
  readonly #reads: Request[] = [];
  readonly #writes: Request[] = [];
  /** Requests whose row was opened for them and that wait for their column command; the oldest first. */
  readonly #opened: Request[] = [];
  /** By bank: requests in `#opened`. */
  readonly #openedOf: Int32Array;
  /** By bank: arrival of the oldest request of the buffer being searched that hits the open row. */
  readonly #oldestHit: Float64Array;
  /** Addresses in the write buffer. */
  readonly #written = new Set<number>();
  /** First banks of the ranks that wait for their refresh. */
  readonly #refreshes: number[] = [];
  readonly #refreshInterval: number;
  readonly #end: { readonly read: number; readonly write: number };
  #writeMode = false;
  #quietUntil = 0;

  constructor(device: DramDevice, { mapping, protectRowHits, onCommand }: Ramulator2Options) {
    this.device = device;
    this.timing = new TreeTiming(device);
    this.#map = new AddressMap(device.organisation, mapping);
    this.#protectRowHits = protectRowHits;
    this.#onCommand = onCommand;
    const { timings } = device;
    this.#refreshInterval = timings['tREFI']!;
    const burst = burstCycles(device);
    // Data follow the first cycle of a column command, also where it takes two.
    this.#end = { read: timings['RL']! + burst, write: timings['WL']! + burst };
    this.#openedOf = new Int32Array(this.timing.banks);
    this.#oldestHit = new Float64Array(this.timing.banks);
    this.state = new BankState(device.organisation.ranks, this.timing.banks);
  }

  /** Whether nothing will be sent any more, refreshes apart. */
  get finished(): boolean {
    return this.#reads.length + this.#writes.length + this.#opened.length === 0;
  }

  /** From `cycle` on, the first cycle in which anything can happen without a new request. */
  nextEvent(cycle: number): number {
    const refresh = Math.ceil(cycle / this.#refreshInterval) * this.#refreshInterval;
    return Math.min(refresh, Math.max(cycle, this.#quietUntil));
  }

  /** Takes a request in `cycle`; false where its buffer is full. */
  accept(cycle: number, write: boolean, address: number, burst: number): boolean {
    if (this.#written.has(address)) {
      if (write) this.merged++;
      else {
        this.forwarded++;
        this.latency.add(1);
        this.lastDataEnd = Math.max(this.lastDataEnd, cycle + 1);
      }
      return true;
    }
    const buffer = write ? this.#writes : this.#reads;
    if (buffer.length >= ENTRIES) return false;
    this.#map.locate(burst);
    buffer.push({ write, address, burst, bank: this.#map.bank, row: this.#map.row, arrival: cycle });
    if (write) this.#written.add(address);
    this.#quietUntil = 0;
    return true;
  }

  step(cycle: number): void {
    if (cycle % this.#refreshInterval === 0) {
      const { bankGroups, banksPerGroup } = this.device.organisation;
      for (let rank = 0; rank < this.timing.ranks; rank++) {
        this.#refreshes.push(rank * bankGroups * banksPerGroup);
      }
      this.#quietUntil = 0;
    }
    if (cycle < this.#quietUntil) return;
    this.soonest = Infinity;
    this.#quietUntil = this.issue(cycle) ? cycle + 1 : this.soonest;
  }

  /** Sends what may go in `cycle`; whether anything went. */
  protected abstract issue(cycle: number): boolean;

  /** Whether the command bus and the controller let this command go in `cycle`, its timing apart. */
  protected abstract allows(command: number, bank: number, cycle: number): boolean;

  protected choose(cycle: number): Chosen | null {
    const opened = this.#firstReady(this.#opened, cycle);
    if (opened !== null) return opened;
    if (this.#refreshes.length > 0) return this.#refreshCommand(cycle);
    this.#setWriteMode();
    return this.#firstReady(this.#writeMode ? this.#writes : this.#reads, cycle);
  }

  protected needed({ bank, row, write }: Request): number {
    const open = this.state.row[bank]!;
    if (open < 0) return ACT;
    if (open !== row) return PRE;
    return write ? WR : RD;
  }

  /** Whether the command may go in `cycle`; if not, takes note of when it may. */
  protected isReady(command: number, bank: number, cycle: number): boolean {
    const earliest = this.timing.earliest(command, bank);
    if (earliest > cycle && earliest < this.soonest) this.soonest = earliest;
    return earliest <= cycle;
  }

  protected send(cycle: number, { command, bank, request }: Chosen): void {
    const { state } = this;
    this.timing.send(command, bank, cycle);
    this.sent[command]!++;
    if (command === ACT) {
      state.activate(this.#stateRank(bank), bank, request!.row, cycle);
      this.#take(request!);
      this.onActivate(cycle, request!);
    } else if (command === PRE) state.precharge(this.#stateRank(bank), bank, cycle);
    else if (command === PREA) this.#prechargeAll(cycle, bank);
    else if (command === REF) this.#refreshes.shift();
    else this.#finish(cycle, command, request!);
    this.#onCommand?.(cycle, command, bank, state.row[bank]!, request?.burst ?? -1);
  }

  /** After an ACT: its request waits for the row. */
  protected onActivate(_cycle: number, request: Request): void {
    this.promote(request);
  }

  /** From now on the request goes first. */
  protected promote(request: Request): void {
    let at = this.#opened.length;
    while (at > 0 && this.#opened[at - 1]!.arrival > request.arrival) at--;
    this.#opened.splice(at, 0, request);
    this.#openedOf[request.bank]!++;
  }

  #firstReady(buffer: readonly Request[], cycle: number): Chosen | null {
    if (this.#protectRowHits) this.#findHits(buffer);
    for (let i = 0; i < buffer.length; i++) {
      const request = buffer[i]!;
      const { bank } = request;
      const command = this.needed(request);
      if (!this.allows(command, bank, cycle)) continue;
      if (command === PRE) {
        if (this.#openedOf[bank]! > 0) continue;
        if (this.#protectRowHits && this.#oldestHit[bank]! <= request.arrival) continue;
      }
      if (this.isReady(command, bank, cycle)) return { command, bank, request };
    }
    return null;
  }

  #findHits(buffer: readonly Request[]): void {
    this.#oldestHit.fill(Infinity);
    for (let i = buffer.length - 1; i >= 0; i--) {
      const { bank, row, arrival } = buffer[i]!;
      if (this.state.row[bank] === row) this.#oldestHit[bank] = arrival;
    }
  }

  /** For the rank that has waited longest: PREA unless all its banks are closed, else REF. */
  #refreshCommand(cycle: number): Chosen | null {
    const bank = this.#refreshes[0]!;
    const command = this.#someBank(bank, (other) => this.state.row[other]! >= 0) ? PREA : REF;
    if (command === PREA && this.#someBank(bank, (other) => this.#openedOf[other]! > 0)) return null;
    if (!this.allows(command, bank, cycle) || !this.isReady(command, bank, cycle)) return null;
    return { command, bank, request: null };
  }

  /** Whether any bank of the rank, or pseudo-channel, of `bank` is such. */
  #someBank(bank: number, such: (other: number) => boolean): boolean {
    const rank = this.timing.rankOf(bank);
    for (let other = 0; other < this.timing.banks; other++) {
      if (this.timing.rankOf(other) === rank && such(other)) return true;
    }
    return false;
  }

  #prechargeAll(cycle: number, bank: number): void {
    const rank = this.timing.rankOf(bank);
    for (let other = 0; other < this.timing.banks; other++) {
      if (this.timing.rankOf(other) !== rank || this.state.row[other]! < 0) continue;
      this.state.precharge(this.#stateRank(other), other, cycle);
    }
  }

  /** A stack id counts as a rank of its own for standby. */
  #stateRank(bank: number): number {
    return Math.floor(bank / (this.timing.banks / this.device.organisation.ranks));
  }

  #setWriteMode(): void {
    const { length } = this.#writes;
    if (!this.#writeMode) this.#writeMode = length > WRITES_HIGH || this.#reads.length === 0;
    else this.#writeMode = length >= WRITES_LOW || this.#reads.length === 0;
  }

  /** Takes the request out of the buffer that it is in. */
  #take(request: Request): void {
    const opened = this.#opened.indexOf(request);
    if (opened >= 0) {
      this.#opened.splice(opened, 1);
      this.#openedOf[request.bank]!--;
      return;
    }
    const buffer = request.write ? this.#writes : this.#reads;
    buffer.splice(buffer.indexOf(request), 1);
    if (request.write) this.#written.delete(request.address);
  }

  #finish(cycle: number, command: number, request: Request): void {
    if (this.state.served[request.bank]!++ > 0) this.rowHits++;
    this.#take(request);
    const end = cycle + (command === RD ? this.#end.read : this.#end.write);
    this.lastDataEnd = Math.max(this.lastDataEnd, end);
    if (command === RD) this.latency.add(end - request.arrival);
  }
}
