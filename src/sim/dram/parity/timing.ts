/**
 * Keeps minimum gaps between commands for the parity policies: for every node of the tree channel, rank, stack id, bank group, bank
 * the first cycle at which each command may be sent. The gaps are data (`../dramsim3/gaps.ts`, `../ramulator2/gaps.ts`);
 * here they become flat lists of slots, by command and bank, and only levels with a gap for a command are looked at.
 *
 * Units: cycles of the command clock; a command's cycle is its first. Commands to a whole rank are given any bank of it.
 */
import { COMMANDS, COMMAND_NAMES, type CommandName } from '../commands.ts';
import type { DramOrganisation } from '../device.ts';

/** A pseudo-channel (`rank` here) may hold several stack ids. */
export const LEVELS = ['channel', 'rank', 'stack', 'bankgroup', 'bank'] as const;
export type Level = (typeof LEVELS)[number];

/** A gap, in cycles, between two commands at a level; `window: n` counts from the n-th last, of ranks only. */
export interface Gap {
  readonly level: Level;
  readonly after: CommandName;
  readonly before: CommandName;
  readonly cycles: number;
  readonly window: number;
  /** Between commands to different nodes of the level under one parent. */
  readonly sibling: boolean;
}

export class TreeTiming {
  readonly banks: number;
  /** Pseudo-channels where there are stack ids, else ranks: what is refreshed as a whole. */
  readonly ranks: number;
  /** By bank: its rank, or pseudo-channel. */
  readonly rankOf: Int32Array;
  until = 0;
  peers = 0;
  /** First cycle of each command by node: `next[node × COMMANDS + command]`. */
  readonly #next: Float64Array;
  /** Of command c and bank b: entries start[c × banks + b] up to the next start. Slots that `earliest` looks at. */
  readonly #lookStart: Int32Array;
  readonly #lookSlots: Int32Array;
  readonly #lookPeers: Int32Array;
  /** Likewise the slots that `send` pushes to `#pushGaps` cycles later. */
  readonly #pushStart: Int32Array;
  readonly #pushSlots: Int32Array;
  readonly #pushGaps: Int32Array;
  /** By command. */
  readonly #windows: readonly (readonly Window[])[];

  constructor(organisation: DramOrganisation, gaps: readonly Gap[]) {
    const { ranks, stacks = 1, bankGroups, banksPerGroup } = organisation;
    const perRank = bankGroups * banksPerGroup;
    this.banks = ranks * perRank;
    this.ranks = ranks / stacks;
    const index = Int32Array.from({ length: this.banks }, (_, bank) => bank);
    this.rankOf = index.map((bank) => Math.floor(bank / perRank) % this.ranks);
    const nodes = numbered([
      index.map(() => 0),
      this.rankOf,
      index.map((bank) => Math.floor(bank / perRank)),
      index.map((bank) => Math.floor(bank / banksPerGroup)),
      index,
    ]);
    this.#next = new Float64Array((nodes.at(-1)!.at(-1)! + 1) * COMMANDS);
    const single = gaps.filter(({ window }) => window === 1);
    const looks: [slot: number, peers: number][][] = [];
    const pushes: [slot: number, cycles: number][][] = [];
    for (const [command, name] of COMMAND_NAMES.entries()) {
      const levels = LEVELS.filter((level) =>
        gaps.some((gap) => gap.before === name && levelOf(gap, stacks) === level),
      );
      const after = single.filter((gap) => gap.after === name);
      for (const bank of index) {
        const own = levels.map((level) => nodes[LEVELS.indexOf(level)]!);
        looks.push(own.map((of) => [of[bank]! * COMMANDS + command, peersOf(of, bank)]));
        pushes.push(pushesOf(after, nodes, bank, stacks));
      }
    }
    this.#lookStart = starts(looks);
    this.#lookSlots = Int32Array.from(looks.flat(), ([slot]) => slot);
    this.#lookPeers = Int32Array.from(looks.flat(), ([, peers]) => peers);
    this.#pushStart = starts(pushes);
    this.#pushSlots = Int32Array.from(pushes.flat(), ([slot]) => slot);
    this.#pushGaps = Int32Array.from(pushes.flat(), ([, cycles]) => cycles);
    const firstRank = nodes[LEVELS.indexOf('rank')]![0]!;
    this.#windows = COMMAND_NAMES.map((name) =>
      gaps
        .filter(({ window, after }) => window > 1 && after === name)
        .map((gap) => new Window(gap, this.ranks, firstRank * COMMANDS)),
    );
  }

  /** First cycle at which `command` may be sent to `bank`. */
  earliest(command: number, bank: number): number {
    const at = command * this.banks + bank;
    const end = this.#lookStart[at + 1]!;
    const slots = this.#lookSlots;
    const next = this.#next;
    let cycle = 0;
    for (let i = this.#lookStart[at]!; i < end; i++) {
      const t = next[slots[i]!]!;
      if (t > cycle) cycle = t;
    }
    return cycle;
  }

  /**
   * Whether `command` may be sent to `bank` in `cycle`. If not, `until` and `peers` tell till when the highest level with a gap
   * holds it up, and whom that holds up, too: bits of the banks in the same 32.
   */
  allows(command: number, bank: number, cycle: number): boolean {
    const at = command * this.banks + bank;
    const end = this.#lookStart[at + 1]!;
    const slots = this.#lookSlots;
    const next = this.#next;
    for (let i = this.#lookStart[at]!; i < end; i++) {
      const t = next[slots[i]!]!;
      if (t <= cycle) continue;
      this.until = t;
      this.peers = this.#lookPeers[i]!;
      return false;
    }
    return true;
  }

  /** Notes that `command` is sent to `bank` at `cycle`. */
  send(command: number, bank: number, cycle: number): void {
    const at = command * this.banks + bank;
    const end = this.#pushStart[at + 1]!;
    const slots = this.#pushSlots;
    const gaps = this.#pushGaps;
    const next = this.#next;
    for (let i = this.#pushStart[at]!; i < end; i++) {
      const slot = slots[i]!;
      const t = cycle + gaps[i]!;
      if (t > next[slot]!) next[slot] = t;
    }
    const windows = this.#windows[command]!;
    for (let w = 0; w < windows.length; w++) windows[w]!.send(this.rankOf[bank]!, cycle, next);
  }
}

/** The last cycles of a command in each rank, for gaps that count from the n-th last. */
class Window {
  readonly #gap: number;
  readonly #length: number;
  readonly #firstSlot: number;
  readonly #cycles: Float64Array;
  readonly #oldest: Int32Array;

  constructor(gap: Gap, ranks: number, firstSlot: number) {
    this.#gap = gap.cycles;
    this.#length = gap.window;
    this.#firstSlot = firstSlot + COMMAND_NAMES.indexOf(gap.before);
    this.#cycles = new Float64Array(ranks * gap.window).fill(-Infinity);
    this.#oldest = new Int32Array(ranks);
  }

  /** Takes in a command at `cycle`; pushes what it holds up in `next`. */
  send(rank: number, cycle: number, next: Float64Array): void {
    const first = rank * this.#length;
    const at = this.#oldest[rank]!;
    this.#cycles[first + at] = cycle;
    const oldest = at + 1 === this.#length ? 0 : at + 1;
    this.#oldest[rank] = oldest;
    const t = this.#cycles[first + oldest]! + this.#gap;
    const slot = this.#firstSlot + rank * COMMANDS;
    if (t > next[slot]!) next[slot] = t;
  }
}

/** The nodes of all levels, by level and bank, numbered one level after the other. */
function numbered(levels: readonly Int32Array[]): Int32Array[] {
  let first = 0;
  return levels.map((nodes) => {
    const offset = first;
    first += nodes.at(-1)! + 1;
    return nodes.map((node) => node + offset);
  });
}

/** The level at which a gap is kept: without stack ids a stack is its rank. */
function levelOf({ level, sibling }: Gap, stacks: number): Level {
  return level === 'stack' && stacks === 1 && !sibling ? 'rank' : level;
}

/** What a command to `bank` pushes; of several gaps for a slot the longest. */
function pushesOf(
  gaps: readonly Gap[],
  nodes: readonly Int32Array[],
  bank: number,
  stacks: number,
): [slot: number, cycles: number][] {
  const longest = new Map<number, number>();
  for (const gap of gaps) {
    const level = LEVELS.indexOf(levelOf(gap, stacks));
    const own = nodes[level]!;
    for (const node of gap.sibling ? siblings(own, nodes[level - 1]!, bank) : [own[bank]!]) {
      const slot = node * COMMANDS + COMMAND_NAMES.indexOf(gap.before);
      longest.set(slot, Math.max(gap.cycles, longest.get(slot) ?? 0));
    }
  }
  return [...longest];
}

/** Of the 32 banks that `bank` is one of, bits of those under the same node of a level. */
function peersOf(nodes: Int32Array, bank: number): number {
  const first = bank & ~31;
  return nodes
    .subarray(first, first + 32)
    .reduce((bits, node, i) => (node === nodes[bank] ? bits | (1 << i) : bits), 0);
}

/** The other nodes of a level under the same parent. */
function siblings(nodes: Int32Array, parents: Int32Array, bank: number): number[] {
  const under = nodes.filter((_, other) => parents[other] === parents[bank]);
  return [...new Set(under)].filter((node) => node !== nodes[bank]);
}

/** Where each list starts when all are put in a row, and where the last one ends. */
function starts(lists: readonly (readonly unknown[])[]): Int32Array {
  const result = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (result[i + 1] = result[i]! + list.length));
  return result;
}
