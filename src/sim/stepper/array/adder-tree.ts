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
import { rowBytes } from '../../../mapping/packing.ts';
import type { Job } from '../job.ts';
import { PARTS, wholeBits, type Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { blocks, decoding, weightParts, type Tile } from './tile.ts';

/** Width of an activation, bits; beside what is selected of it runs the carry that completes −x. */
const ACTIVATION_BITS = 8;
const CARRY_BITS = 1;

interface Beat {
  readonly row: number;
  readonly k: { readonly from: number; readonly size: number };
  readonly n: { readonly from: number; readonly size: number };
  /** Whether the beat brings weights, reads partial sums from the buffer, writes them to it. */
  readonly readsWeights: boolean;
  readonly readsSums: boolean;
  readonly writesSums: boolean;
  /** Whether the sums start at zero. */
  readonly first: boolean;
}

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
  readonly #config: AdderTreeConfig;
  readonly #tile: Tile;
  readonly #decoding: ReturnType<typeof decoding>;
  readonly #beats: Beat[];
  #issued = 0;
  /** By stage, the first one first. */
  #pipeline: (Flying | null)[];

  constructor(machine: Machine, config: AdderTreeConfig, tile: Tile) {
    this.#config = config;
    this.#tile = tile;
    this.#decoding = decoding(machine.packing.sram);
    this.#beats = beatsOf(config, tile);
    const { select, tree, accumulate } = config.pipeline;
    this.#pipeline = Array.from({ length: select + tree + accumulate }, () => null);
    this.demands = demandsOf(machine, config, tile, this.#beats);
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
    if (readsWeights) {
      this.#register(2 * k.size * n.size);
      if (this.#decoding !== null) this.#decode(this.#decoding, k, n.size);
    }
    const sums: number[] = [];
    for (let output = n.from; output < n.from + n.size; output++) {
      const leaves: number[] = [];
      for (let input = k.from; input < k.from + k.size; input++) {
        leaves.push(this.#select(activation(row, input), weight(input, output)));
      }
      sums.push(this.#tree(leaves));
    }
    return sums;
  }

  /** A group of packed trits is decoded where its first trit is taken. */
  #decode({ weights, action }: { weights: number; action: string }, k: Beat['k'], outputs: number): void {
    const groups = Math.ceil((k.from + k.size) / weights) - Math.ceil(k.from / weights);
    this.tally.add(`array.${action}`, groups * outputs);
  }

  #select(activation: number, trit: number): number {
    this.tally.add(`array.trit-select.b${ACTIVATION_BITS}`, 1);
    this.#register(this.#config.pipeline.select * (ACTIVATION_BITS + CARRY_BITS));
    this.products++;
    if (trit === 0) return 0;
    return trit > 0 ? activation : -activation;
  }

  /** Adds up the leaves of one tree, level by level; cuts of the pipeline are registers after some levels. */
  #tree(leaves: readonly number[]): number {
    const levels = Math.ceil(Math.log2(this.#config.inputs));
    let values = leaves;
    for (let level = 0; level <= levels; level++) {
      const width = ACTIVATION_BITS + level;
      if (level > 0) {
        const pairs: number[] = [];
        for (let i = 0; i < values.length; i += 2) {
          if (i + 1 < values.length) this.tally.add(`array.int-add.b${width}`, 1);
          pairs.push(values[i]! + (values[i + 1] ?? 0));
        }
        values = pairs;
      }
      for (let cut = 1; cut <= this.#config.pipeline.tree; cut++) {
        if (Math.round((levels * cut) / this.#config.pipeline.tree) === level) {
          this.#register(values.length * (width + CARRY_BITS));
        }
      }
    }
    return values[0]!;
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

function beatsOf(config: AdderTreeConfig, tile: Tile): Beat[] {
  const beats: Beat[] = [];
  const blocksK = blocks(tile.k, config.inputs);
  const blocksN = blocks(tile.n, config.outputs);
  if (config.dataflow === 'weight-stationary') {
    for (const n of blocksN) {
      for (const k of blocksK) {
        for (let row = 0; row < tile.rows; row++) {
          const first = k.from === 0 && !tile.accumulate;
          beats.push({ row, k, n, readsWeights: row === 0, readsSums: !first, writesSums: true, first });
        }
      }
    }
    return beats;
  }
  for (let row = 0; row < tile.rows; row++) {
    for (const n of blocksN) {
      for (const k of blocksK) {
        const start = k.from === 0;
        beats.push({
          row,
          k,
          n,
          readsWeights: true,
          readsSums: start && tile.accumulate,
          writesSums: k.from + k.size === tile.k,
          first: start && !tile.accumulate,
        });
      }
    }
  }
  return beats;
}

function demandsOf(machine: Machine, config: AdderTreeConfig, tile: Tile, beats: readonly Beat[]): Demand[] {
  const sum = (of: (beat: Beat) => number): number => beats.reduce((total, beat) => total + of(beat), 0);
  const weights = sum(({ readsWeights, k, n }) => (readsWeights ? k.size * n.size : 0));
  const sums = (uses: 'readsSums' | 'writesSums'): number =>
    sum((beat) => (beat[uses] ? beat.n.size * config.accumulatorBits : 0));
  return [
    {
      buffer: 'weights',
      readParts: weights * weightParts(machine.packing.sram),
      writeParts: 0,
      fillParts: PARTS * 8 * tile.n * rowBytes(tile.k, machine.packing.sram),
    },
    wholeBits(
      'activations',
      sum(({ k }) => k.size * ACTIVATION_BITS),
      0,
    ),
    wholeBits('accumulators', sums('readsSums'), sums('writesSums')),
  ];
}
