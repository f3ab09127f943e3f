/**
 * Logic area of the three units that compute, um2: lanes × the area of what a lane holds. Energy needs it for leakage.
 *
 * These are the areas of cells. What placement adds, and the buffers, are in `machine-area.ts`.
 *
 * NOT MODELLED: control; DMA engines and the DRAM controller; pipeline registers of the float and vector lanes.
 */
import type { FloatPrecision, Machine } from '../hardware/machine.ts';
import { arrayArea } from './array-area.ts';
import { scalePrice, sumPrices, type Price } from './price.ts';
import { formatPrice, type PriceTable } from './table.ts';

export type LogicUnit = 'array' | 'float_unit' | 'vector';

/** Area of each unit, um2. @throws PRICE_MISSING, PRICE_WIDTH where the table lacks an area */
export function logicAreas(table: PriceTable, machine: Machine): Readonly<Record<LogicUnit, Price>> {
  const { multiplyAdds, precision } = machine.floatUnit;
  const lane = floatLane(table, machine.vector.precision, machine.vector.precision);
  return {
    array: arrayArea(table, machine.array),
    float_unit: scalePrice(
      floatLane(table, precision, 'fp32'),
      multiplyAdds,
      `${multiplyAdds} multiply-adds`,
    ),
    vector: scalePrice(lane, machine.vector.lanes, `${machine.vector.lanes} lanes`),
  };
}

function floatLane(table: PriceTable, multiply: FloatPrecision, add: FloatPrecision): Price {
  return sumPrices(
    [formatPrice(table, 'area-multiply', multiply), formatPrice(table, 'area-add', add)],
    `multiplier ${multiply} + adder ${add}`,
  );
}
