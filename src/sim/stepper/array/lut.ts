/**
 * The table array, cycle by cycle: for every token row and block of inputs tables are built, and all outputs of the tile
 * fetch from them.
 *
 *     activations ─▶ tables (one set or two) ─▶ [fetch, ±] ─▶ [tree] … ─▶ [accumulate]
 *     trits ───────────────────────────────────────┘
 *
 * Units: cycles, bits. NOT MODELLED: that an accumulator of several stages would have to wait for itself.
 */
import type { LutConfig, Machine } from '../../../hardware/machine.ts';
import { Assembly, type Order } from '../assembly.ts';
import type { Job } from '../job.ts';
import type { Demand } from '../ports.ts';
import { Tally } from '../tally.ts';
import { demandsOf } from './demands.ts';
import { LutReader } from './lut-reader.ts';
import { LutTables, type TableBlock } from './lut-tables.ts';
import { blocks, type Tile } from './tile.ts';

/** Width of an activation, bits. */
const ACTIVATION_BITS = 8;

export class LutJob implements Job {
  readonly tally = new Tally();
  readonly demands: readonly Demand[];
  readonly readoutCycles = 0;
  readonly #results: number;
  readonly #reader: LutReader;
  readonly #array: Assembly;

  constructor(machine: Machine, config: LutConfig, tile: Tile, order?: Order) {
    const { groups, groupSize, accumulatorBits } = config;
    const list = Array.from({ length: tile.rows }, (_, row) => row).flatMap((row) =>
      blocks(tile.k, groups * groupSize).map((k): TableBlock => {
        const own = blocks(k.size, groupSize).map(({ from, size }) => ({ from: k.from + from, size }));
        return { row, k, groups: own };
      }),
    );
    const tables = new LutTables(config, tile, list, this.tally);
    this.#reader = new LutReader(machine, config, tile, list, tables, this.tally);
    tables.connect(this.#reader);
    this.#array = new Assembly([tables, this.#reader], order);
    this.#results = list.length * tile.n;
    const sum = (of: (block: TableBlock) => number): number =>
      list.reduce((total, block) => total + of(block), 0);
    const bits = { activation: ACTIVATION_BITS, accumulator: accumulatorBits };
    this.demands = demandsOf(machine, bits, tile, {
      weights: sum(({ k }) => k.size * tile.n),
      activations: sum(({ k }) => k.size),
      sumsIn: sum(({ k }) => (k.from === 0 && !tile.accumulate ? 0 : tile.n)),
      sumsOut: sum(() => tile.n),
    });
  }

  get products(): number {
    return this.#reader.products;
  }

  step(): boolean {
    this.#array.step();
    return this.#reader.finished === this.#results;
  }
}
