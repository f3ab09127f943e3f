/**
 * The adder-tree array, beat by beat: every cycle one row of tokens × one block of inputs × outputs enters, is selected,
 * added up pair by pair, moves down the pipeline a stage a cycle and is accumulated where it leaves. Fill and drain are what
 * the pipeline makes of them.
 *
 *     beat ─▶ [select] ─▶ [tree] … [tree] ─▶ [accumulate] ─▶ accumulator
 *
 * Weight-stationary: block of outputs, block of inputs, rows; output-stationary: rows, block of outputs, block of inputs.
 * Units: cycles, bits. NOT MODELLED: that an accumulator of several stages would have to wait for itself.
 */
import type { AdderTreeConfig, Machine } from '../../../hardware/machine.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { crossingsOf, outputStationaryBeats, takeTrits, weightStationaryBeats, type Beat } from './beats.ts';
import { demandsOf } from './demands.ts';
import type { Tile } from './tile.ts';
import { addUp, type AdderTree } from './tree.ts';

/** Width of an activation, bits; beside what is selected of it runs the carry that completes −x. */
const ACTIVATION_BITS = 8;
const CARRY_BITS = 1;

/** A beat with the sums of its trees, on its way. */
interface Flying {
  readonly beat: Beat;
  readonly sums: readonly number[];
}

export class AdderTreeJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  products = 0;
  readonly #machine: Machine;
  readonly #config: AdderTreeConfig;
  readonly #tile: Tile;
  readonly #tree: AdderTree;
  readonly #beats: readonly Beat[];
  #issued = 0;
  /** By stage, the first one first. */
  #pipeline: (Flying | null)[];

  constructor(machine: Machine, config: AdderTreeConfig, tile: Tile) {
    const { inputs, outputs, dataflow, pipeline, accumulatorBits } = config;
    this.#machine = machine;
    this.#config = config;
    this.#tile = tile;
    this.#tree = { inputs, width: ACTIVATION_BITS, cuts: pipeline.tree, carry: CARRY_BITS };
    this.#beats =
      dataflow === 'weight-stationary'
        ? weightStationaryBeats(tile, inputs, outputs)
        : outputStationaryBeats(tile, inputs, outputs);
    const stages = pipeline.select + pipeline.tree + pipeline.accumulate;
    this.#pipeline = Array.from({ length: stages }, () => null);
    const bits = { activation: ACTIVATION_BITS, accumulator: accumulatorBits };
    this.demands = demandsOf(machine, bits, tile, crossingsOf(this.#beats));
  }

  step(): boolean {
    const beat = this.#beats[this.#issued];
    const entering = beat === undefined ? null : { beat, sums: this.#sums(beat) };
    if (beat !== undefined) this.#issued++;
    this.#pipeline = [entering, ...this.#pipeline.slice(0, -1)];
    const leaving = this.#pipeline.at(-1)!;
    if (leaving !== null) this.#accumulate(leaving);
    return (
      this.#issued === this.#beats.length && this.#pipeline.slice(0, -1).every((stage) => stage === null)
    );
  }

  #sums({ row, k, n, readsWeights }: Beat): number[] {
    const { activation, weight } = this.#tile;
    this.#register(k.size * ACTIVATION_BITS);
    if (readsWeights) takeTrits(this.#machine, k, n.size, this.tally);
    const sums: number[] = [];
    for (let output = n.from; output < n.from + n.size; output++) {
      const leaves: number[] = [];
      for (let input = k.from; input < k.from + k.size; input++) {
        leaves.push(this.#select(activation(row, input), weight(input, output)));
      }
      sums.push(addUp(this.#tree, leaves, this.tally));
    }
    return sums;
  }

  #select(activation: number, trit: number): number {
    this.tally.add(`array.trit-select.b${ACTIVATION_BITS}`, 1);
    this.#register(this.#config.pipeline.select * (ACTIVATION_BITS + CARRY_BITS));
    this.products++;
    if (trit === 0) return 0;
    return trit > 0 ? activation : -activation;
  }

  #accumulate({ beat, sums }: Flying): void {
    const { accumulators } = this.#tile;
    sums.forEach((sum, output) => {
      const at = beat.n.from + output;
      const before = beat.first ? 0 : accumulators.read(beat.row, at);
      accumulators.write(beat.row, at, before + sum);
      this.tally.add(`array.int-add.b${this.#config.accumulatorBits}`, 1);
      this.#register(this.#config.accumulatorBits);
    });
  }

  #register(bits: number): void {
    this.tally.add('array.register.b1', bits);
  }
}
