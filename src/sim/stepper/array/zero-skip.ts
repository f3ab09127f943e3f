/**
 * The zero-skip array, cycle by cycle: a queue of beats that all columns share, lanes that step over what need not be
 * added, trees and accumulators behind them. A pass is one token row × one block of outputs; blocks of outputs outside, rows
 * inside.
 *
 *     beat ─▶ queue (slots) ─▶ lanes of a column ─▶ tree ─▶ accumulator
 *
 * A column takes one output; lane l takes inputs (b·lanes + l)·window … of beat b. A term need not be added where its trit
 * is zero or, where the machine looks at them, its activation is.
 * Units: cycles, bits. NOT MODELLED: overflow of a lane's sum.
 */
import type { Machine, ZeroSkipConfig } from '../../../hardware/machine.ts';
import { Assembly, type Order } from '../assembly.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { crossingsOf, inputsInTurn } from './beats.ts';
import { demandsOf } from './demands.ts';
import { SkipLane } from './skip-lane.ts';
import { SkipPasses } from './skip-passes.ts';
import { SkipQueue, type SkipBeat } from './skip-queue.ts';
import { SkipTrees, type Pass } from './skip-trees.ts';
import { blocks, type Tile } from './tile.ts';

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

export class ZeroSkipJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  readonly #config: ZeroSkipConfig;
  readonly #tile: Tile;
  readonly #order: readonly Pass[];
  readonly #lanes: readonly SkipLane[];
  readonly #trees: SkipTrees;
  readonly #array: Assembly;

  constructor(machine: Machine, config: ZeroSkipConfig, tile: Tile, order?: Order) {
    const { lanes, outputs, window, queue, laneBits, accumulatorBits, pipeline } = config;
    this.#config = config;
    this.#tile = tile;
    this.#order = blocks(tile.n, outputs).flatMap((n) =>
      Array.from({ length: tile.rows }, (_, row): Pass => ({ row, n })),
    );
    const ofPasses = this.#order.map(({ row, n }) => inputsInTurn(tile, row, n, lanes * window));
    const beats = ofPasses
      .flatMap((inTurn, pass) => inTurn.map((beat) => ({ ...beat, pass })))
      .map((beat, number): SkipBeat => ({ ...beat, number }));
    const slots = new SkipQueue(machine, queue, beats, this.tally);
    const passes = new SkipPasses(
      ofPasses.map((_, pass) => beats.findLast((beat) => beat.pass === pass)!.number),
    );
    const columns = Array.from({ length: outputs }, (_, column) =>
      Array.from({ length: lanes }, (__, lane) => {
        const termsOf = (beat: SkipBeat): number[] => this.#termsOf(beat, column, lane);
        return new SkipLane(slots, passes, termsOf, laneBits, this.tally);
      }),
    );
    this.#lanes = columns.flat();
    slots.connect(this.#lanes);
    passes.connect(this.#lanes);
    this.#trees = new SkipTrees(
      tile,
      {
        tree: { inputs: lanes, width: laneBits, cuts: pipeline.tree, carry: 0 },
        accumulatorBits,
        stages: pipeline.tree + pipeline.accumulate,
      },
      passes,
      this.#order,
      columns.map((list) => list.filter((_, lane) => lane * window < tile.k)),
      this.tally,
    );
    this.#array = new Assembly([slots, passes, ...this.#lanes, this.#trees], order);
    const bits = { activation: ACTIVATION_BITS, accumulator: accumulatorBits };
    this.demands = demandsOf(machine, bits, tile, crossingsOf(beats));
  }

  /** Those of the passes whose results are out, skipped or not. */
  get products(): number {
    return this.#order.slice(0, this.#trees.finished).reduce((sum, { n }) => sum + n.size * this.#tile.k, 0);
  }

  get laneCycles(): number {
    return this.#lanes.reduce((sum, { additions }) => sum + additions, 0);
  }

  step(): boolean {
    this.#array.step();
    return this.#trees.finished === this.#order.length;
  }

  /** What a lane must add of a beat, in order. */
  #termsOf({ row, k, n }: SkipBeat, column: number, lane: number): number[] {
    const { window, skips } = this.#config;
    if (column >= n.size) return [];
    const terms: number[] = [];
    const from = k.from + lane * window;
    for (let input = from; input < Math.min(from + window, k.from + k.size); input++) {
      const trit = this.#tile.weight(input, n.from + column);
      const x = this.#tile.activation(row, input);
      if (trit === 0 || (x === 0 && skips === 'weights-and-activations')) continue;
      terms.push(trit > 0 ? x : -x);
    }
    return terms;
  }
}
