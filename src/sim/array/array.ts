/** The arrays behind one face: one file a kind. */
import { TritsimError } from '../../errors/error.ts';
import type { Machine } from '../../hardware/machine.ts';
import type { UnitCost } from '../cost.ts';
import type { TileActivity } from './activity.ts';
import { adderTreeCost } from './adder-tree.ts';
import { bitSerialCost } from './bit-serial.ts';
import { lutCost } from './lut.ts';
import { systolicCost } from './systolic.ts';
import type { ArrayTile } from './tile.ts';
import { zeroSkipCost } from './zero-skip.ts';

/**
 * Cycles and counts of one tile on the machine's array, with memory ideal.
 * @param activity of the tile's values, where the kind's cost depends on them
 */
export function arrayCost(machine: Machine, tile: ArrayTile, activity?: TileActivity): UnitCost {
  const { array } = machine;
  switch (array.kind) {
    case 'adder-tree':
      return adderTreeCost(machine, array, tile);
    case 'zero-skip':
      return zeroSkipCost(machine, array, tile, known(activity, array.kind));
    case 'lut':
      return lutCost(machine, array, tile);
    case 'bit-serial':
      return bitSerialCost(machine, array, tile, activity);
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return systolicCost(machine, array, tile);
  }
}

function known(activity: TileActivity | undefined, kind: string): TileActivity {
  if (activity !== undefined) return activity;
  throw new TritsimError('SIM_NO_ACTIVITY', `the cost of an array of kind ${kind} needs values`, {
    hint: 'This is a defect of the simulator.',
  });
}
