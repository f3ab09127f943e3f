/**
 * The choice of one cycle: of all commands that something waits for, those that every past command allows now; of these
 * the first class that has any (a refresh that is due, column commands of open rows, ACT and PRE that a bank's oldest
 * request needs, with closed pages the PRE of a row that nothing hits), and in it the oldest.
 *
 * Units: cycles.
 */
import type { Banks } from './banks.ts';
import type { CommandName, SteppedPolicy } from './device.ts';
import type { RefreshTimers } from './refresh.ts';

/** A request that waits for its column command; queues are lists in order of arrival. */
export interface Request {
  readonly burst: number;
  readonly bank: number;
  readonly row: number;
  readonly transfer: number;
  /** Order of arrival in the channel. */
  readonly order: number;
  readonly arrival: number;
}

export interface Candidate {
  readonly name: CommandName;
  readonly bank: number;
  readonly request: Request | null;
  /** Lower goes first: class, then age. */
  readonly rank: readonly [kind: number, age: number];
}

const REFRESH = 0;
const COLUMN = 1;
const ROW = 2;
const CLOSE = 3;

/** Whether writes are served next: drained from `writeHigh` of their queue, or for want of reads, down to `writeLow`. */
export function servesWrites(
  writing: boolean,
  reads: readonly Request[],
  writes: readonly Request[],
  policy: SteppedPolicy,
): boolean {
  if (writes.length === 0) return false;
  if (reads.length === 0) return true;
  const high = Math.max(1, Math.ceil(policy.writeHigh * policy.writeQueue));
  const low = Math.floor(policy.writeLow * policy.writeQueue);
  return writes.length >= high || (writing && writes.length > low);
}

/** Everything that something waits for, whether or not it may go now. */
export function candidates(
  reads: readonly Request[],
  writes: readonly Request[],
  writing: boolean,
  banks: Banks,
  refresh: RefreshTimers,
  policy: SteppedPolicy,
): Candidate[] {
  const found = refreshCandidates(banks, refresh, policy);
  const served = writing ? writes : reads;
  // The list is in order of arrival, so a bank's first request is its oldest.
  for (const bank of new Set(served.map((request) => request.bank))) {
    if (!refresh.holds(bank)) found.push(nextOf(bank, served, writing, banks, policy));
  }
  if (policy.page === 'closed') found.push(...closing(reads, writes, banks, refresh));
  return found.toSorted((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
}

/** What a bank with waiting requests would send next. */
function nextOf(
  bank: number,
  served: readonly Request[],
  writing: boolean,
  banks: Banks,
  policy: SteppedPolicy,
): Candidate {
  const waiting = served.filter((request) => request.bank === bank);
  const oldest = waiting[0]!;
  const row = banks.row[bank]!;
  const hit = row === null ? undefined : waiting.find((request) => request.row === row);
  if (hit !== undefined && (hit === oldest || banks.served[bank]! < policy.rowHitCap)) {
    return { name: writing ? 'WR' : 'RD', bank, request: hit, rank: [COLUMN, hit.order] };
  }
  return { name: row === null ? 'ACT' : 'PRE', bank, request: oldest, rank: [ROW, oldest.order] };
}

function closing(
  reads: readonly Request[],
  writes: readonly Request[],
  banks: Banks,
  refresh: RefreshTimers,
): Candidate[] {
  const found: Candidate[] = [];
  banks.row.forEach((row, bank) => {
    if (row === null || refresh.holds(bank)) return;
    const hits = (request: Request): boolean => request.bank === bank && request.row === row;
    if (reads.some(hits) || writes.some(hits)) return;
    found.push({ name: 'PRE', bank, request: null, rank: [CLOSE, bank] });
  });
  return found;
}

function refreshCandidates(banks: Banks, refresh: RefreshTimers, policy: SteppedPolicy): Candidate[] {
  return refresh.held.flatMap((held, rank): Candidate[] => {
    if (held === null) return [];
    if (held !== 'all') return [forRefresh(banks.row[held] === null ? 'REFPB' : 'PRE', held, rank)];
    const open = banks.ofRank[rank]!.filter((bank) => banks.row[bank] !== null);
    const first = rank * banks.perRank;
    if (open.length === 0) return [forRefresh('REF', first, rank)];
    if (policy.refreshPrecharge === 'all') return [forRefresh('PREA', first, rank)];
    return open.map((bank) => forRefresh('PRE', bank, bank));
  });
}

function forRefresh(name: CommandName, bank: number, age: number): Candidate {
  return { name, bank, request: null, rank: [REFRESH, age] };
}
