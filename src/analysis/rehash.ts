/** A machine that was changed in memory gets the hash of what it is now. */
import type { Machine } from '../hardware/machine.ts';
import { machineHash } from '../hardware/resolve.ts';

export function rehashed(machine: Machine): Machine {
  const { name, description, hash: _hash, sources, ...physical } = machine;
  return { name, description, hash: machineHash(physical), ...physical, sources };
}
