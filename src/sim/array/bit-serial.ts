/**
 * Bit-serial array: `outputs` trees of `inputs` leaves of one bit; activations come bit by bit, lowest first, and each
 * bit's sum of trits is shifted into place.
 *
 *     activations ─▶ shift registers ─▶ one bit each ─▶ +bit, −bit or 0 ─▶ adder tree ─▶ shift by j ─▶ ± accumulate
 *     trits (inputs × outputs) ──────────────────────────────┘
 *
 * One beat is one token row × one block of inputs × one block of outputs and takes w cycles, one a bit: bit j of all its
 * activations adds its sum times 2^j, the last one, which carries the sign, subtracts. With `bits: all` w is 8; with
 * `significant` a detector over the block finds the highest bit that one of its activations needs, and w is the smallest
 * width, 1 to 8, in which all of them are two's complement numbers. Beats follow one another without a gap, so a tile
 * takes ceil(n ÷ outputs)·Σ w + select + tree + accumulate − 1 cycles, the sum over rows and blocks of inputs.
 * Weight-stationary and output-stationary order beats as the adder tree does.
 *
 * A lane counts as an eighth of a multiply-add a cycle: the peak of the array is inputs × outputs ÷ 8.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: trit-select of one bit, int-add by width, register, trit-decode (weights decoded at the array).
 * NOT MODELLED: the detector of significant bits and the shifter have no price of their own; idle leaves of a partial
 * block are taken as gated and count nothing.
 */
import type { BitSerialConfig, Machine } from '../../hardware/machine.ts';
import { counted, type UnitCost } from '../cost.ts';
import type { TileActivity } from './activity.ts';
import type { ArrayTile } from './tile.ts';
import { treeAdds, treeRegisterBits } from './tree.ts';
import { weightDecodes, weightDemand } from './weights.ts';

/** Width of an activation, and of a trit's code, bits. */
export const OPERAND_BITS = 8;
const TRIT_BITS = 2;
/** A leaf is −1, 0 or 1. */
const LEAF_BITS = 2;

/**
 * @param activity bits of the rows' blocks (`cycles`) and of their activations (`operations`), for one block of outputs;
 *   all eight where it is not given
 */
export function bitSerialCost(
  machine: Machine,
  config: BitSerialConfig,
  tile: ArrayTile,
  activity: TileActivity = allBits(config, tile),
): UnitCost {
  const { rows, k, n } = tile;
  const { accumulatorBits, pipeline } = config;
  const blocksN = Math.ceil(n / config.outputs);
  const results = rows * n;
  const stationary = config.dataflow === 'weight-stationary';
  const weightPasses = stationary ? 1 : rows;
  const passes = results * (stationary ? Math.ceil(k / config.inputs) : 1);
  const leaves = activity.operations * n;
  const trees = treesOf(config, tile, activity);
  const registers =
    rows * k * blocksN * OPERAND_BITS +
    activity.operations * blocksN * OPERAND_BITS +
    k * n * weightPasses * TRIT_BITS +
    pipeline.select * leaves * LEAF_BITS +
    treeRegisterBits(config.inputs, LEAF_BITS, pipeline.tree, trees) +
    activity.cycles * n * accumulatorBits;
  return {
    cycles: blocksN * activity.cycles + pipeline.select + pipeline.tree + pipeline.accumulate - 1,
    readoutCycles: 0,
    multiplyAdds: results * k,
    laneCycles: leaves / OPERAND_BITS,
    demands: [
      weightDemand(machine, tile, weightPasses),
      { buffer: 'activations', readBits: rows * k * blocksN * OPERAND_BITS, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (passes - (tile.accumulate ? 0 : results)) * accumulatorBits,
        writeBits: passes * accumulatorBits,
      },
    ],
    actions: [
      counted('array', { type: 'trit-select', bits: 1 }, leaves),
      ...treeAdds(LEAF_BITS, trees),
      counted('array', { type: 'int-add', bits: accumulatorBits }, activity.cycles * n),
      counted('array', { type: 'register', bits: 1 }, registers),
      ...weightDecodes(machine, tile, weightPasses),
    ],
  };
}

function allBits({ inputs }: BitSerialConfig, { rows, k }: ArrayTile): TileActivity {
  return {
    cycles: rows * Math.ceil(k / inputs) * OPERAND_BITS,
    operations: rows * k * OPERAND_BITS,
  };
}

/** Trees that full blocks and the last, short one make; how many bits each had follows from bits and leaves together. */
function treesOf({ inputs }: BitSerialConfig, { k, n }: ArrayTile, { cycles, operations }: TileActivity) {
  const rest = k % inputs;
  const full = rest === 0 ? cycles : (operations - rest * cycles) / (inputs - rest);
  return [
    { leaves: inputs, times: full * n },
    { leaves: rest, times: (cycles - full) * n },
  ];
}
