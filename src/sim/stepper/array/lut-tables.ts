/**
 * The tables of a table array and what builds them: a set has one table for every group of inputs of a block, and holds
 * the sums of the group's activations for half of all trits, those of the other half being their negatives.
 *
 * Entry i, a number in balanced base 3, is the sum with its digits as trits. Level p, entries whose highest digit is a one at
 * place p, is made of x_p and entries of the levels below; a level begins when the one below is written, with
 * `writes` entries a cycle in every table. A set is built for block after block, when its last one has been read.
 *
 * Actions: int-add at the entry's width, register (activations and entries that are written).
 */
import type { LutConfig } from '../../../hardware/machine.ts';
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import type { Block, Tile } from './tile.ts';

/** Width and largest magnitude of an activation. */
const ACTIVATION_BITS = 8;
const LARGEST = 128;

/** One token row and the inputs that its tables stand for. */
export interface TableBlock {
  readonly row: number;
  readonly k: Block;
  /** By group: its inputs; the last may have fewer. */
  readonly groups: readonly Block[];
}

/** What the builder must know of the reader. */
export interface BlockReader {
  /** Visible: blocks that have been read. */
  readonly done: number;
}

/** Bits of an entry: a sum of `groupSize` activations of either sign. */
export function entryBits(groupSize: number): number {
  let bits = 1;
  while (2 ** (bits - 1) - 1 < LARGEST * groupSize) bits++;
  return bits;
}

export class LutTables implements Component {
  /** Visible: blocks whose tables are built. */
  built = 0;

  readonly #config: LutConfig;
  readonly #tile: Tile;
  readonly #blocks: readonly TableBlock[];
  readonly #tally: Tally;
  readonly #bits: number;
  /** By set and group: entries by number. */
  readonly #sets: readonly (readonly Map<number, number>[])[];
  #reader: BlockReader = { done: 0 };
  /** Where building has come to: level of the tables, entries of it that are written. */
  #level = 0;
  #written = 0;
  #arriving: readonly {
    readonly table: Map<number, number>;
    readonly entry: number;
    readonly sum: number;
  }[] = [];
  #next: { readonly built: number; readonly level: number; readonly written: number } | null = null;

  constructor(config: LutConfig, tile: Tile, blocks: readonly TableBlock[], tally: Tally) {
    this.#config = config;
    this.#tile = tile;
    this.#blocks = blocks;
    this.#tally = tally;
    this.#bits = entryBits(config.groupSize);
    this.#sets = Array.from({ length: config.tables === 'single' ? 1 : 2 }, () =>
      Array.from({ length: config.groups }, () => new Map<number, number>()),
    );
  }

  connect(reader: BlockReader): void {
    this.#reader = reader;
  }

  /** Visible: the sum that trits make of a group of a block; `number` is theirs in balanced base 3. */
  fetch(block: number, group: number, number: number): number {
    if (number === 0) return 0;
    const sum = this.#tables(block)[group]!.get(Math.abs(number))!;
    return number < 0 ? -sum : sum;
  }

  evaluate(): void {
    this.#arriving = [];
    this.#next = null;
    const block = this.#blocks[this.built];
    if (block === undefined || this.built - this.#reader.done >= this.#sets.length) return;
    if (this.#level === 0) this.#register(ACTIVATION_BITS * block.k.size);
    const entries = 3 ** this.#level;
    const end = Math.min(entries, this.#written + this.#config.writes);
    this.#arriving = block.groups.flatMap((inputs, group) =>
      Array.from({ length: end - this.#written }, (_, i) =>
        this.#entry(block.row, inputs, this.#tables(this.built)[group]!, this.#written + i),
      ),
    );
    if (end < entries) this.#next = { built: this.built, level: this.#level, written: end };
    else if (this.#level + 1 < this.#config.groupSize)
      this.#next = { built: this.built, level: this.#level + 1, written: 0 };
    else this.#next = { built: this.built + 1, level: 0, written: 0 };
  }

  commit(): void {
    for (const { table, entry, sum } of this.#arriving) table.set(entry, sum);
    if (this.#next === null) return;
    this.built = this.#next.built;
    this.#level = this.#next.level;
    this.#written = this.#next.written;
  }

  /** Entry `index` of the level that is built: x of its place, with the number below it from −(3^p − 1) ÷ 2 on. */
  #entry(row: number, inputs: Block, table: Map<number, number>, index: number) {
    const place = 3 ** this.#level;
    const below = index - (place - 1) / 2;
    const x = this.#level < inputs.size ? this.#tile.activation(row, inputs.from + this.#level) : 0;
    this.#register(this.#bits);
    if (below === 0) return { table, entry: place, sum: x };
    this.#tally.add(`array.int-add.b${this.#bits}`, 1);
    const lower = table.get(Math.abs(below))!;
    return { table, entry: place + below, sum: below < 0 ? x - lower : x + lower };
  }

  #tables(block: number): readonly Map<number, number>[] {
    return this.#sets[block % this.#sets.length]!;
  }

  #register(bits: number): void {
    this.#tally.add('array.register.b1', bits);
  }
}
