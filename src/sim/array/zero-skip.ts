/**
 * Zero-skip array: `outputs` columns of `lanes` lanes; a lane adds or subtracts one activation a cycle and steps over
 * trits that are zero, so that the cycles of a tile follow from its values.
 *
 *     beat: lanes × window activations ─▶ ┌ slot 0 … slot Q−1 ┐ activations of Q = `queue` beats, shared by all columns
 *           and outputs × lanes × window  └─────────┬─────────┘
 *           trits                                   │ (slot, position)
 *             │   each lane, each column:           ▼
 *             └─▶ trits of Q beats ─▶ first one left ─▶ +x or −x ─▶ lane sum ─┐  the lanes
 *                                                                  lane sum ─┼─▶ adder tree ─▶ accumulator
 *                                                                  lane sum ─┘  of a column
 *
 * Words. Column c takes output c of a block of `outputs` outputs. Beat b brings lane l the inputs (b·lanes + l)·window + f,
 * f = 0 … window − 1, of the tile; inputs and outputs beyond the tile count as trits 0. A pass is one token row × one
 * block of outputs: B = ceil(k ÷ (lanes·window)) beats. A tile is rows × ceil(n ÷ outputs) passes, each block for all rows.
 *
 * Rules, cycle by cycle, memory ideal (the next beat is always offered):
 * 1. Beat number g, counted through all passes, goes into slot g mod Q. It is written at the end of a cycle if the slot
 *    is empty or the last lane finishes the slot's old beat in that same cycle; one beat a cycle at most.
 * 2. A lane works on its beats in order. In a cycle in which its beat stands in the slot (written in an earlier cycle), it
 *    adds its first trit that is left, lowest f first. It finishes the beat in the cycle in which it adds the last one; a
 *    beat without any trit to add takes it one cycle. In the next cycle it may begin the next beat.
 * 3. A lane that has finished the last beat of a pass waits for the others. In the cycle after the last lane finished,
 *    all begin the next pass, each sum starting anew, while the adder tree takes the old sums: `tree` cycles, then
 *    `accumulate` cycles until the accumulator holds the result. One pass follows another without a gap.
 *
 * So with s(i, b) = max(1, trits that lane i must add in beat b), over all lanes i of all columns, from a pass's start:
 *
 *     finish(i, b) = max(finish(i, b − 1), free(b − Q)) + s(i, b)      free(b) = max over i of finish(i, b)
 *
 * with 0 before the pass; the pass takes free(B − 1) cycles. The write port never adds to this: a lane spends a cycle at
 * least on every beat. A tile takes 1 + Σ passes + tree + accumulate cycles, the 1 being the first beat's writing.
 * `queue: 1` is lock step, each beat as long as its slowest lane; a long queue lets a pass last as long as the slowest
 * lane's sum. A trit must be added where it is not zero and, with `skips: weights-and-activations`, its activation is
 * not zero either.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: trit-select and int-add at the lane's width for each addition; int-add in tree and accumulator; register;
 * trit-decode (weights decoded at the array).
 * NOT MODELLED: weights are read again for every token row, none is held; the choice of the first trit that is left, reaching
 * into the queue, clearing the trits that are done and the queue's control have no price of their own; a lane that waits
 * counts nothing.
 */
import type { Machine, ZeroSkipConfig } from '../../hardware/machine.ts';
import { counted, type UnitCost } from '../cost.ts';
import type { TileActivity } from './activity.ts';
import type { ArrayTile } from './tile.ts';
import { treeAdds, treeRegisterBits } from './tree.ts';
import { weightDecodes, weightDemand } from './weights.ts';

/** Width of an activation, and of a trit's code, bits. */
const OPERAND_BITS = 8;
const TRIT_BITS = 2;
/** Cycles until the first beat stands in its slot. */
const WRITE = 1;

/** @param activity cycles of the passes and additions of the lanes, for all rows of the tile */
export function zeroSkipCost(
  machine: Machine,
  config: ZeroSkipConfig,
  tile: ArrayTile,
  activity: TileActivity,
): UnitCost {
  const { rows, k, n } = tile;
  const { lanes, window, laneBits, accumulatorBits, pipeline } = config;
  const passes = rows * Math.ceil(n / config.outputs);
  const results = rows * n;
  // A column's lanes are added up once a pass; those that have no input of a short tile are left out.
  const trees = [{ leaves: Math.min(lanes, Math.ceil(k / window)), times: results }];
  const registers =
    passes * k * OPERAND_BITS +
    results * k * TRIT_BITS +
    activity.operations * laneBits +
    treeRegisterBits(lanes, laneBits, pipeline.tree, trees) +
    results * accumulatorBits;
  return {
    cycles: WRITE + activity.cycles + pipeline.tree + pipeline.accumulate,
    readoutCycles: 0,
    multiplyAdds: results * k,
    laneCycles: activity.operations,
    demands: [
      weightDemand(machine, tile, rows),
      { buffer: 'activations', readBits: passes * k * OPERAND_BITS, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (tile.accumulate ? results : 0) * accumulatorBits,
        writeBits: results * accumulatorBits,
      },
    ],
    actions: [
      counted('array', { type: 'trit-select', bits: OPERAND_BITS }, activity.operations),
      counted('array', { type: 'int-add', bits: laneBits }, activity.operations),
      ...treeAdds(laneBits, trees),
      counted('array', { type: 'int-add', bits: accumulatorBits }, results),
      counted('array', { type: 'register', bits: 1 }, registers),
      ...weightDecodes(machine, tile, rows),
    ],
  };
}
