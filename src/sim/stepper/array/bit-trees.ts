/**
 * The trees of a bit-serial array: a bit is selected as +1, −1 or 0 by its trit, the tree adds up a column's, the sum is shifted
 * into place and added to the accumulator; that of the last bit, which carries the sign, is subtracted.
 *
 * Actions: trit-select of one bit, int-add in trees and accumulators, register.
 */
import type { BitSerialConfig } from '../../../hardware/machine.ts';
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import type { BitFeeder, BitSlice } from './bit-feeder.ts';
import { DelayLine } from './cell.ts';
import type { Tile } from './tile.ts';
import { addUp, type AdderTree } from './tree.ts';

/** A leaf is −1, 0 or 1. */
const LEAF_BITS = 2;

interface Flying {
  readonly slice: BitSlice;
  readonly sums: readonly number[];
}

export class BitTrees implements Component {
  /** Visible: beats whose last bit is in the accumulators; leaves that were selected; products that are whole. */
  finished = 0;
  selected = 0;
  products = 0;

  readonly #config: BitSerialConfig;
  readonly #tile: Tile;
  readonly #feeder: BitFeeder;
  readonly #tally: Tally;
  readonly #tree: AdderTree;
  readonly #stages: number;
  readonly #pipeline: DelayLine<Flying>;
  /** By output of the block: the accumulator's register. */
  readonly #running: number[] = [];
  #entering: Flying | null = null;

  constructor(config: BitSerialConfig, tile: Tile, feeder: BitFeeder, tally: Tally) {
    const { select, tree, accumulate } = config.pipeline;
    this.#config = config;
    this.#tile = tile;
    this.#feeder = feeder;
    this.#tally = tally;
    this.#tree = { inputs: config.inputs, width: LEAF_BITS, cuts: tree, carry: 0 };
    this.#stages = select + tree + accumulate;
    this.#pipeline = new DelayLine(this.#stages);
  }

  evaluate(): void {
    const { slice } = this.#feeder;
    this.#entering = slice === null ? null : { slice, sums: this.#sums(slice) };
  }

  commit(): void {
    this.#pipeline.push(this.#entering);
    if (this.#entering !== null)
      this.selected += this.#entering.slice.bits.length * this.#entering.sums.length;
    const leaving = this.#pipeline.at(this.#stages - 1);
    if (leaving === null) return;
    leaving.sums.forEach((sum, output) => {
      this.#accumulate(leaving.slice, output, sum);
    });
    if (!leaving.slice.last) return;
    this.finished++;
    this.products += leaving.slice.bits.length * leaving.sums.length;
  }

  #sums({ beat, bits }: BitSlice): number[] {
    const sums: number[] = [];
    for (let output = beat.n.from; output < beat.n.from + beat.n.size; output++) {
      const leaves = bits.map((bit, i) => this.#select(bit, this.#tile.weight(beat.k.from + i, output)));
      sums.push(addUp(this.#tree, leaves, this.#tally));
    }
    return sums;
  }

  #select(bit: number, trit: number): number {
    this.#tally.add('array.trit-select.b1', 1);
    this.#tally.add('array.register.b1', this.#config.pipeline.select * LEAF_BITS);
    return bit === 0 ? 0 : trit;
  }

  #accumulate({ beat, bit, last }: BitSlice, output: number, sum: number): void {
    const { accumulators } = this.#tile;
    const at = beat.n.from + output;
    if (bit === 0 && beat.first) this.#running[output] = 0;
    if (bit === 0 && beat.readsSums) this.#running[output] = accumulators.read(beat.row, at);
    const shifted = sum * 2 ** bit;
    this.#running[output]! += last ? -shifted : shifted;
    this.#tally.add(`array.int-add.b${this.#config.accumulatorBits}`, 1);
    this.#tally.add('array.register.b1', this.#config.accumulatorBits);
    if (last && beat.writesSums) accumulators.write(beat.row, at, this.#running[output]!);
  }
}
