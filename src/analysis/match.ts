/**
 * Makes a comparison fair, by holding something equal and saying what (contract: `--match`).
 *
 * - `peak`: the baseline gets the machine's buffers and DRAM, and an array of as many multiply-adds a cycle.
 * - `bandwidth`: the baseline gets the machine's DRAM; both arrays as configured.
 * - `area`: the baseline gets the machine's DRAM, and an array that makes the areas equal (`match-area.ts`).
 *
 * The float unit is always the machine's: it does the same work on both sides.
 */
import { TritsimError } from '../errors/error.ts';
import type { ArrayConfig, Machine } from '../hardware/machine.ts';
import { arrayLanes, arrayShape, withShape } from '../mapping/array-shape.ts';
import { matchArea, type AreaTables } from './match-area.ts';
import { rehashed } from './rehash.ts';

export const MATCHES = ['peak', 'area', 'bandwidth'] as const;
export type Match = (typeof MATCHES)[number];

/**
 * The baseline as it is simulated beside `machine`.
 * @throws MATCH_PEAK where the baseline's rows do not divide the machine's multiply-adds a cycle
 * @param tables from which `area` takes the areas; the others need none
 * @throws MATCH_AREA where no array of the baseline's kind gives it the machine's area, MATCH_AREA_TABLES without tables
 */
export function matchBaseline(
  machine: Machine,
  baseline: Machine,
  match: Match,
  tables?: AreaTables,
): Machine {
  const shared = { dram: machine.dram, floatUnit: machine.floatUnit };
  switch (match) {
    case 'bandwidth':
      return rehashed({ ...baseline, ...shared });
    case 'peak':
      return rehashed({
        ...baseline,
        ...shared,
        buffers: machine.buffers,
        array: withLanes(baseline, arrayLanes(machine.array)),
      });
    case 'area':
      if (tables !== undefined) return matchArea(machine, baseline, tables);
      throw new TritsimError('MATCH_AREA_TABLES', 'equal area needs the price tables of both machines', {
        place: '--match',
      });
  }
}

/** The baseline's array, widened or narrowed along its outputs to `lanes` multiply-adds a cycle. */
function withLanes({ name, array }: Machine, lanes: number): ArrayConfig {
  const { inputs, outputs } = arrayShape(array);
  const depth = arrayLanes(array) / outputs;
  if (lanes % depth !== 0) {
    throw new TritsimError('MATCH_PEAK', 'the baseline cannot have as many multiply-adds a cycle', {
      place: `${name}: array`,
      found: `${lanes} multiply-adds a cycle to match, ${depth} for each output`,
      hint: `Choose a depth that divides ${lanes}, or compare with --match bandwidth.`,
    });
  }
  return withShape(array, { inputs, outputs: lanes / depth });
}
