/**
 * The least time of a projection with given tiles, in closed form: engines work in order, so no run is shorter than what its
 * busiest engine does, and no byte moves faster than all channels at their peak.
 *
 *     max(Σ cycles of the tiles on the array, Σ cycles of the drains on the vector unit, DRAM bytes ÷ peak bandwidth)
 *
 * Units: ps. Where the array's cost depends on values, its part is left out.
 */
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import { parts, type Tiling } from '../../mapping/tiling.ts';
import type { Work } from '../../mapping/work.ts';
import { burstBytes, burstCycles, type DramDevice } from '../../sim/dram/device.ts';
import { workCost } from '../../sim/work-cost.ts';

/** DRAM bytes a picosecond with all channels at their peak. */
export function peakBytesPerPs(machine: Machine, device: DramDevice): number {
  const [p, q] = device.periodPs;
  return (machine.dram.channels * burstBytes(device) * q) / (burstCycles(device) * p);
}

/**
 * Array and vector cycles of a projection, all its rows.
 * @param chunks rows of each chunk
 */
export function projectionCycles(
  machine: Machine,
  { k, n, tileK, tileN }: Tiling,
  chunks: readonly number[],
): { readonly array: number; readonly vector: number } {
  const routine = machine.array.kind === 'mac-fp16' ? 'drain' : 'dequantize';
  let array = 0;
  let vector = 0;
  for (const [rows, times] of tally(chunks)) {
    for (const [outputs, panels] of tally(parts(n, tileN).map(({ size }) => size))) {
      const drain: Work = { unit: 'vector', routine, elements: rows * outputs, groups: 0 };
      vector += times * panels * workCost(machine, drain).cycles;
      if (costDependsOn(machine.array) !== 'size') continue;
      const [first, ...rest] = parts(k, tileK).map(({ size }) => size) as [number, ...number[]];
      const cyclesOf = (inputs: number, accumulate: boolean): number =>
        workCost(machine, { unit: 'array', rows, k: inputs, n: outputs, accumulate }).cycles;
      let panel = cyclesOf(first, false);
      for (const [inputs, tiles] of tally(rest)) panel += tiles * cyclesOf(inputs, true);
      array += times * panels * panel;
    }
  }
  return { array, vector };
}

/** Time of so many cycles of the machine's clock, ps; not rounded. */
export function clockPs({ clock }: Machine, cycles: number): number {
  const [p, q] = clock.periodPs;
  return Math.floor((cycles * p) / q);
}

/** How often each value comes. */
function tally(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
