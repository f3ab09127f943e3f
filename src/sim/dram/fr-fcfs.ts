/**
 * Chooses a channel's next command: first ready, first come, first served. Of the commands that could go earliest it takes, in
 * this order: those of a refresh that is due; column commands of rows that are open, oldest request first; ACT and PRE
 * that the oldest request of a bank needs, oldest first; with closed pages, the PRE of a row that no waiting request hits.
 *
 * A row that waiting requests of the served kind hit stays open, unless it has served `rowHitCap` of them since its activation
 * while an older request waits for another row of the bank.
 * Reads are served until `writeHigh` of the write queue is taken or no read waits; then writes, until `writeLow` is left and reads wait.
 *
 * Units: cycles.
 */
import type { BankState } from './bank-state.ts';
import { ACT, PRE, PREA, RD, REF, REFPB, WR } from './commands.ts';
import type { ControllerPolicy } from './policy.ts';
import { WANTS_ACT, WANTS_COLUMN, WANTS_PRE, type RequestQueue } from './queue.ts';
import { ALL, type Refresh } from './refresh.ts';
import type { BankTiming } from './timing.ts';

// Names of this file's own: an import is looked up each time that it is used, a constant of the file is not.
const ACTIVATE = ACT;
const PRECHARGE = PRE;
const READ = RD;
const WRITE = WR;
const COLUMN = WANTS_COLUMN;
const OPEN = WANTS_ACT;
const CLOSE = WANTS_PRE;
const ALL_BANKS = ALL;

/** The command bus of ACT and PRE. */
const ROW_BUS = 0;

const CLASS_REFRESH = 0;
const CLASS_COLUMN = 1;
const CLASS_ROW = 2;
const CLASS_CLOSE = 3;

export class FrFcfs {
  /** The chosen command, its first cycle (Infinity: nothing to do), its bank, its queue entry or −1. */
  cycle = Infinity;
  command = 0;
  bank = 0;
  entry = -1;
  /** Which queue is being served. */
  writing = false;

  readonly #reads: RequestQueue;
  readonly #writes: RequestQueue;
  readonly #state: BankState;
  readonly #timing: BankTiming;
  readonly #refresh: Refresh;
  readonly #banksPerRank: number;
  readonly #rankOf: Int32Array;
  readonly #oneRank: boolean;
  readonly #closedPage: boolean;
  readonly #closeAtOnce: boolean;
  readonly #writeHigh: number;
  readonly #writeLow: number;
  /** The cycle of `choose`, in an array so that it is never boxed. */
  readonly #time = new Float64Array(1);
  #class = CLASS_CLOSE;
  #age = Infinity;

  constructor(
    reads: RequestQueue,
    writes: RequestQueue,
    state: BankState,
    timing: BankTiming,
    refresh: Refresh,
    policy: ControllerPolicy,
  ) {
    this.#reads = reads;
    this.#writes = writes;
    this.#state = state;
    this.#timing = timing;
    this.#refresh = refresh;
    this.#banksPerRank = timing.banksPerRank;
    this.#rankOf = timing.rankOf;
    this.#oneRank = timing.rankOf.length === timing.banksPerRank;
    this.#closedPage = policy.page === 'closed';
    this.#closeAtOnce = policy.refreshPrecharge === 'all';
    this.#writeHigh = Math.max(1, Math.ceil(policy.writeHigh * policy.writeQueue));
    this.#writeLow = Math.floor(policy.writeLow * policy.writeQueue);
  }

  /** Whether, as long as a read waits and no write is accepted, the writes that wait change nothing. */
  get readsGoOn(): boolean {
    if (this.writing || this.#reads.size === 0) return false;
    return this.#writes.size === 0 || (this.#writes.size < this.#writeHigh && !this.#closedPage);
  }

  /** Whether all that is to do are RDs of open rows in the one rank: nothing is written, refreshed, opened or closed. */
  get hasOnlyHits(): boolean {
    if (this.#closedPage || !this.#oneRank || this.writing || this.#writes.size > 0) return false;
    const reads = this.#reads;
    return !reads.isWanted(WANTS_ACT) && !reads.isWanted(WANTS_PRE) && this.#refresh.heldCount === 0;
  }

  /** Chooses afresh among all that could be sent from cycle `now` on. */
  choose(now: number): void {
    this.#time[0] = now;
    this.cycle = Infinity;
    this.writing = this.#nextKind();
    if (this.#refresh.heldCount > 0) this.#considerRefresh();
    const queue = this.writing ? this.#writes : this.#reads;
    this.#considerBanks(queue);
    if (this.#closedPage) this.#considerClosing();
  }

  /**
   * Weighs a request that has just been queued as `entry`, from cycle `now` on. Returns false when the choice has to be made afresh.
   */
  noteNew(write: boolean, bank: number, entry: number, now: number): boolean {
    if (this.writing !== this.#nextKind()) return false;
    // A new row hit keeps its row open.
    if (this.command === PRE && this.bank === bank) return false;
    const queue = write ? this.#writes : this.#reads;
    if (write === this.writing && (entry === queue.oldest[bank] || entry === queue.hit[bank])) {
      this.#time[0] = now;
      this.#consider(queue, bank);
    }
    return true;
  }

  #nextKind(): boolean {
    const writes = this.#writes.size;
    if (writes === 0) return false;
    if (this.#reads.size === 0) return true;
    return writes >= this.#writeHigh || (this.writing && writes > this.#writeLow);
  }

  /** Weighs what `bank` would send next for the queue being served. */
  #consider(queue: RequestQueue, bank: number): void {
    if (this.#refresh.heldCount > 0 && this.#refresh.holds(this.#rankOf[bank]!, bank)) return;
    const want = queue.wanted[bank]!;
    if (want === WANTS_COLUMN) {
      const hit = queue.hit[bank]!;
      this.#weigh(CLASS_COLUMN, queue.order[hit]!, this.writing ? WR : RD, bank, hit);
    } else {
      const head = queue.oldest[bank]!;
      this.#weigh(CLASS_ROW, queue.order[head]!, want === WANTS_ACT ? ACT : PRE, bank, head);
    }
  }

  /**
   * `#consider` for all banks. The want that may be served soonest is looked at first, its banks from the oldest request on, and
   * nothing that cannot come before what has been found. No calls: everything stays in locals.
   */
  #considerBanks(queue: RequestQueue): void {
    const { nextWanting, age, soonest, wantedEntry } = queue;
    const { next, bankBase, groupBase, rankBase, busFree, busOf } = this.#timing;
    const { held, heldCount } = this.#refresh;
    const oneRank = this.#oneRank;
    const rankOf = this.#rankOf;
    const banks = bankBase.length;
    const rank = rankBase[0]!;
    const columnCommand = this.writing ? WRITE : READ;
    const now = this.#time[0]!;
    // By want: no bank that has it can be served before; Infinity where none has it.
    let column = soonest[COLUMN]!;
    const columnFree = busFree[busOf[columnCommand]!]!;
    if (now > column) column = now;
    if (columnFree > column) column = columnFree;
    if (oneRank && next[rank + columnCommand]! > column) column = next[rank + columnCommand]!;
    if (nextWanting[banks + COLUMN] === banks + COLUMN) column = Infinity;
    const rowFrom = busFree[ROW_BUS]! > now ? busFree[ROW_BUS]! : now;
    // The common case of streams: the oldest row hit can go when the first of anything could.
    if (oneRank && heldCount === 0 && column <= rowFrom) {
      const bank = nextWanting[banks + COLUMN]!;
      const ofBank = next[bankBase[bank]! + columnCommand]!;
      if (ofBank <= column && next[groupBase[bank]! + columnCommand]! <= column) {
        soonest[COLUMN] = column;
        this.cycle = column;
        this.command = columnCommand;
        this.bank = bank;
        this.entry = wantedEntry[bank]!;
        this.#class = CLASS_COLUMN;
        this.#age = age[bank]!;
        return;
      }
    }
    let act = soonest[OPEN]!;
    if (rowFrom > act) act = rowFrom;
    if (oneRank && next[rank + ACTIVATE]! > act) act = next[rank + ACTIVATE]!;
    if (nextWanting[banks + OPEN] === banks + OPEN) act = Infinity;
    let pre = soonest[CLOSE]!;
    if (rowFrom > pre) pre = rowFrom;
    if (oneRank && next[rank + PRECHARGE]! > pre) pre = next[rank + PRECHARGE]!;
    if (nextWanting[banks + CLOSE] === banks + CLOSE) pre = Infinity;
    let cycle = this.cycle;
    let kind = this.#class;
    let oldest = this.#age;
    let chosen = -1;
    let chosenCommand = 0;
    for (;;) {
      let from = column;
      let want = COLUMN;
      let command = columnCommand;
      let itsKind = CLASS_COLUMN;
      if (column <= act && column <= pre) column = Infinity;
      else {
        itsKind = CLASS_ROW;
        if (act <= pre) {
          from = act;
          want = OPEN;
          command = ACTIVATE;
          act = Infinity;
        } else {
          from = pre;
          want = CLOSE;
          command = PRECHARGE;
          pre = Infinity;
        }
      }
      if (from > cycle || from === Infinity) break;
      if (from === cycle && itsKind > kind) continue;
      const end = banks + want;
      let best = Infinity;
      let bestBank = -1;
      for (let bank = nextWanting[end]!; bank !== end; bank = nextWanting[bank]!) {
        let at = next[bankBase[bank]! + command]!;
        if (at >= best) continue;
        if (from > at) at = from;
        const ofGroup = next[groupBase[bank]! + command]!;
        if (ofGroup > at) at = ofGroup;
        if (!oneRank) {
          const ofRank = next[rankBase[bank]! + command]!;
          if (ofRank > at) at = ofRank;
        }
        if (at >= best) continue;
        if (heldCount > 0) {
          const heldBank = held[rankOf[bank]!]!;
          if (heldBank === ALL_BANKS || heldBank === bank) continue;
        }
        best = at;
        bestBank = bank;
        if (at === from) break;
      }
      if (bestBank < 0) continue;
      if (heldCount === 0) soonest[want] = best;
      if (best > cycle) continue;
      const itsAge = age[bestBank]!;
      if (best === cycle && (itsKind > kind || (itsKind === kind && itsAge >= oldest))) continue;
      cycle = best;
      kind = itsKind;
      oldest = itsAge;
      chosen = bestBank;
      chosenCommand = command;
    }
    if (chosen < 0) return;
    this.cycle = cycle;
    this.command = chosenCommand;
    this.bank = chosen;
    this.entry = wantedEntry[chosen]!;
    this.#class = kind;
    this.#age = oldest;
  }

  #considerRefresh(): void {
    for (let rank = 0; rank < this.#refresh.held.length; rank++) {
      const held = this.#refresh.held[rank]!;
      const first = rank * this.#banksPerRank;
      if (held >= 0) {
        this.#weigh(CLASS_REFRESH, rank, this.#state.row[held]! < 0 ? REFPB : PRE, held, -1);
      } else if (held === ALL && this.#state.open[rank] === 0) {
        this.#weigh(CLASS_REFRESH, rank, REF, first, -1);
      } else if (held === ALL && this.#closeAtOnce) {
        this.#weigh(CLASS_REFRESH, rank, PREA, first, -1);
      } else if (held === ALL) {
        for (let bank = first; bank < first + this.#banksPerRank; bank++) {
          if (this.#state.row[bank]! >= 0) this.#weigh(CLASS_REFRESH, bank, PRE, bank, -1);
        }
      }
    }
  }

  #considerClosing(): void {
    for (let bank = 0; bank < this.#rankOf.length; bank++) {
      if (this.#state.row[bank]! < 0 || this.#reads.hit[bank]! >= 0 || this.#writes.hit[bank]! >= 0) continue;
      if (this.#refresh.heldCount > 0 && this.#refresh.holds(this.#rankOf[bank]!, bank)) continue;
      this.#weigh(CLASS_CLOSE, bank, PRE, bank, -1);
    }
  }

  /** Keeps a command if it can go earlier than the choice so far, or as early with a better class or age. */
  #weigh(kind: number, age: number, command: number, bank: number, entry: number): void {
    let cycle = this.#timing.earliest(command, bank);
    const now = this.#time[0]!;
    if (now > cycle) cycle = now;
    if (cycle > this.cycle) return;
    if (cycle === this.cycle && (kind > this.#class || (kind === this.#class && age >= this.#age))) return;
    this.cycle = cycle;
    this.command = command;
    this.bank = bank;
    this.entry = entry;
    this.#class = kind;
    this.#age = age;
  }
}
