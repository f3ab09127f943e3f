/** How long the busiest buffer's ports were occupied, from its accesses: the banks work side by side. */
import type { BufferName, Machine } from '../../hardware/machine.ts';
import type { LedgerRow } from '../ledger.ts';

/** Cycles in which at least the busiest buffer moved something. */
export function sramBusyCycles(machine: Machine, ledger: readonly LedgerRow[]): number {
  const reads = new Map<BufferName, number>();
  const writes = new Map<BufferName, number>();
  for (const { action, count } of ledger) {
    if (action.type === 'sram-read') reads.set(action.buffer, count);
    if (action.type === 'sram-write') writes.set(action.buffer, count);
  }
  let busiest = 0;
  for (const [name, { banks, ports }] of Object.entries(machine.buffers)) {
    const read = reads.get(name as BufferName) ?? 0;
    const write = writes.get(name as BufferName) ?? 0;
    busiest = Math.max(busiest, Math.ceil((ports === '1rw' ? read + write : Math.max(read, write)) / banks));
  }
  return busiest;
}
