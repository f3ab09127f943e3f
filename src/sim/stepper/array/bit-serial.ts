/**
 * The bit-serial array, cycle by cycle: shift registers that give one bit of every activation, trees that add up what the trits
 * make of it. Beats come in the order of an array of trees.
 *
 *     activations ─▶ shift registers ─▶ bit ─▶ [select] ─▶ [tree] … ─▶ [shift, ± accumulate]
 *
 * Units: cycles, bits; a leaf does an eighth of a multiply-add a cycle. NOT MODELLED: that an accumulator of several stages
 * would have to wait for itself.
 */
import type { BitSerialConfig, Machine } from '../../../hardware/machine.ts';
import { Assembly, type Order } from '../assembly.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { crossingsOf, outputStationaryBeats, weightStationaryBeats, type Beat } from './beats.ts';
import { BitFeeder } from './bit-feeder.ts';
import { BitTrees } from './bit-trees.ts';
import { demandsOf } from './demands.ts';
import type { Tile } from './tile.ts';

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

export class BitSerialJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  readonly #beats: readonly Beat[];
  readonly #trees: BitTrees;
  readonly #array: Assembly;

  constructor(machine: Machine, config: BitSerialConfig, tile: Tile, order?: Order) {
    const { inputs, outputs, dataflow, accumulatorBits } = config;
    this.#beats =
      dataflow === 'weight-stationary'
        ? weightStationaryBeats(tile, inputs, outputs)
        : outputStationaryBeats(tile, inputs, outputs);
    const feeder = new BitFeeder(machine, config, tile, this.#beats, this.tally);
    this.#trees = new BitTrees(config, tile, feeder, this.tally);
    this.#array = new Assembly([feeder, this.#trees], order);
    const bits = { activation: ACTIVATION_BITS, accumulator: accumulatorBits };
    this.demands = demandsOf(machine, bits, tile, crossingsOf(this.#beats));
  }

  get products(): number {
    return this.#trees.products;
  }

  get laneCycles(): number {
    return this.#trees.selected / ACTIVATION_BITS;
  }

  step(): boolean {
    this.#array.step();
    return this.#trees.finished === this.#beats.length;
  }
}
