/** What reading weights from the weight buffer takes, for arrays of trits: bits of the ports, and decoding at the array. */
import type { Machine } from '../../hardware/machine.ts';
import { bitsPerWeight, decodeGroups, isPackedTernary } from '../../mapping/packing.ts';
import { counted, type CountedAction, type PortDemand } from '../cost.ts';
import { decodeAction } from '../decode.ts';
import type { ArrayTile } from './tile.ts';

/** Reads every weight of a tile `times`. */
export function weightDemand(machine: Machine, { k, n }: ArrayTile, times: number): PortDemand {
  const readBits = k * n * times * bitsPerWeight(machine.packing.sram);
  return { buffer: 'weights', readBits, writeBits: 0 };
}

/** Decoding of the weights so read, where the buffer holds them packed. */
export function weightDecodes(machine: Machine, { k, n }: ArrayTile, times: number): CountedAction[] {
  const packing = machine.packing.sram;
  return isPackedTernary(packing)
    ? [counted('array', decodeAction(packing), decodeGroups(k, packing) * n * times)]
    : [];
}
