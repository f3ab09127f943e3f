/**
 * What a DMA transfer counts on the chip: the bytes it moves, the port accesses of the buffer it fills or empties, and
 * the decoding of packed trits where the buffer holds two bits a trit. Its time is the DRAM's.
 */
import type { Machine } from '../../hardware/machine.ts';
import type { Work } from '../../mapping/work.ts';
import { counted, type CountedAction } from '../cost.ts';
import { decodeAction } from '../decode.ts';
import { accesses } from '../sram/ports.ts';

export function transferActions(
  machine: Machine,
  work: Extract<Work, { unit: 'load' | 'store' }>,
): CountedAction[] {
  const bits = 8 * work.bufferBytes;
  const load = work.unit === 'load';
  const demand = { buffer: work.buffer, readBits: load ? 0 : bits, writeBits: load ? bits : 0 };
  const actions = accesses(machine, demand);
  actions.push(counted('dma', { type: 'dma-byte' }, work.bufferBytes));
  if (load && work.decoded !== null) {
    actions.push(counted('dma', decodeAction(work.decoded), work.groups));
  }
  return actions;
}
