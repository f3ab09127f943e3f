/**
 * The engine that keeps the constraint table: for every bank, bank group and rank the first cycle at which each command
 * may be sent, as typed arrays that a sent command pushes forward. It knows no single constraint by name. The command
 * bus is one more resource, held for the command's cycles.
 *
 * Units: cycles of the command clock; a command's cycle is its first.
 */
import { TritsimError } from '../../errors/error.ts';
import { COMMANDS, COMMAND_NAMES, RD, WR } from './commands.ts';
import { constraintsOf, type Constraint } from './constraints.ts';
import { burstCycles, type DramDevice } from './device.ts';
import { CommandWindow } from './command-window.ts';

/** Commands a node of the tree has room for: a power of two above `COMMANDS`. */
const STRIDE = 8;
/** Command buses at most. */
const BUSES = 2;

// What of a sent command is looked up, from its number × HEADER on in one array: where in `next` its bus is, for how many cycles
// it takes that, where its rules begin, how many values they are for a bank, whether some reach far.
const BUS = 0;
const BUS_CYCLES = 1;
const FIRST = 2;
const LENGTH = 3;
const FAR = 4;
const HEADER = 8;

/** The value of a latency expression: names, integers, + and −. Throws `DRAM_LATENCY` on an unknown name. */
export function latencyCycles(device: DramDevice, expression: string): number {
  let sum = 0;
  let sign = 1;
  for (const term of expression.split(' ')) {
    if (term === '+') sign = 1;
    else if (term === '-') sign = -1;
    else sum += sign * termCycles(device, term);
  }
  return sum;
}

function termCycles(device: DramDevice, term: string): number {
  if (term === 'BL') return burstCycles(device);
  const value = /^\d+$/.test(term) ? Number(term) : device.timings[term];
  if (value === undefined) {
    throw new TritsimError('DRAM_LATENCY', 'a constraint names a timing that the device does not have', {
      place: device.name,
      found: term,
      allowed: Object.keys(device.timings),
    });
  }
  return value;
}

/** Cycles from the first cycle of `after` to the first at which `before` may be sent, by one row of the table. */
export function minimumGap(device: DramDevice, row: Constraint, after: number, before: number): number {
  const latency = latencyCycles(device, row.latency);
  if (device.command.intervals === 'first') return latency;
  const { cycles } = device.command;
  return latency + cycles[COMMAND_NAMES[after]!] - cycles[COMMAND_NAMES[before]!];
}

/** Cycles from a column command's first cycle to the end of its data on the bus: `{ read, write }`. */
export function dataEnd(device: DramDevice): { readonly read: number; readonly write: number } {
  const lead = (name: 'RD' | 'WR') =>
    device.command.intervals === 'last' ? device.command.cycles[name] - 1 : 0;
  const strobe = device.timings['tDQSCK'] ?? 0;
  return {
    read: lead('RD') + device.timings['RL']! + strobe + burstCycles(device),
    write: lead('WR') + device.timings['WL']! + (device.timings['tDQSS'] ?? 0) + burstCycles(device),
  };
}

export class BankTiming {
  readonly banksPerRank: number = 0;
  /** By bank: its rank. */
  readonly rankOf: Int32Array = new Int32Array(0);
  /** First cycle of each command by node: `next[base + command]`; behind them `busFree`. */
  readonly next: Float64Array = new Float64Array(0);
  /** Offsets into `next` of a bank's own node (8 × bank), its bank group's and its rank's. */
  readonly bankBase: Int32Array = new Int32Array(0);
  readonly groupBase: Int32Array = new Int32Array(0);
  readonly rankBase: Int32Array = new Int32Array(0);

  readonly #rows: readonly Expanded[];
  /**
   * The headers of the commands; then for every command and bank its rules, each two values: where in `next` and how many
   * cycles on. All in one array, since a look-up in another one costs more than the look-up.
   */
  readonly #rules: Int32Array = new Int32Array(0);
  readonly #otherRanks: readonly { readonly after: number; readonly before: number; readonly gap: number }[];
  readonly #windows: readonly CommandWindow[];
  /** Slots of `next` that some rule writes. */
  readonly #slots: Int32Array = new Int32Array(0);
  /** By command: which command bus it uses and for how many cycles; by bus: when it is free again. */
  readonly busOf = new Int32Array(COMMANDS);
  readonly busCycles: Float64Array = new Float64Array(0);
  readonly busFree: Float64Array = new Float64Array(0);
  /** By command: where in `next` its bus is. */
  readonly busSlot: Int32Array = new Int32Array(0);

  /** `commandBus` false: the caller sees to it that commands don't overlap on their way. */
  constructor(device: DramDevice, commandBus = true) {
    const { ranks, bankGroups, banksPerGroup } = device.organisation;
    this.banksPerRank = bankGroups * banksPerGroup;
    const banks = ranks * this.banksPerRank;
    const groups = ranks * bankGroups;
    const nodes = (banks + groups + ranks) * STRIDE;
    this.next = new Float64Array(nodes + BUSES);
    this.busFree = this.next.subarray(nodes);
    const index = Array.from({ length: banks }, (_, bank) => bank);
    this.bankBase = Int32Array.from(index, (bank) => bank * STRIDE);
    this.groupBase = Int32Array.from(index, (bank) => (banks + Math.floor(bank / banksPerGroup)) * STRIDE);
    this.rankOf = Int32Array.from(index, (bank) => Math.floor(bank / this.banksPerRank));
    this.rankBase = this.rankOf.map((rank) => (banks + groups + rank) * STRIDE);
    const { cycles, separateColumnBus } = device.command;
    this.busCycles = Float64Array.from(COMMAND_NAMES, (name) => (commandBus ? cycles[name] : 0));
    if (separateColumnBus) this.busOf[RD] = this.busOf[WR] = 1;
    this.busSlot = this.busOf.map((bus) => nodes + bus);
    const rows = constraintsOf(device).flatMap((row) => expand(device, row));
    this.#rows = rows;
    const single = rows.filter((row) => row.window === 1);
    const merged = strictest(single.filter((row) => row.level !== 'other-ranks'));
    const bases = [this.bankBase, this.groupBase, this.rankBase];
    this.#otherRanks = ranks > 1 ? single.filter((row) => row.level === 'other-ranks') : [];
    this.#windows = rows.filter((row) => row.window > 1).map((row) => new CommandWindow(row, ranks));
    const far = new Set([...this.#otherRanks, ...this.#windows].map(({ after }) => after));
    const headers: number[] = [];
    const rules: number[] = [];
    COMMAND_NAMES.forEach((_, command) => {
      const own = merged.filter((row) => row.after === command);
      const first = HEADER * COMMANDS + rules.length;
      headers.push(this.busSlot[command]!, this.busCycles[command]!, first, 2 * own.length);
      headers.push(far.has(command) ? 1 : 0, 0, 0, 0);
      for (const bank of index) {
        for (const row of own) rules.push(bases[LEVELS.indexOf(row.level)]![bank]! + row.before, row.gap);
      }
    });
    this.#rules = Int32Array.from([...headers, ...rules]);
    const ofRules = rules.filter((_, i) => i % 2 === 0);
    const ofRanks = [...this.#otherRanks, ...this.#windows].flatMap(({ before }) =>
      Array.from(this.rankBase, (base) => base + before),
    );
    this.#slots = Int32Array.from(new Set([...ofRules, ...ofRanks])).toSorted();
  }

  /** Cycles that `after` puts `before` off in its rank, its group and its bank; 0 where it does not. */
  gapsBetween(after: number, before: number): readonly [rank: number, group: number, bank: number] {
    const gap = (level: string): number =>
      this.#rows.reduce((longest, row) => {
        const applies =
          row.level === level && row.after === after && row.before === before && row.window === 1;
        return applies ? Math.max(longest, row.gap) : longest;
      }, 0);
    return [gap('rank'), gap('bankgroup'), gap('bank')];
  }

  /** First cycle at which `command` may be sent to `bank` (of a rank-wide command: any bank of the rank). */
  earliest(command: number, bank: number): number {
    const next = this.next;
    let t = next[this.bankBase[bank]! + command]!;
    const free = next[this.busSlot[command]!]!;
    const group = next[this.groupBase[bank]! + command]!;
    const rank = next[this.rankBase[bank]! + command]!;
    if (free > t) t = free;
    if (group > t) t = group;
    if (rank > t) t = rank;
    return t;
  }

  /** A cycle before which `command` cannot be sent to any bank: as far as the bus and the ranks say. */
  soonest(command: number): number {
    const next = this.next;
    let rank = next[this.rankBase[0]! + command]!;
    for (let bank = this.banksPerRank; bank < this.rankBase.length; bank += this.banksPerRank) {
      rank = Math.min(rank, next[this.rankBase[bank]! + command]!);
    }
    return Math.max(rank, next[this.busSlot[command]!]!);
  }

  /** Notes that `command` is sent to `bank` at `cycle`. */
  send(command: number, bank: number, cycle: number): void {
    const next = this.next;
    const rules = this.#rules;
    const header = command * HEADER;
    next[rules[header | BUS]!] = cycle + rules[header | BUS_CYCLES]!;
    const length = rules[header | LENGTH]!;
    let at = rules[header | FIRST]! + length * bank;
    for (const end = at + length; at < end; at += 2) {
      const slot = rules[at]!;
      const t = cycle + rules[at | 1]!;
      if (t > next[slot]!) next[slot] = t;
    }
    if (rules[header | FAR] === 1) this.#sendFar(command, bank, cycle);
  }

  /** How many values `save` writes. */
  get saved(): number {
    return this.#windows.reduce(
      (sum, window) => sum + window.saved,
      this.#slots.length + this.busFree.length,
    );
  }

  /**
   * Writes to `out` from `at` on how many cycles from `now` on each constraint still reaches, 0 for one that is past: all that
   * matters of what was sent before. Returns where it stopped.
   */
  save(out: Int32Array, at: number, now: number): number {
    const { next, busFree } = this;
    let i = at;
    for (let s = 0; s < this.#slots.length; s++) {
      const left = next[this.#slots[s]!]! - now;
      out[i++] = left > 0 ? left : 0;
    }
    for (let bus = 0; bus < busFree.length; bus++) out[i++] = Math.max(0, busFree[bus]! - now);
    for (let w = 0; w < this.#windows.length; w++) i = this.#windows[w]!.save(out, i, now);
    return i;
  }

  /** Takes over what `save` wrote, with another `now`. Returns where it stopped. */
  load(from: Int32Array, at: number, now: number): number {
    const { next, busFree } = this;
    let i = at;
    for (let s = 0; s < this.#slots.length; s++) next[this.#slots[s]!] = now + from[i++]!;
    for (let bus = 0; bus < busFree.length; bus++) busFree[bus] = now + from[i++]!;
    for (let w = 0; w < this.#windows.length; w++) i = this.#windows[w]!.load(from, i, now);
    return i;
  }

  /** The rules that reach further than one rank and one command back. */
  #sendFar(command: number, bank: number, cycle: number): void {
    const next = this.next;
    const rankBase = this.rankBase[bank]!;
    for (let i = 0; i < this.#windows.length; i++) {
      const window = this.#windows[i]!;
      if (window.after === command) {
        const t = window.push(this.rankOf[bank]!, cycle);
        if (t > next[rankBase + window.before]!) next[rankBase + window.before] = t;
      }
    }
    for (let i = 0; i < this.#otherRanks.length; i++) {
      const rule = this.#otherRanks[i]!;
      if (rule.after !== command) continue;
      const t = cycle + rule.gap;
      for (let other = 0; other < this.rankOf.length; other += this.banksPerRank) {
        const base = this.rankBase[other]!;
        if (base !== rankBase && t > next[base + rule.before]!) next[base + rule.before] = t;
      }
    }
  }
}

const LEVELS = ['bank', 'bankgroup', 'rank'];

interface Expanded {
  readonly level: string;
  readonly after: number;
  readonly before: number;
  readonly gap: number;
  readonly window: number;
}

/** One row for each pair of its commands, in order of the first; a gap of zero or less constrains nothing. */
function expand(device: DramDevice, row: Constraint): Expanded[] {
  const pairs: Expanded[] = [];
  for (const a of row.after) {
    for (const b of row.before) {
      const after = COMMAND_NAMES.indexOf(a);
      const before = COMMAND_NAMES.indexOf(b);
      const gap = minimumGap(device, row, after, before);
      if (gap > 0) pairs.push({ level: row.level, after, before, gap, window: row.window ?? 1 });
    }
  }
  return pairs;
}

/** Of rows for the same level and pair only the longest, ordered by the first command. */
function strictest(rows: readonly Expanded[]): Expanded[] {
  const best = new Map<string, Expanded>();
  for (const row of rows) {
    const key = `${row.level} ${row.after} ${row.before}`;
    if ((best.get(key)?.gap ?? 0) < row.gap) best.set(key, row);
  }
  return [...best.values()].toSorted((a, b) => a.after - b.after);
}
