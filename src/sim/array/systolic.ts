/**
 * Systolic array of R × C multiply-add cells, one product a cell and cycle.
 *
 *     ws: a cell holds a weight           is: a cell holds an input           os: a cell holds a sum
 *        rows hold K, columns N              rows hold K, columns M              rows hold M, columns N
 *     inputs ──▶ ┌─┬─┬─┐ T = M            weights ─▶ ┌─┬─┬─┐ T = N            inputs ──▶ ┌─┬─┬─┐ T = K
 *                ├─┼─┼─┤                             ├─┼─┼─┤                             ├─┼─┼─┤
 *                └─┴─┴─┘                             └─┴─┴─┘                  weights ─▶  └─┴─┴─┘ (from above)
 *                sums ▼                              sums ▼                              sums ▼ (afterwards)
 *
 * A product M × K × N is folded over the array; each fold streams T operands. A fold that runs alone takes
 * 2R + C + T − 2 cycles where operands stay (R to shift them in, then the wavefront) or R + C + T − 2 where sums stay,
 * from the first operand to the last result; the sums are then shifted out through the bottom edge, R cycles more
 * (`readout`). With `preload: serial` folds follow one another; with `overlapped` the next fold's operands (or the last
 * one's results) move behind the running products, so folds begin every max(T, R) cycles and only the first one's
 * preload and the last one's drain show.
 * Reference for the closed forms: Samajdar et al., "A Systematic Methodology for Characterizing Scalability of DNN
 * Accelerators using SCALE-Sim", ISPASS 2020.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: multiply, add (FP32 for FP16 products, integer at the accumulator's width for INT8 and INT4 weights), register.
 * NOT MODELLED: zero gating; a partial fold costs as much time as a full one, its idle cells count no action.
 */
import type { Machine, SystolicConfig } from '../../hardware/machine.ts';
import { activationBits } from '../../mapping/array-shape.ts';
import { bitsPerWeight } from '../../mapping/packing.ts';
import { counted, type CountedAction, type UnitCost } from '../cost.ts';
import type { ArrayTile } from './tile.ts';

export function systolicCost(machine: Machine, config: SystolicConfig, tile: ArrayTile): UnitCost {
  const { rows, k, n } = tile;
  const operand = activationBits(config);
  const weight = bitsPerWeight(machine.packing.sram);
  const { folds, t, weightPasses, activationPasses, sumPasses } = foldsOf(config, tile);
  const passes = rows * n * sumPasses;
  const firstPasses = tile.accumulate ? 0 : rows * n;
  const products = rows * k * n;
  const { compute, readout } = foldTiming(config, folds, t);
  return {
    cycles: compute + readout,
    readoutCycles: readout,
    multiplyAdds: products,
    laneCycles: products,
    demands: [
      { buffer: 'weights', readBits: k * n * weightPasses * weight, writeBits: 0 },
      { buffer: 'activations', readBits: rows * k * activationPasses * operand, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (passes - firstPasses) * config.accumulatorBits,
        writeBits: passes * config.accumulatorBits,
      },
    ],
    actions: [
      ...multiplyAdds(config, products),
      counted('array', { type: 'register', bits: 1 }, registerBits(config, tile, weight, operand)),
    ],
  };
}

/** A product cut into folds: how many, what each streams, and how often each operand and sum passes the array's edge. */
export interface Folds {
  readonly folds: number;
  readonly t: number;
  readonly weightPasses: number;
  readonly activationPasses: number;
  readonly sumPasses: number;
}

export function foldsOf(
  { rows, columns, dataflow }: Pick<SystolicConfig, 'rows' | 'columns' | 'dataflow'>,
  tile: Pick<ArrayTile, 'rows' | 'k' | 'n'>,
): Folds {
  switch (dataflow) {
    case 'weight-stationary': {
      const [down, across] = [Math.ceil(tile.k / rows), Math.ceil(tile.n / columns)];
      return {
        folds: down * across,
        t: tile.rows,
        weightPasses: 1,
        activationPasses: across,
        sumPasses: down,
      };
    }
    case 'input-stationary': {
      const [down, across] = [Math.ceil(tile.k / rows), Math.ceil(tile.rows / columns)];
      return { folds: down * across, t: tile.n, weightPasses: across, activationPasses: 1, sumPasses: down };
    }
    case 'output-stationary': {
      const [down, across] = [Math.ceil(tile.rows / rows), Math.ceil(tile.n / columns)];
      return { folds: down * across, t: tile.k, weightPasses: down, activationPasses: across, sumPasses: 1 };
    }
  }
}

/** Cycles of `folds` folds that stream `t` operands each. */
export function foldTiming(
  config: Pick<SystolicConfig, 'rows' | 'columns' | 'dataflow' | 'preload'>,
  folds: number,
  t: number,
): { compute: number; readout: number } {
  const { rows, columns } = config;
  const wavefront = rows + columns + t - 2;
  // Shifting the operands that stay in before the wavefront, or results out after it.
  const shift = rows;
  const serial = config.preload === 'serial';
  if (config.dataflow !== 'output-stationary') {
    const compute = serial
      ? folds * (shift + wavefront)
      : shift + (folds - 1) * Math.max(t, shift) + wavefront;
    return { compute, readout: 0 };
  }
  return serial
    ? { compute: folds * wavefront, readout: folds * shift }
    : { compute: (folds - 1) * Math.max(t, shift) + wavefront, readout: shift };
}

function multiplyAdds({ kind, accumulatorBits }: SystolicConfig, products: number): CountedAction[] {
  switch (kind) {
    case 'mac-fp16':
      return [
        counted('array', { type: 'multiply', format: 'fp16' }, products),
        counted('array', { type: 'add', format: 'fp32' }, products),
      ];
    case 'mac-int8':
    case 'mac-int4':
      return [
        counted('array', { type: 'multiply', format: kind === 'mac-int8' ? 'int8' : 'int4' }, products),
        counted('array', { type: 'int-add', bits: accumulatorBits }, products),
      ];
  }
}

/**
 * Flip-flop bits clocked: each cell passes on what streams past it and its partial sum, or, where sums stay, both
 * operands beside its own sum; what stays shifts in from the top, what leaves at the end shifts out at the bottom, and a partial
 * fold lies at that edge, so that no value passes an idle cell.
 */
function registerBits(config: SystolicConfig, tile: ArrayTile, weight: number, operand: number): number {
  const products = tile.rows * tile.k * tile.n;
  const hops = (length: number): number => shifts(length, config.rows);
  const sum = config.accumulatorBits;
  switch (config.dataflow) {
    case 'weight-stationary':
      return products * (operand + sum) + hops(tile.k) * tile.n * weight;
    case 'input-stationary':
      return products * (weight + sum) + hops(tile.k) * tile.rows * operand;
    case 'output-stationary':
      return products * (operand + weight + sum) + hops(tile.rows) * tile.n * sum;
  }
}

/** Registers that `length` values pass, in folds of `rows`: one in the row at the edge, one more in each row behind it. */
function shifts(length: number, rows: number): number {
  return Math.floor(length / rows) * triangle(rows) + triangle(length % rows);
}

/** 1 + 2 + … + size. */
function triangle(size: number): number {
  return (size * (size + 1)) / 2;
}
