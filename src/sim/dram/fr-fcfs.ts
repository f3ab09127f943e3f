/**
 * Chooses a channel's next command: first ready, first come, first served. Of the commands that could go earliest it takes, in
 * this order: those of a refresh that is due; column commands of rows that are open, oldest request first; ACT and PRE
 * that the oldest request of a bank needs, oldest first; with closed pages, the PRE of a row that no waiting request hits.
 *
 * A row that waiting requests of the served kind hit stays open, unless it has served `rowHitCap` of them since its activation
 * while an older request waits for another row of the bank.
 * Only one of the two queues is served at a time, see drain.ts.
 *
 * Units: cycles.
 */
import type { BankState } from './bank-state.ts';
import { ACT, PRE, PREA, RD, REF, REFPB, WR } from './commands.ts';
import { Drain } from './drain.ts';
import type { ControllerPolicy } from './policy.ts';
import { AGE, NEXT_WANTING, WANTS_ACT, WANTS_COLUMN, WANTS_PRE, type RequestQueue } from './queue.ts';
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
const NEXT = NEXT_WANTING;
const SINCE = AGE;
/** Places of the queue and nodes of the timing are 2^3 numbers each. */
const SHIFT = 3;
const NODE = -8;

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

  readonly #reads: RequestQueue;
  readonly #writes: RequestQueue;
  readonly #state: BankState;
  readonly #timing: BankTiming;
  readonly #refresh: Refresh;
  /** Where the node of the only rank is in the timing's table, or −1: there are several. */
  readonly #onlyRank: number = 0;
  /** Where its bank groups' nodes begin, and by how many bits a bank's number is longer than its group's. */
  readonly #groups: number = 0;
  readonly #groupShift: number = 0;
  /** Where it says when the bus of each kind of command is free. */
  readonly #rowBus: number = 0;
  readonly #columnBus: number = 0;
  readonly #closedPage: boolean;
  readonly #closeAtOnce: boolean;
  readonly drain: Drain;
  /** The cycle of `choose`, in an array so that it is never boxed. */
  readonly #time = new Float64Array(1);
  #class = CLASS_CLOSE;
  /** Wraps, as the queue's do. */
  #age = 0;

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
    this.#onlyRank = timing.rankOf.length === timing.banksPerRank ? timing.rankBase[0]! : -1;
    this.#groups = timing.groupBase[0]!;
    this.#groupShift = Math.log2(timing.groupBase.lastIndexOf(this.#groups) + 1);
    this.#rowBus = timing.busSlot[ACT]!;
    this.#columnBus = timing.busSlot[RD]!;
    this.#closedPage = policy.page === 'closed';
    this.#closeAtOnce = policy.refreshPrecharge === 'all';
    this.drain = new Drain(reads, writes, policy);
  }

  /** Whether, as long as a read waits and no write is accepted, the writes that wait change nothing. */
  get readsGoOn(): boolean {
    if (this.drain.writing || this.#reads.size === 0) return false;
    return this.#writes.size === 0 || (this.#writes.size < this.drain.high && !this.#closedPage);
  }

  /** Whether requests of that kind are served now and as long as each served one is replaced, in the one rank, no refresh being held. */
  keepsServing(write: boolean): boolean {
    if (this.#closedPage || this.#onlyRank < 0 || this.#refresh.heldCount > 0) return false;
    return this.drain.keeps(write);
  }

  /** Chooses afresh among all that could be sent from cycle `now` on. */
  choose(now: number): void {
    this.#time[0] = now;
    this.cycle = Infinity;
    const writing = this.drain.next();
    this.drain.writing = writing;
    if (this.#refresh.heldCount > 0) this.#considerRefresh();
    this.#considerBanks(writing ? this.#writes : this.#reads);
    if (this.#closedPage) this.#considerClosing();
  }

  /**
   * Weighs a request that has just been queued as `entry`, from cycle `now` on. Returns false when the choice has to be made afresh.
   */
  noteNew(write: boolean, bank: number, entry: number, now: number): boolean {
    if (this.drain.writing !== this.drain.next()) return false;
    // A new row hit keeps its row open.
    if (this.command === PRECHARGE && this.bank === bank) return false;
    const queue = write ? this.#writes : this.#reads;
    if (write === this.drain.writing && entry === queue.wantingOf(bank)) {
      this.#time[0] = now;
      this.#consider(queue, bank);
    }
    return true;
  }

  /** Weighs what `bank` would send next for the queue being served. */
  #consider(queue: RequestQueue, bank: number): void {
    if (this.#refresh.heldCount > 0 && this.#refresh.holds(this.#timing.rankOf[bank]!, bank)) return;
    const want = queue.wantOf(bank);
    const entry = queue.wantingOf(bank);
    const age = queue.places[(bank << SHIFT) | SINCE]!;
    if (want === COLUMN) this.#weigh(CLASS_COLUMN, age, this.drain.writing ? WRITE : READ, bank, entry);
    else this.#weigh(CLASS_ROW, age, want === OPEN ? ACTIVATE : PRECHARGE, bank, entry);
  }

  /**
   * `#consider` for all banks. The want that may be served soonest is looked at first, its banks from the oldest request on, and
   * nothing that cannot come before what has been found. No calls: everything stays in locals.
   */
  #considerBanks(queue: RequestQueue): void {
    const { places, soonest } = queue;
    const { next, rankBase } = this.#timing;
    const groups = this.#groups;
    const groupShift = this.#groupShift;
    const { held, heldCount } = this.#refresh;
    const rank = this.#onlyRank;
    const wants = rankBase.length << SHIFT;
    const columnCommand = queue === this.#writes ? WRITE : READ;
    const now = this.#time[0]!;
    // By want: no bank that has it can be served before; Infinity where none has it.
    let column = soonest[COLUMN]!;
    const columnFree = next[this.#columnBus]!;
    if (now > column) column = now;
    if (columnFree > column) column = columnFree;
    if (rank >= 0 && next[rank | columnCommand]! > column) column = next[rank | columnCommand]!;
    const columns = wants + (COLUMN << SHIFT);
    const firstColumn = places[columns | NEXT]!;
    if (firstColumn === columns) column = Infinity;
    const rowFree = next[this.#rowBus]!;
    const rowFrom = rowFree > now ? rowFree : now;
    // The common case of streams: the oldest row hit can go when the first of anything could.
    if (column <= rowFrom && rank >= 0 && heldCount === 0) {
      const ofBank = next[firstColumn | columnCommand]!;
      const group = groups | ((firstColumn >> groupShift) & NODE);
      if (ofBank <= column && next[group | columnCommand]! <= column) {
        soonest[COLUMN] = column;
        this.cycle = column;
        this.#take(queue, firstColumn);
        return;
      }
    }
    let act = soonest[OPEN]!;
    if (rowFrom > act) act = rowFrom;
    if (rank >= 0 && next[rank | ACTIVATE]! > act) act = next[rank | ACTIVATE]!;
    const opens = wants + (OPEN << SHIFT);
    if (places[opens | NEXT] === opens) act = Infinity;
    let pre = soonest[CLOSE]!;
    if (rowFrom > pre) pre = rowFrom;
    if (rank >= 0 && next[rank | PRECHARGE]! > pre) pre = next[rank | PRECHARGE]!;
    const closes = wants + (CLOSE << SHIFT);
    if (places[closes | NEXT] === closes) pre = Infinity;
    let cycle = this.cycle;
    let kind = this.#class;
    let oldest = this.#age;
    let chosen = -1;
    for (;;) {
      let from = pre;
      let want = CLOSE;
      if (column <= act && column <= pre) {
        from = column;
        want = COLUMN;
        column = Infinity;
      } else if (act <= pre) {
        from = act;
        want = OPEN;
        act = Infinity;
      } else pre = Infinity;
      if (from > cycle || from === Infinity) break;
      const itsKind = want === COLUMN ? CLASS_COLUMN : CLASS_ROW;
      if (from === cycle && itsKind > kind) continue;
      const command = want === COLUMN ? columnCommand : want === OPEN ? ACTIVATE : PRECHARGE;
      const end = wants + (want << SHIFT);
      let best = Infinity;
      let bestPlace = -1;
      for (let place = places[end | NEXT]!; place !== end; place = places[place | NEXT]!) {
        let at = next[place | command]!;
        if (at >= best) continue;
        if (from > at) at = from;
        const ofGroup = next[groups | ((place >> groupShift) & NODE) | command]!;
        if (ofGroup > at) at = ofGroup;
        if (rank < 0) {
          const ofRank = next[rankBase[place >> SHIFT]! | command]!;
          if (ofRank > at) at = ofRank;
        }
        if (at >= best) continue;
        if (heldCount > 0) {
          const bank = place >> SHIFT;
          const heldBank = held[this.#timing.rankOf[bank]!]!;
          if (heldBank === ALL_BANKS || heldBank === bank) continue;
        }
        best = at;
        bestPlace = place;
        if (at === from) break;
      }
      if (bestPlace < 0) continue;
      if (heldCount === 0) soonest[want] = best;
      if (best > cycle) continue;
      const age = places[bestPlace | SINCE]!;
      if (best === cycle && (itsKind > kind || (itsKind === kind && ((age - oldest) | 0) >= 0))) continue;
      cycle = best;
      kind = itsKind;
      oldest = age;
      chosen = bestPlace;
    }
    if (chosen < 0) return;
    this.cycle = cycle;
    this.#take(queue, chosen);
  }

  /** Chooses what the bank of that place wants. */
  #take(queue: RequestQueue, place: number): void {
    const want = queue.wantOf(place >> SHIFT);
    this.bank = place >> SHIFT;
    this.entry = queue.wantingOf(place >> SHIFT);
    this.#age = queue.places[place | SINCE]!;
    this.#class = want === COLUMN ? CLASS_COLUMN : CLASS_ROW;
    this.command = want === OPEN ? ACTIVATE : want === CLOSE ? PRECHARGE : this.drain.writing ? WRITE : READ;
  }

  #considerRefresh(): void {
    for (let rank = 0; rank < this.#refresh.held.length; rank++) {
      const held = this.#refresh.held[rank]!;
      const first = rank * this.#timing.banksPerRank;
      if (held >= 0) {
        this.#weigh(CLASS_REFRESH, rank, this.#state.row[held]! < 0 ? REFPB : PRE, held, -1);
      } else if (held === ALL && this.#state.open[rank] === 0) {
        this.#weigh(CLASS_REFRESH, rank, REF, first, -1);
      } else if (held === ALL && this.#closeAtOnce) {
        this.#weigh(CLASS_REFRESH, rank, PREA, first, -1);
      } else if (held === ALL) {
        for (let bank = first; bank < first + this.#timing.banksPerRank; bank++) {
          if (this.#state.row[bank]! >= 0) this.#weigh(CLASS_REFRESH, bank, PRE, bank, -1);
        }
      }
    }
  }

  #considerClosing(): void {
    for (let bank = 0; bank < this.#timing.rankOf.length; bank++) {
      if (this.#state.row[bank]! < 0 || this.#reads.hitOf(bank) >= 0 || this.#writes.hitOf(bank) >= 0)
        continue;
      if (this.#refresh.heldCount > 0 && this.#refresh.holds(this.#timing.rankOf[bank]!, bank)) continue;
      this.#weigh(CLASS_CLOSE, bank, PRE, bank, -1);
    }
  }

  /** Keeps a command if it can go earlier than the choice so far, or as early with a better class or age. */
  #weigh(kind: number, age: number, command: number, bank: number, entry: number): void {
    let cycle = this.#timing.earliest(command, bank);
    const now = this.#time[0]!;
    if (now > cycle) cycle = now;
    if (cycle > this.cycle) return;
    if (
      cycle === this.cycle &&
      (kind > this.#class || (kind === this.#class && ((age - this.#age) | 0) >= 0))
    )
      return;
    this.cycle = cycle;
    this.command = command;
    this.bank = bank;
    this.entry = entry;
    this.#class = kind;
    this.#age = age;
  }
}
