/**
 * Adder-tree array: `outputs` trees, each selects +x, −x or 0 for `inputs` trits and adds them up; an accumulator a tree.
 *
 *     activations (inputs × 8 b) ──▶ select ──▶ adder tree, log2(inputs) levels ──▶ accumulate ──▶ accumulator buffer
 *     weights (inputs × outputs trits) ──┘
 *
 * One beat a cycle: one token row × one block of inputs × outputs. A tile of m rows × k × n takes
 * m·ceil(k/inputs)·ceil(n/outputs) beats, and select + tree + accumulate − 1 cycles more until the last result is out.
 * Weight-stationary: a block of weights is read once and held for all rows; partial sums go through the accumulator
 * buffer every beat. Output-stationary: partial sums stay in the accumulator until the row's inputs are through; weights
 * are read again for every row.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: trit-select, int-add by width, register, trit-decode (packed weights decoded at the array).
 * NOT MODELLED: the toggling of operands (an add counts whatever its values are); idle lanes of a partial block are
 * taken as gated and count nothing; registers that skew the slices of an accumulator of more than one stage; the controls
 * beside a beat.
 */
import type { AdderTreeConfig, Machine } from '../../hardware/machine.ts';
import { counted, type UnitCost } from '../cost.ts';
import type { ArrayTile } from './tile.ts';
import { blocksOf, treeAdds, treeRegisterBits } from './tree.ts';
import { weightDecodes, weightDemand } from './weights.ts';

/** Width of an activation, bits. */
const OPERAND_BITS = 8;
/** −x is selected as the ones' complement of x, and the one that is missing goes beside it as a carry. */
const CARRY_BITS = 1;

export function adderTreeCost(machine: Machine, config: AdderTreeConfig, tile: ArrayTile): UnitCost {
  const { rows, k, n } = tile;
  const blocksK = Math.ceil(k / config.inputs);
  const blocksN = Math.ceil(n / config.outputs);
  const beats = rows * blocksK * blocksN;
  const { select, tree, accumulate } = config.pipeline;
  const stationary = config.dataflow === 'weight-stationary';
  const weightPasses = stationary ? 1 : rows;
  // Weight-stationary partial sums pass through the buffer at every block of inputs; else once a tile.
  const passes = rows * n * (stationary ? blocksK : 1);
  const firstPasses = tile.accumulate ? 0 : rows * n;
  return {
    cycles: beats + select + tree + accumulate - 1,
    readoutCycles: 0,
    multiplyAdds: rows * k * n,
    laneCycles: rows * k * n,
    demands: [
      weightDemand(machine, tile, weightPasses),
      { buffer: 'activations', readBits: rows * k * blocksN * OPERAND_BITS, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (passes - firstPasses) * config.accumulatorBits,
        writeBits: passes * config.accumulatorBits,
      },
    ],
    actions: [
      counted('array', { type: 'trit-select', bits: OPERAND_BITS }, rows * k * n),
      ...treeAdds(OPERAND_BITS, blocksOf(k, config.inputs, rows * n)),
      counted('array', { type: 'int-add', bits: config.accumulatorBits }, rows * n * blocksK),
      counted(
        'array',
        { type: 'register', bits: 1 },
        registerBits(config, tile, beats, k * n * weightPasses),
      ),
      ...weightDecodes(machine, tile, weightPasses),
    ],
  };
}

/**
 * Flip-flop bits clocked by a tile: operands entering (8 bits an input and beat, 2 a weight read), the cuts of the
 * pipeline (`select` after the selection; `tree` at equal levels, the last at its root; a carry beside every value), and
 * the accumulators, each of which takes in the carry that its tree leaves. A column of `rtl/` has the same flip-flops.
 */
function registerBits(config: AdderTreeConfig, tile: ArrayTile, beats: number, weightReads: number): number {
  const { rows, k, n } = tile;
  const blocksN = Math.ceil(n / config.outputs);
  let bits = rows * k * blocksN * OPERAND_BITS + 2 * weightReads;
  bits += config.pipeline.select * rows * k * n * (OPERAND_BITS + CARRY_BITS);
  const trees = blocksOf(k, config.inputs, rows * n);
  bits += treeRegisterBits(config.inputs, OPERAND_BITS, config.pipeline.tree, trees, CARRY_BITS);
  const rowBeats = beats / blocksN;
  return bits + rowBeats * n * config.accumulatorBits;
}
