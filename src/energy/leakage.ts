/**
 * Leakage of what is always on: every buffer and the logic that computes. pJ/ns, which is mW; the report multiplies it
 * with the phase's time, whether a unit was busy or not.
 *
 * NOT MODELLED: power gating, temperature other than the table's, leakage of DMA engines and DRAM controller.
 */
import type { BufferName, Machine } from '../hardware/machine.ts';
import { logicAreas, type LogicUnit } from './area.ts';
import { derivePrice, figure, type Price } from './price.ts';
import { sramLeakagePrice } from './sram.ts';
import { plainPrice, type PriceTable } from './table.ts';

const UM2_PER_MM2 = 1e6;

export interface LeakagePrice {
  /** `leakage.sram.weights`, `leakage.logic.array`. */
  readonly action: string;
  readonly price: Price;
}

/**
 * What each part of the machine leaks, in a fixed order.
 *
 * @throws PRICE_MISSING, PRICE_SRAM_CAPACITY
 */
export function leakagePrices(table: PriceTable, machine: Machine): LeakagePrice[] {
  const buffers = (Object.keys(machine.buffers) as BufferName[]).toSorted();
  const areas = logicAreas(table, machine);
  const density = plainPrice(table, 'logic-leakage');
  return [
    ...buffers.map((name) => ({
      action: `leakage.sram.${name}`,
      price: sramLeakagePrice(table, machine.buffers[name].capacityBytes),
    })),
    ...(['array', 'float_unit', 'vector'] as const).map((unit: LogicUnit) => ({
      action: `leakage.logic.${unit}`,
      price: derivePrice(
        [areas[unit], density],
        ([um2, milliwatts]) => (um2! / UM2_PER_MM2) * milliwatts!,
        `${figure(areas[unit].amount)} um2 (${areas[unit].derivation}) × ${figure(density.amount)} mW/mm2 (${density.derivation})`,
      ),
    })),
  ];
}
