/**
 * SRAM buffers as ports. A buffer of B banks with a port of P bits moves at most B·P bits a cycle; with `1rw` ports
 * reads and writes share them, with `1r1w` each has its own. Work that asks for more than its own cycles allow stalls
 * for the difference: stall = max over buffers of ceil(bits ÷ bits a cycle) − cycles.
 *
 * Actions counted: `sram-read`, `sram-write`, one for each access of one bank's whole port.
 *
 * NOT MODELLED: conflicts between addresses of one bank (data are laid out so that consecutive words lie in consecutive
 * banks); a DMA's fill of the other slot competing with the unit's reads, except on `1rw` buffers, where the fill of a
 * tile is charged to the work that reads it.
 */
import type { BufferName, Machine } from '../../hardware/machine.ts';
import { counted, type CountedAction, type PortDemand, type UnitCost, type WorkCost } from '../cost.ts';

/** Cycles that the ports of a buffer need for a demand. */
export function portCycles(machine: Machine, demand: PortDemand): number {
  const { banks, portBits, ports } = machine.buffers[demand.buffer];
  const bitsPerCycle = banks * portBits;
  const reads = Math.ceil(demand.readBits / bitsPerCycle);
  const writes = Math.ceil(demand.writeBits / bitsPerCycle);
  return ports === '1rw' ? reads + writes : Math.max(reads, writes);
}

/** The port accesses of a demand as counted actions. */
export function accesses(machine: Machine, demand: PortDemand): CountedAction[] {
  const { portBits } = machine.buffers[demand.buffer];
  const ported = (type: 'sram-read' | 'sram-write', bits: number): CountedAction =>
    counted('sram', { type, buffer: demand.buffer }, Math.ceil(bits / portBits));
  return [ported('sram-read', demand.readBits), ported('sram-write', demand.writeBits)].filter(
    (action) => action.count > 0,
  );
}

/** Adds the stalls of the ports to what a unit needs; `fill` is a load that shares the ports of a `1rw` buffer. */
export function withPorts(machine: Machine, cost: UnitCost, fill?: PortDemand): WorkCost {
  let cycles = cost.cycles;
  for (const demand of cost.demands) {
    const shared = fill?.buffer === demand.buffer && isShared(machine, demand.buffer);
    const writeBits = demand.writeBits + (shared ? fill.writeBits : 0);
    cycles = Math.max(cycles, portCycles(machine, { ...demand, writeBits }));
  }
  return {
    cycles,
    stallCycles: cycles - cost.cycles,
    readoutCycles: cost.readoutCycles,
    multiplyAdds: cost.multiplyAdds,
    laneCycles: cost.laneCycles,
    actions: [...cost.actions, ...cost.demands.flatMap((demand) => accesses(machine, demand))],
  };
}

function isShared(machine: Machine, buffer: BufferName): boolean {
  return machine.buffers[buffer].ports === '1rw';
}
