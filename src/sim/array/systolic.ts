/**
 * Systolic array of R × C multiply-add cells, one product a cell and cycle.
 *
 * Weight-stationary: a fold holds R inputs × C outputs and streams T = m rows. Output-stationary: a fold holds R rows ×
 * C outputs and streams T = k inputs; its results are then shifted out through the bottom edge, R cycles.
 * A fold that runs alone takes 2R + C + T − 2 cycles (weight-stationary: R to shift weights in, then the wavefront) or
 * R + C + T − 2 (output-stationary), from the first operand to the last result. With `preload: serial` folds follow one
 * another; with `overlapped` the next fold's operands (or the last one's results) move behind the running products, so
 * folds begin every max(T, R) cycles and only the first one's preload and the last one's drain show.
 * Reference for the closed forms: Samajdar et al., "A Systematic Methodology for Characterizing Scalability of DNN
 * Accelerators using SCALE-Sim", ISPASS 2020.
 *
 * Units: cycles of the array's clock, bits.
 * Actions: multiply, add (FP32 for FP16 products, integer at the accumulator's width for INT8), register.
 * NOT MODELLED: zero gating; a partial fold costs as much time as a full one, its idle cells count no action.
 */
import type { Machine, SystolicConfig } from '../../hardware/machine.ts';
import { activationBits, bitsPerWeight } from '../../mapping/packing.ts';
import { counted, type UnitCost } from '../cost.ts';
import type { ArrayTile } from './tile.ts';

export function systolicCost(machine: Machine, config: SystolicConfig, tile: ArrayTile): UnitCost {
  const { rows, k, n } = tile;
  const operand = activationBits(config);
  const weight = bitsPerWeight(machine.packing.sram);
  const foldsN = Math.ceil(n / config.columns);
  const stationary = config.dataflow === 'weight-stationary';
  const foldsOther = Math.ceil((stationary ? k : rows) / config.rows);
  const weightReads = k * n * (stationary ? 1 : foldsOther);
  const passes = rows * n * (stationary ? foldsOther : 1);
  const firstPasses = tile.accumulate ? 0 : rows * n;
  const products = rows * k * n;
  const { compute, readout } = foldTiming(config, foldsOther * foldsN, stationary ? rows : k);
  return {
    cycles: compute + readout,
    laneCycles: products,
    demands: [
      { buffer: 'weights', readBits: weightReads * weight, writeBits: 0 },
      { buffer: 'activations', readBits: rows * k * foldsN * operand, writeBits: 0 },
      {
        buffer: 'accumulators',
        readBits: (passes - firstPasses) * config.accumulatorBits,
        writeBits: passes * config.accumulatorBits,
      },
    ],
    actions: [
      counted('array', { type: 'multiply', format: config.kind === 'mac-fp16' ? 'fp16' : 'int8' }, products),
      config.kind === 'mac-fp16'
        ? counted('array', { type: 'add', format: 'fp32' }, products)
        : counted('array', { type: 'int-add', bits: config.accumulatorBits }, products),
      counted('array', { type: 'register', bits: 1 }, registerBits(config, tile, weight, operand)),
    ],
  };
}

/** Cycles of `folds` folds that stream `t` operands each. */
export function foldTiming(
  config: Pick<SystolicConfig, 'rows' | 'columns' | 'dataflow' | 'preload'>,
  folds: number,
  t: number,
): { compute: number; readout: number } {
  const { rows, columns } = config;
  const wavefront = rows + columns + t - 2;
  // Shifting weights in before the wavefront, or results out after it.
  const shift = rows;
  const serial = config.preload === 'serial';
  if (config.dataflow === 'weight-stationary') {
    const compute = serial
      ? folds * (shift + wavefront)
      : shift + (folds - 1) * Math.max(t, shift) + wavefront;
    return { compute, readout: 0 };
  }
  return serial
    ? { compute: folds * wavefront, readout: folds * shift }
    : { compute: (folds - 1) * Math.max(t, shift) + wavefront, readout: shift };
}

/**
 * Flip-flop bits clocked: each cell passes its activation on and its partial sum (weight-stationary) or its weight
 * (output-stationary); stationary weights shift through half the rows on average, results out likewise.
 */
function registerBits(config: SystolicConfig, tile: ArrayTile, weight: number, operand: number): number {
  const products = tile.rows * tile.k * tile.n;
  const hops = (config.rows + 1) / 2;
  return config.dataflow === 'weight-stationary'
    ? products * (operand + config.accumulatorBits) + tile.k * tile.n * weight * hops
    : products * (operand + weight + config.accumulatorBits) +
        tile.rows * tile.n * config.accumulatorBits * hops;
}
