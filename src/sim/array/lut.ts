/**
 * Table array: for each token row the partial sums of every `groupSize` activations are tabulated, and a group of trits
 * of one output then fetches its sum instead of adding it up.
 *
 *     activations ─▶ build ─▶ `groups` tables of (3^g − 1) ÷ 2 sums ─▶ `outputs` read ports each
 *                             (g = groupSize; −s is s with its sign turned, 0 needs no entry)     │
 *     trits of g inputs × groups × outputs ─▶ index and sign ─────────────────────────────────────┤
 *                                                                          fetch, ± ─▶ adder tree over groups ─▶ accumulate
 *
 * Building. Entry e of level p = 0 … g − 1 stands for +1 at input p and any trits below: 3^p entries, each x_p plus or
 * minus an entry of a lower level, x_p itself without an addition. Levels follow one another, `writes` entries a cycle and
 * table, all tables side by side: b = Σ ceil(3^p ÷ writes) cycles.
 * Reading. A block of groups·g inputs of one row serves the n outputs of a tile in f = ceil(n ÷ outputs) beats, one a
 * cycle: the tables are used again for every output of the tile, and built again for the next tile.
 * With R = rows × ceil(k ÷ (groups·g)) blocks and d = fetch + tree + accumulate, a tile takes
 * R·(b + f) + d − 1 cycles on single tables, b + (R − 1)·max(b, f) + f + d − 1 on double ones.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: int-add (building, tree, accumulator), lut-read, trit-select (the sign of a fetch), register (tables too),
 * trit-decode (weights decoded at the array).
 * NOT MODELLED: forming index and sign from trits has no price of its own; nor has the one that completes a turned sign, which
 * the trees must add; a fetch of several stages clocks one register; a short last group builds its whole table; weights
 * are read again for every token row, none is held.
 */
import { requiredAccumulatorBits } from '../../hardware/check.ts';
import type { LutConfig, Machine } from '../../hardware/machine.ts';
import { counted, type UnitCost } from '../cost.ts';
import type { ArrayTile } from './tile.ts';
import { blocksOf, treeAdds, treeRegisterBits } from './tree.ts';
import { weightDecodes, weightDemand } from './weights.ts';

/** Width of an activation, and of a trit's code, bits. */
const OPERAND_BITS = 8;
const TRIT_BITS = 2;

/** Entries of a table of `groupSize` activations. */
export function tableEntries(groupSize: number): number {
  return (3 ** groupSize - 1) / 2;
}

/** Width of an entry, bits: the sum of `groupSize` activations of either sign. */
export function entryBits(groupSize: number): number {
  return requiredAccumulatorBits(groupSize, 'trit');
}

/** Cycles in which the tables of one block are built. */
export function buildCycles({ groupSize, writes }: Pick<LutConfig, 'groupSize' | 'writes'>): number {
  let cycles = 0;
  for (let level = 0; level < groupSize; level++) cycles += Math.ceil(3 ** level / writes);
  return cycles;
}

export function lutCost(machine: Machine, config: LutConfig, tile: ArrayTile): UnitCost {
  const { rows, k, n } = tile;
  const { groups, groupSize, accumulatorBits, pipeline } = config;
  const bits = entryBits(groupSize);
  const entries = tableEntries(groupSize);
  const blocksK = Math.ceil(k / (groups * groupSize));
  const groupsOfRow = Math.ceil(k / groupSize);
  const results = rows * n;
  const fetches = results * groupsOfRow;
  const built = rows * groupsOfRow;
  const passes = results * blocksK;
  const trees = blocksOf(groupsOfRow, groups, results);
  const registers =
    rows * k * OPERAND_BITS +
    results * k * TRIT_BITS +
    built * entries * bits +
    fetches * bits +
    treeRegisterBits(groups, bits, pipeline.tree, trees) +
    passes * accumulatorBits;
  return {
    cycles: tileCycles(config, rows * blocksK, n),
    readoutCycles: 0,
    multiplyAdds: results * k,
    laneCycles: results * k,
    demands: [
      weightDemand(machine, tile, rows),
      { buffer: 'activations', readBits: rows * k * OPERAND_BITS, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (passes - (tile.accumulate ? 0 : results)) * accumulatorBits,
        writeBits: passes * accumulatorBits,
      },
    ],
    actions: [
      counted('array', { type: 'int-add', bits }, built * (entries - groupSize)),
      counted('array', { type: 'lut-read', bits, entries }, fetches),
      counted('array', { type: 'trit-select', bits }, fetches),
      ...treeAdds(bits, trees),
      counted('array', { type: 'int-add', bits: accumulatorBits }, passes),
      counted('array', { type: 'register', bits: 1 }, registers),
      ...weightDecodes(machine, tile, rows),
    ],
  };
}

function tileCycles(config: LutConfig, blocks: number, n: number): number {
  const { fetch, tree, accumulate } = config.pipeline;
  const build = buildCycles(config);
  const read = Math.ceil(n / config.outputs);
  const flow =
    config.tables === 'single'
      ? blocks * (build + read)
      : build + (blocks - 1) * Math.max(build, read) + read;
  return flow + fetch + tree + accumulate - 1;
}
