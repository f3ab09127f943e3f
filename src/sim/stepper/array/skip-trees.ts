/**
 * What follows the lanes of a zero-skip array: in the cycle after a pass the trees take the lanes' sums, add them up in
 * their stages, and the accumulators take what comes out.
 *
 * Actions: int-add in trees and accumulators, register.
 */
import type { Component } from '../component.ts';
import type { Tally } from '../tally.ts';
import { DelayLine } from './cell.ts';
import type { SkipLane } from './skip-lane.ts';
import type { SkipPasses } from './skip-passes.ts';
import type { Block, Tile } from './tile.ts';
import { addUp, type AdderTree } from './tree.ts';

/** One token row and one block of outputs. */
export interface Pass {
  readonly row: number;
  readonly n: Block;
}

interface Flying {
  readonly pass: Pass;
  readonly sums: readonly number[];
}

export class SkipTrees implements Component {
  /** Visible: passes whose results are out. */
  finished = 0;

  readonly #tile: Tile;
  readonly #tree: AdderTree;
  readonly #accumulatorBits: number;
  readonly #stages: number;
  readonly #passes: SkipPasses;
  readonly #order: readonly Pass[];
  /** By column: its lanes that have an input of the tile. */
  readonly #columns: readonly (readonly SkipLane[])[];
  readonly #tally: Tally;
  readonly #pipeline: DelayLine<Flying>;
  #entering: Flying | null = null;

  constructor(
    tile: Tile,
    shape: { readonly tree: AdderTree; readonly accumulatorBits: number; readonly stages: number },
    passes: SkipPasses,
    order: readonly Pass[],
    columns: readonly (readonly SkipLane[])[],
    tally: Tally,
  ) {
    this.#tile = tile;
    this.#tree = shape.tree;
    this.#accumulatorBits = shape.accumulatorBits;
    this.#stages = shape.stages;
    this.#passes = passes;
    this.#order = order;
    this.#columns = columns;
    this.#tally = tally;
    this.#pipeline = new DelayLine(shape.stages);
  }

  evaluate(): void {
    this.#entering = null;
    if (!this.#passes.hasJustBegun) return;
    const pass = this.#order[this.#passes.running - 1]!;
    const columns = this.#columns.slice(0, pass.n.size);
    this.#entering = {
      pass,
      sums: columns.map((lanes) =>
        addUp(
          this.#tree,
          lanes.map(({ sum }) => sum),
          this.#tally,
        ),
      ),
    };
  }

  commit(): void {
    this.#pipeline.push(this.#entering);
    const leaving = this.#pipeline.at(this.#stages - 1);
    if (leaving === null) return;
    leaving.sums.forEach((sum, column) => {
      this.#accumulate(leaving.pass.row, leaving.pass.n.from + column, sum);
    });
    this.finished++;
  }

  #accumulate(row: number, output: number, sum: number): void {
    const { accumulate, accumulators } = this.#tile;
    accumulators.write(row, output, (accumulate ? accumulators.read(row, output) : 0) + sum);
    this.#tally.add(`array.int-add.b${this.#accumulatorBits}`, 1);
    this.#tally.add('array.register.b1', this.#accumulatorBits);
  }
}
