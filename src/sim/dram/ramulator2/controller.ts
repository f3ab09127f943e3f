/**
 * A controller of one channel that behaves as Ramulator 2.1's (commit c5b1c3a), command by command, so that agreement can be
 * tested. What depends on the standard's command bus is in the classes that extend it: `single-bus.ts`, `two-buses.ts`,
 * `split-activate.ts`. It knows the next cycle in which anything can happen; those between need not be stepped.
 *
 * Who goes first in a cycle: requests whose row was opened for them; then the refresh that has waited longest (while any
 * waits, no other request starts anything); then the write buffer in write mode, else the read buffer. In each the oldest
 * request whose next command may go now, whichever command that is. A request accepted in a cycle is seen from the next on.
 *
 * Units: cycles (half clocks for HBM3, as its tick). NOT MODELLED: row policies that close, its plug-ins.
 */
import { AddressMap } from '../address.ts';
import { BankState } from '../bank-state.ts';
import { ACT, PRE, PREA, RD, REF } from '../commands.ts';
import type { CommandObserver } from '../controller.ts';
import { burstCycles, type DramDevice } from '../device.ts';
import { ReadLatency } from '../latency.ts';
import { NONE } from '../parity/request-pool.ts';
import { TreeTiming } from '../parity/timing.ts';
import { WakeWheel } from '../parity/wake-wheel.ts';
import { ENTRIES, RequestBuffer, type Allows, type Channel } from './buffer.ts';
import { gapsOf } from './gaps.ts';
import { OPENED_ITEM, OpenedRequests } from './opened.ts';

/** Write mode starts above the one share of the write buffer, or when no read waits, and ends below the other. */
const WRITES_HIGH = 0.8 * ENTRIES;
const WRITES_LOW = 0.2 * ENTRIES;

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

  /** What `choose` chose: a command, its bank, and the request's item on the wheel, NONE for a refresh. */
  protected command = NONE;
  protected bank = NONE;
  protected item = NONE;
  protected readonly timing: TreeTiming;
  /** In the search of this cycle, the first later cycle at which a command that was looked at may go, requests apart. */
  protected soonest = Infinity;
  protected readonly device: DramDevice;
  readonly #map: AddressMap;
  readonly #onCommand: CommandObserver | undefined;
  readonly #wheel: WakeWheel;
  readonly #reads: RequestBuffer;
  readonly #writes: RequestBuffer;
  readonly #opened: OpenedRequests;
  /** By rank, or pseudo-channel: banks with an open row. */
  readonly #openBanks: Int32Array;
  readonly #banksPerStack: number;
  /** First banks of the ranks that wait for their refresh. */
  readonly #refreshes: number[] = [];
  readonly #refreshInterval: number;
  #nextRefresh: number;
  readonly #readEnd: number;
  readonly #writeEnd: number;
  readonly #allows: Allows = (command, bank, cycle) => this.allows(command, bank, cycle);
  #writeMode = false;
  #quietUntil = 0;

  constructor(device: DramDevice, { mapping, protectRowHits, onCommand }: Ramulator2Options) {
    this.device = device;
    this.timing = new TreeTiming(device.organisation, gapsOf(device));
    this.#map = new AddressMap(device.organisation, mapping);
    this.#onCommand = onCommand;
    const { timings, organisation } = device;
    this.#refreshInterval = timings['tREFI']!;
    this.#nextRefresh = this.#refreshInterval;
    const burst = burstCycles(device);
    // Data follow the first cycle of a column command, also where it takes two.
    this.#readEnd = timings['RL']! + burst;
    this.#writeEnd = timings['WL']! + burst;
    const { banks, ranks } = this.timing;
    this.state = new BankState(organisation.ranks, banks);
    this.#banksPerStack = banks / organisation.ranks;
    this.#openBanks = new Int32Array(ranks);
    this.#wheel = new WakeWheel(OPENED_ITEM + banks);
    this.#opened = new OpenedRequests(this.timing, this.#wheel);
    const channel: Channel = {
      timing: this.timing,
      state: this.state,
      wheel: this.#wheel,
      opened: this.#opened.waits,
      protectRowHits,
    };
    this.#reads = new RequestBuffer(false, channel);
    this.#writes = new RequestBuffer(true, channel);
  }

  /** Whether nothing will be sent any more, refreshes apart. */
  get finished(): boolean {
    return this.#reads.length + this.#writes.length + this.#opened.length === 0;
  }

  /** From `cycle` on, the first cycle in which anything can happen without a new request. */
  nextEvent(cycle: number): number {
    const next = this.#quietUntil < this.#nextRefresh ? this.#quietUntil : this.#nextRefresh;
    return next > cycle ? next : cycle;
  }

  /** Takes a request in `cycle`; false where its buffer is full. */
  accept(cycle: number, write: boolean, address: number, burst: number): boolean {
    const writes = this.#writes;
    if (writes.requests.find(true, address, burst) !== NONE) {
      if (write) this.merged++;
      else {
        this.forwarded++;
        this.latency.add(1);
        this.lastDataEnd = Math.max(this.lastDataEnd, cycle + 1);
      }
      return true;
    }
    const buffer = write ? writes : this.#reads;
    if (buffer.length >= ENTRIES) return false;
    this.#map.locate(burst);
    const slot = buffer.accept(cycle, address, burst, this.#map.bank, this.#map.row);
    if (write) writes.requests.list(slot);
    this.#quietUntil = 0;
    return true;
  }

  /** Does what happens in `cycle`; cycles are given in ascending order, none that `nextEvent` names left out. */
  step(cycle: number): void {
    if (cycle === this.#nextRefresh) {
      this.#nextRefresh += this.#refreshInterval;
      for (let rank = 0; rank < this.timing.ranks; rank++) this.#refreshes.push(rank * this.#banksPerStack);
      this.#quietUntil = 0;
    }
    this.#wheel.advance(cycle);
    if (cycle < this.#quietUntil) return;
    this.soonest = Infinity;
    if (this.issue(cycle) || this.#anyAwake()) this.#quietUntil = cycle + 1;
    else this.#quietUntil = Math.min(this.soonest, this.#wheel.next(cycle + 1));
  }

  /** Sends what may go in `cycle`; whether anything went. */
  protected abstract issue(cycle: number): boolean;

  /** Whether the command bus and the controller let this command go in `cycle`, its timing apart. */
  protected abstract allows(command: number, bank: number, cycle: number): boolean;

  /** Sets `command`, `bank` and `item` to what goes first in `cycle`; false where nothing may go. */
  protected choose(cycle: number): boolean {
    if (this.#opened.length > 0 && this.#chooseOpened(cycle)) return true;
    if (this.#refreshes.length > 0) return this.#chooseRefresh(cycle);
    this.#setWriteMode();
    return this.#chooseFrom(this.#writeMode ? this.#writes : this.#reads, cycle);
  }

  /** Whether the command may go in `cycle`; if not, takes note of when it may. */
  protected isReady(command: number, bank: number, cycle: number): boolean {
    const earliest = this.timing.earliest(command, bank);
    if (earliest > cycle && earliest < this.soonest) this.soonest = earliest;
    return earliest <= cycle;
  }

  protected send(cycle: number, command: number, bank: number, item: number): void {
    this.timing.send(command, bank, cycle);
    this.sent[command]!++;
    let burst = -1;
    if (item >= OPENED_ITEM) burst = this.#opened.burst[bank]!;
    else if (item !== NONE) burst = this.#bufferOf(item).requests.burst[item & 31]!;
    if (command === ACT) this.#activate(cycle, bank, item);
    else if (command === PRE) this.#precharge(cycle, bank);
    else if (command === PREA) this.#prechargeAll(cycle, bank);
    else if (command === REF) this.#refreshes.shift();
    else this.#finish(cycle, command, bank, item);
    this.#onCommand?.(cycle, command, bank, this.state.row[bank]!, burst);
  }

  /** After an ACT: the request that it went for waits for the row. */
  protected onActivate(cycle: number, bank: number): void {
    this.#opened.promote(bank, cycle);
  }

  /** From now on the request that the bank was activated for goes first. */
  protected promote(bank: number, cycle: number): void {
    this.#opened.promote(bank, cycle);
    this.#reads.wakeLeaders(bank, cycle);
    this.#writes.wakeLeaders(bank, cycle);
  }

  #bufferOf(item: number): RequestBuffer {
    return item < 32 ? this.#reads : this.#writes;
  }

  /** Whether a request is awake that would be looked at now. */
  #anyAwake(): boolean {
    const wheel = this.#wheel;
    if (this.#opened.anyAwake) return true;
    if (this.#refreshes.length > 0) return false;
    return wheel.awake(this.#writeMode ? this.#writes.word : this.#reads.word) !== 0;
  }

  #chooseOpened(cycle: number): boolean {
    const bank = this.#opened.oldest(cycle, this.#allows);
    if (bank === NONE) return false;
    this.command = this.#opened.command[bank]!;
    this.bank = bank;
    this.item = OPENED_ITEM + bank;
    return true;
  }

  #chooseFrom(buffer: RequestBuffer, cycle: number): boolean {
    const slot = buffer.oldest(cycle, this.#allows);
    if (slot === NONE) return false;
    this.command = buffer.commandOf(slot);
    this.bank = buffer.requests.bank[slot]!;
    this.item = buffer.word * 32 + slot;
    return true;
  }

  /** For the rank that has waited longest: PREA unless all its banks are closed, else REF. */
  #chooseRefresh(cycle: number): boolean {
    const bank = this.#refreshes[0]!;
    const rank = this.timing.rankOf[bank]!;
    const command = this.#openBanks[rank]! > 0 ? PREA : REF;
    if (command === PREA && this.#opened.ofRank[rank]! > 0) return false;
    if (!this.allows(command, bank, cycle) || !this.isReady(command, bank, cycle)) return false;
    this.command = command;
    this.bank = bank;
    this.item = NONE;
    return true;
  }

  #setWriteMode(): void {
    const { length } = this.#writes;
    const limit = this.#writeMode ? length >= WRITES_LOW : length > WRITES_HIGH;
    this.#writeMode = limit || this.#reads.length === 0;
  }

  #activate(cycle: number, bank: number, item: number): void {
    const buffer = this.#bufferOf(item);
    const { requests } = buffer;
    const slot = item & 31;
    this.state.activate(Math.floor(bank / this.#banksPerStack), bank, requests.row[slot]!, cycle);
    this.#openBanks[this.timing.rankOf[bank]!]!++;
    this.#opened.take(bank, requests, slot);
    if (buffer === this.#writes) requests.unlist(slot);
    buffer.remove(slot, cycle);
    this.onActivate(cycle, bank);
    this.#reads.rowChanged(bank, cycle);
    this.#writes.rowChanged(bank, cycle);
  }

  #precharge(cycle: number, bank: number): void {
    this.state.precharge(Math.floor(bank / this.#banksPerStack), bank, cycle);
    this.#openBanks[this.timing.rankOf[bank]!]!--;
    this.#reads.rowChanged(bank, cycle);
    this.#writes.rowChanged(bank, cycle);
  }

  #prechargeAll(cycle: number, bank: number): void {
    const { banks, rankOf } = this.timing;
    for (let other = 0; other < banks; other++) {
      if (rankOf[other] === rankOf[bank] && this.state.row[other]! >= 0) this.#precharge(cycle, other);
    }
  }

  #finish(cycle: number, command: number, bank: number, item: number): void {
    if (this.state.served[bank]!++ > 0) this.rowHits++;
    const end = cycle + (command === RD ? this.#readEnd : this.#writeEnd);
    if (end > this.lastDataEnd) this.lastDataEnd = end;
    if (item >= OPENED_ITEM) {
      if (command === RD) this.latency.add(end - this.#opened.arrival[bank]!);
      this.#opened.remove(bank, cycle);
      this.#reads.wakeLeaders(bank, cycle);
      this.#writes.wakeLeaders(bank, cycle);
      return;
    }
    const buffer = this.#bufferOf(item);
    const slot = item & 31;
    if (command === RD) this.latency.add(end - buffer.requests.arrival[slot]!);
    else buffer.requests.unlist(slot);
    buffer.remove(slot, cycle);
  }
}
