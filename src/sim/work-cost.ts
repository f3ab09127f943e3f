/** Costs of a program's works on a machine: each size of work is priced once, however often it occurs. */
import type { Machine } from '../hardware/machine.ts';
import type { Work } from '../mapping/work.ts';
import { rowBytes } from '../mapping/packing.ts';
import type { ActivitySource } from './array/activity.ts';
import { arrayCost } from './array/array.ts';
import type { PortDemand, WorkCost } from './cost.ts';
import { transferActions } from './dma/transfer.ts';
import { floatCost } from './float/float-unit.ts';
import { withPorts } from './sram/ports.ts';
import { vectorCost } from './vector/routines.ts';

/** @param activity of the trace's values, where the array's cost depends on them */
export function workCost(machine: Machine, work: Work, activity?: ActivitySource): WorkCost {
  switch (work.unit) {
    case 'array': {
      const bytes = work.n * rowBytes(work.k, machine.packing.sram);
      return withPorts(
        machine,
        arrayCost(machine, work, work.values && activity?.activityOf(work.values, work.rows)),
        fillOf('weights', 8 * bytes),
      );
    }
    case 'vector':
      return withPorts(machine, vectorCost(machine, work.routine, work.elements, work.groups));
    case 'float':
      return withPorts(machine, floatCost(machine, work));
    case 'load':
    case 'store':
      return {
        cycles: 0,
        stallCycles: 0,
        readoutCycles: 0,
        multiplyAdds: 0,
        laneCycles: 0,
        actions: transferActions(machine, work),
      };
  }
}

/** While a tile computes, the next one of the same size is written. */
function fillOf(buffer: 'weights', writeBits: number): PortDemand {
  return { buffer, readBits: 0, writeBits };
}
