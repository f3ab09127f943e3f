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
import { Candidates } from './candidates.ts';
import { ACT, PRE, PREA, RD, REF, REFPB, WR } from './commands.ts';
import type { ControllerPolicy } from './policy.ts';
import { WANTS, WANTS_ACT, WANTS_COLUMN, WANTS_PRE, type RequestQueue } from './queue.ts';
import { ALL, type Refresh } from './refresh.ts';
import type { BankTiming } from './timing.ts';

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
  readonly #readCandidates: Candidates;
  readonly #writeCandidates: Candidates;
  readonly #closedPage: boolean;
  readonly #closeAtOnce: boolean;
  readonly #writeHigh: number;
  readonly #writeLow: number;
  #now = 0;
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
    this.#readCandidates = new Candidates(reads, timing, refresh, RD);
    this.#writeCandidates = new Candidates(writes, timing, refresh, WR);
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
    const { wantCount } = this.#reads;
    const misses = wantCount[WANTS_ACT]! + wantCount[WANTS_PRE]!;
    return misses === 0 && this.#refresh.heldCount === 0;
  }

  /** What was chosen has been sent. */
  sent(): void {
    if (this.#class === CLASS_COLUMN || this.#class === CLASS_ROW) {
      (this.writing ? this.#writeCandidates : this.#readCandidates).sent(this.command);
    } else this.forget();
  }

  /** The state of queues, banks or timing has been set from outside. */
  forget(): void {
    this.#readCandidates.forget();
    this.#writeCandidates.forget();
  }

  /** Chooses afresh among all that could be sent from cycle `now` on. */
  choose(now: number): void {
    this.#now = now;
    this.cycle = Infinity;
    const writing = this.#nextKind();
    if (writing !== this.writing) this.forget();
    this.writing = writing;
    if (this.#refresh.heldCount > 0) this.#considerRefresh();
    const queue = this.writing ? this.#writes : this.#reads;
    if (!this.#takeOldest(queue)) this.#considerBanks(queue);
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
      this.#now = now;
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
   * The common case of streams: every bank wants a column command, and the oldest request of all, a row hit, can be served as
   * early as the rank and the bus allow any. Then nothing can come before it, and no other bank need be looked at.
   */
  #takeOldest(queue: RequestQueue): boolean {
    const entry = queue.first;
    const { wantCount } = queue;
    if (entry < 0 || wantCount[WANTS_ACT]! + wantCount[WANTS_PRE]! > 0) return false;
    if (this.#refresh.heldCount > 0 || !this.#oneRank) return false;
    const timing = this.#timing;
    const { next } = timing;
    const bank = queue.bank[entry]!;
    if (queue.hit[bank] !== entry) return false;
    const command = this.writing ? WR : RD;
    const free = timing.busFree[timing.busOf[command]!]!;
    let cycle = next[timing.rankBase[bank]! + command]!;
    if (free > cycle) cycle = free;
    if (this.#now > cycle) cycle = this.#now;
    if (next[timing.bankBase[bank]! + command]! > cycle) return false;
    if (next[timing.groupBase[bank]! + command]! > cycle) return false;
    this.cycle = cycle;
    this.command = command;
    this.bank = bank;
    this.entry = entry;
    this.#class = CLASS_COLUMN;
    this.#age = queue.order[entry]!;
    return true;
  }

  /** `#consider` for all banks. */
  #considerBanks(queue: RequestQueue): void {
    const candidates = this.writing ? this.#writeCandidates : this.#readCandidates;
    if (this.#refresh.heldCount > 0) candidates.forget();
    for (let want = 0; want < WANTS; want++) {
      if (queue.wantCount[want] === 0) continue;
      candidates.find(want, this.#now);
      const cycle = candidates.cycle[want]!;
      if (cycle > this.cycle) continue;
      const kind = want === WANTS_COLUMN ? CLASS_COLUMN : CLASS_ROW;
      const age = candidates.age[want]!;
      if (cycle === this.cycle && (kind > this.#class || (kind === this.#class && age >= this.#age)))
        continue;
      if (cycle === Infinity) continue;
      this.cycle = cycle;
      this.command = candidates.command[want]!;
      this.bank = candidates.bank[want]!;
      this.entry = candidates.entry[want]!;
      this.#class = kind;
      this.#age = age;
    }
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
    if (this.#now > cycle) cycle = this.#now;
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
