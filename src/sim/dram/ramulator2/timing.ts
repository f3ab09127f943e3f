/**
 * Keeps the constraint rows of `constraints.ts`: for every node of the tree channel, rank, stack id, bank group, bank the first
 * cycle at which each command may be sent. On channels with a column bus of its own, a command that takes several cycles
 * keeps its bus for them; elsewhere the controller sends one command a cycle and intervals run from first cycle to first.
 *
 * Units: cycles of the command clock; a command's cycle is its first. Commands to a whole rank are given any bank of it.
 */
import { COMMANDS, COMMAND_NAMES, type CommandName } from '../commands.ts';
import type { DramDevice } from '../device.ts';
import { latencyCycles } from '../timing.ts';
import { LEVELS, rowsOf, type Level, type Row } from './constraints.ts';

const COLUMN: readonly CommandName[] = ['RD', 'WR'];

/** What one command sent to one bank pushes forward: `next[slots[i]]` to `gaps[i]` cycles later. */
interface Effect {
  readonly slots: Int32Array;
  readonly gaps: Int32Array;
}

/** A gap, in cycles, between two commands at a level. */
export interface Gap {
  readonly level: Level;
  readonly after: CommandName;
  readonly before: CommandName;
  readonly cycles: number;
  readonly window: number;
  readonly sibling: boolean;
}

/** Every gap of a device, one for each pair of commands; none of zero cycles or fewer. */
export function gapsOf(device: DramDevice): Gap[] {
  const gaps = rowsOf(device.standard).flatMap((row) => expand(device, row));
  const { cycles, separateColumnBus } = device.command;
  if (!separateColumnBus) return gaps;
  for (const after of COMMAND_NAMES) {
    const column = COLUMN.includes(after);
    for (const before of cycles[after] > 1 ? COMMAND_NAMES : []) {
      if (COLUMN.includes(before) !== column) continue;
      gaps.push({ level: 'channel', after, before, cycles: cycles[after], window: 1, sibling: false });
    }
  }
  return gaps;
}

function expand(device: DramDevice, { level, window = 1, sibling = false, ...row }: Row): Gap[] {
  const latency = latencyCycles(device, row.latency);
  const { cycles, intervals } = device.command;
  return row.after
    .flatMap((after) =>
      row.before.map((before) => {
        const shift = intervals === 'last' ? cycles[after] - cycles[before] : 0;
        return { level, after, before, cycles: latency + shift, window, sibling };
      }),
    )
    .filter((gap) => gap.cycles > 0);
}

export class TreeTiming {
  readonly banks: number;
  /** Pseudo-channels where there are stack ids, else ranks: what is refreshed as a whole. */
  readonly ranks: number;
  /** By level, then bank: the node that the bank is in. */
  readonly #pathOf: readonly Int32Array[];
  /** The same by bank, then level, as offsets into `#next`. */
  readonly #bases: Int32Array;
  readonly #next: Float64Array;
  /** `effects[command][bank]` */
  readonly #effects: readonly (readonly Effect[])[];
  readonly #windows: readonly Window[];

  constructor(device: DramDevice) {
    const { ranks, stacks = 1, bankGroups, banksPerGroup } = device.organisation;
    const groups = ranks * bankGroups;
    this.banks = groups * banksPerGroup;
    this.ranks = ranks / stacks;
    const counts = [1, this.ranks, ranks, groups, this.banks];
    const first = counts.map((_, level) => counts.slice(0, level).reduce((sum, count) => sum + count, 0));
    const perRank = bankGroups * banksPerGroup;
    const index = Int32Array.from({ length: this.banks }, (_, bank) => bank);
    this.#pathOf = [
      index.map(() => 0),
      index.map((bank) => first[1]! + (Math.floor(bank / perRank) % this.ranks)),
      index.map((bank) => first[2]! + Math.floor(bank / perRank)),
      index.map((bank) => first[3]! + Math.floor(bank / banksPerGroup)),
      index.map((bank) => first[4]! + bank),
    ];
    this.#bases = Int32Array.from(
      Array.from(index, (bank) => this.#pathOf.map((nodes) => nodes[bank]! * COMMANDS)).flat(),
    );
    this.#next = new Float64Array((first[4]! + this.banks) * COMMANDS);
    const gaps = gapsOf(device);
    this.#effects = COMMAND_NAMES.map((after) => {
      const own = gaps.filter((gap) => gap.after === after && gap.window === 1);
      return Array.from(index, (bank) => this.#effect(own, bank));
    });
    this.#windows = gaps.filter((gap) => gap.window > 1).map((gap) => new Window(gap, this.ranks));
  }

  /** Rank, or pseudo-channel, of a bank. */
  rankOf(bank: number): number {
    return this.#pathOf[1]![bank]! - 1;
  }

  /** First cycle at which `command` may be sent to `bank`. */
  earliest(command: number, bank: number): number {
    const [bases, all] = [this.#bases, this.#next];
    let cycle = 0;
    for (let i = bank * LEVELS.length; i < (bank + 1) * LEVELS.length; i++) {
      const next = all[bases[i]! + command]!;
      if (next > cycle) cycle = next;
    }
    return cycle;
  }

  /** Notes that `command` is sent to `bank` at `cycle`. */
  send(command: number, bank: number, cycle: number): void {
    const { slots, gaps } = this.#effects[command]![bank]!;
    for (let i = 0; i < slots.length; i++) this.#push(slots[i]!, cycle + gaps[i]!);
    for (const window of this.#windows) {
      if (window.after !== command) continue;
      this.#push(this.#pathOf[1]![bank]! * COMMANDS + window.before, window.take(this.rankOf(bank), cycle));
    }
  }

  #push(slot: number, cycle: number): void {
    if (cycle > this.#next[slot]!) this.#next[slot] = cycle;
  }

  #effect(gaps: readonly Gap[], bank: number): Effect {
    const pairs = gaps.flatMap((gap) => {
      const level = LEVELS.indexOf(gap.level);
      const nodes = gap.sibling ? this.#siblings(level, bank) : [this.#pathOf[level]![bank]!];
      return nodes.map((node) => [node * COMMANDS + COMMAND_NAMES.indexOf(gap.before), gap.cycles] as const);
    });
    return {
      slots: Int32Array.from(pairs, ([slot]) => slot),
      gaps: Int32Array.from(pairs, ([, cycles]) => cycles),
    };
  }

  /** The other nodes of the level under the same parent. */
  #siblings(level: number, bank: number): number[] {
    const [nodes, parents] = [this.#pathOf[level]!, this.#pathOf[level - 1]!];
    const under = Array.from(nodes.filter((_, other) => parents[other] === parents[bank]));
    return [...new Set(under)].filter((node) => node !== nodes[bank]);
  }
}

/** The last cycles of a command in each rank, for constraints that count from the n-th last. */
class Window {
  readonly after: number;
  readonly before: number;
  readonly #gap: number;
  readonly #last: readonly number[][];

  constructor(gap: Gap, ranks: number) {
    this.after = COMMAND_NAMES.indexOf(gap.after);
    this.before = COMMAND_NAMES.indexOf(gap.before);
    this.#gap = gap.cycles;
    this.#last = Array.from({ length: ranks }, () => Array.from({ length: gap.window }, () => -Infinity));
  }

  /** Takes in a command at `cycle`; returns the first cycle of the next one. */
  take(rank: number, cycle: number): number {
    const last = this.#last[rank]!;
    last.push(cycle);
    last.shift();
    return last[0]! + this.#gap;
  }
}
