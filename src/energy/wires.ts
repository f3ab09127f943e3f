/**
 * Wires between the buffers and the units, and the clock tree.
 *
 * A port access moves its bits over half the side of the machine, taken as a square: `port bits × ½ √area × wire`. The
 * wires inside a buffer are in its SRAM price, those inside an array in the rows of its parts. Every flip-flop that the
 * ledger counts as clocked costs its share of the clock tree.
 *
 * NOT MODELLED: a floor plan; wires of the DMA engines to the DRAM controller; the clock of units whose registers are not
 * counted (float and vector lanes, buffers).
 */
import type { BufferName, Machine } from '../hardware/machine.ts';
import { derivePrice, figure, type Price } from './price.ts';
import { plainPrice, type PriceTable } from './table.ts';

/**
 * pJ of moving one access of each buffer to or from the unit that it serves.
 *
 * @param total area of the machine, mm2
 * @throws PRICE_MISSING
 */
export function wirePrices(
  table: PriceTable,
  buffers: Machine['buffers'],
  total: Price,
): Readonly<Record<BufferName, Price>> {
  const wire = plainPrice(table, 'wire');
  const price = (buffer: BufferName): Price => {
    const bits = buffers[buffer].portBits;
    return derivePrice(
      [wire, total],
      ([each, mm2]) => (bits * each! * Math.sqrt(mm2!)) / 2,
      `${bits} bit × ${figure(wire.amount)} pJ/mm × ½ √${figure(total.amount)} mm2`,
    );
  };
  return {
    weights: price('weights'),
    activations: price('activations'),
    accumulators: price('accumulators'),
    operands: price('operands'),
  };
}
