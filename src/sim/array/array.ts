/** The arrays behind one face: one file a kind. */
import type { Machine } from '../../hardware/machine.ts';
import type { UnitCost } from '../cost.ts';
import { adderTreeCost } from './adder-tree.ts';
import { systolicCost } from './systolic.ts';
import type { ArrayTile } from './tile.ts';

/** Cycles and counts of one tile on the machine's array, with memory ideal. */
export function arrayCost(machine: Machine, tile: ArrayTile): UnitCost {
  const { array } = machine;
  return array.kind === 'adder-tree'
    ? adderTreeCost(machine, array, tile)
    : systolicCost(machine, array, tile);
}
