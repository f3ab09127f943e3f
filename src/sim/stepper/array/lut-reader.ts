/**
 * The read ports of a table array: every cycle one block of outputs fetches a sum from each table by its trits, turns the
 * sign where they say so, adds up what it fetched and accumulates it. A block of inputs is read from the cycle after its tables
 * are built until all outputs of the tile have had it.
 *
 * Actions: lut-read, trit-select (the sign), int-add in trees and accumulators, register, decoding of trits.
 */
import type { LutConfig, Machine } from '../../../hardware/machine.ts';
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import { takeTrits } from './beats.ts';
import { DelayLine } from './cell.ts';
import { entryBits, type BlockReader, type LutTables, type TableBlock } from './lut-tables.ts';
import { blocks, type Block, type Tile } from './tile.ts';
import { addUp, type AdderTree } from './tree.ts';

interface Flying {
  readonly block: TableBlock;
  readonly n: Block;
  readonly sums: readonly number[];
}

export class LutReader implements Component, BlockReader {
  /** Visible: blocks of inputs that have been read; products so far; sums that are out. */
  done = 0;
  products = 0;
  finished = 0;

  readonly #machine: Machine;
  readonly #config: LutConfig;
  readonly #tile: Tile;
  readonly #blocks: readonly TableBlock[];
  readonly #outputs: readonly Block[];
  readonly #tables: LutTables;
  readonly #tally: Tally;
  readonly #tree: AdderTree;
  readonly #entries: number;
  readonly #stages: number;
  readonly #pipeline: DelayLine<Flying>;
  /** Block of outputs that is next. */
  #output = 0;
  #entering: Flying | null = null;

  constructor(
    machine: Machine,
    config: LutConfig,
    tile: Tile,
    list: readonly TableBlock[],
    tables: LutTables,
    tally: Tally,
  ) {
    const { groups, groupSize, outputs, pipeline } = config;
    this.#machine = machine;
    this.#config = config;
    this.#tile = tile;
    this.#blocks = list;
    this.#outputs = blocks(tile.n, outputs);
    this.#tables = tables;
    this.#tally = tally;
    this.#tree = { inputs: groups, width: entryBits(groupSize), cuts: pipeline.tree, carry: 0 };
    this.#entries = [...Array(groupSize).keys()].reduce((sum, level) => sum + 3 ** level, 0);
    this.#stages = pipeline.fetch + pipeline.tree + pipeline.accumulate;
    this.#pipeline = new DelayLine(this.#stages);
  }

  evaluate(): void {
    this.#entering = null;
    const block = this.#blocks[this.done];
    if (block === undefined || this.#tables.built <= this.done) return;
    const n = this.#outputs[this.#output]!;
    takeTrits(this.#machine, block.k, n.size, this.#tally);
    const sums = Array.from({ length: n.size }, (_, i) => this.#sum(block, n.from + i));
    this.#entering = { block, n, sums };
  }

  commit(): void {
    this.#pipeline.push(this.#entering);
    if (this.#entering !== null) {
      this.products += this.#entering.block.k.size * this.#entering.n.size;
      this.#output = (this.#output + 1) % this.#outputs.length;
      if (this.#output === 0) this.done++;
    }
    const leaving = this.#pipeline.at(this.#stages - 1);
    if (leaving === null) return;
    leaving.sums.forEach((sum, i) => {
      this.#accumulate(leaving.block, leaving.n.from + i, sum);
    });
    this.finished += leaving.sums.length;
  }

  #sum({ groups }: TableBlock, output: number): number {
    const bits = this.#tree.width;
    const fetched = groups.map((inputs, group) => {
      this.#tally.add(`array.lut-read.b${bits}.${this.#entries}`, 1);
      this.#tally.add(`array.trit-select.b${bits}`, 1);
      this.#tally.add('array.register.b1', bits);
      return this.#tables.fetch(this.done, group, this.#numberOf(inputs, output));
    });
    return addUp(this.#tree, fetched, this.#tally);
  }

  /** The trits of a group as a number in balanced base 3, the first one lowest. */
  #numberOf(inputs: Block, output: number): number {
    let number = 0;
    for (let i = 0; i < inputs.size; i++) number += this.#tile.weight(inputs.from + i, output) * 3 ** i;
    return number;
  }

  #accumulate({ row, k }: TableBlock, output: number, sum: number): void {
    const { accumulate, accumulators } = this.#tile;
    const before = k.from === 0 && !accumulate ? 0 : accumulators.read(row, output);
    accumulators.write(row, output, before + sum);
    this.#tally.add(`array.int-add.b${this.#config.accumulatorBits}`, 1);
    this.#tally.add('array.register.b1', this.#config.accumulatorBits);
  }
}
