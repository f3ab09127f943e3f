/**
 * Logic area of the three units that compute, um2: lanes × the area of what a lane holds. Energy needs it for leakage.
 *
 * NOT MODELLED: wiring, clock tree, control and utilisation overhead; DMA engines and the DRAM controller; the pipeline
 * registers of multiply-add arrays (those of the ternary lane are in its row).
 */
import type { FloatPrecision, Machine, ZeroSkipConfig } from '../hardware/machine.ts';
import { integerAddPrice } from './integer-add.ts';
import { derivePrice, scalePrice, type Price } from './price.ts';
import { formatPrice, plainPrice, type PriceTable } from './table.ts';

const ACTIVATION_BITS = 8;
const TRIT_BITS = 2;

export type LogicUnit = 'array' | 'float_unit' | 'vector';

/** Area of each unit, um2. @throws PRICE_MISSING, PRICE_WIDTH where the table lacks an area */
export function logicAreas(table: PriceTable, machine: Machine): Readonly<Record<LogicUnit, Price>> {
  const { multiplyAdds, precision } = machine.floatUnit;
  const lane = floatLane(table, machine.vector.precision, machine.vector.precision);
  return {
    array: arrayArea(table, machine),
    float_unit: scalePrice(
      floatLane(table, precision, 'fp32'),
      multiplyAdds,
      `${multiplyAdds} multiply-adds`,
    ),
    vector: scalePrice(lane, machine.vector.lanes, `${machine.vector.lanes} lanes`),
  };
}

function arrayArea(table: PriceTable, { array }: Machine): Price {
  if (array.kind === 'adder-tree') {
    const lanes = array.inputs * array.outputs;
    return scalePrice(plainPrice(table, 'area-ternary-lane'), lanes, `${lanes} lanes`);
  }
  if (array.kind === 'zero-skip') return zeroSkipArea(table, array);
  const cells = array.rows * array.columns;
  const cell =
    array.kind === 'mac-fp16'
      ? floatLane(table, 'fp16', 'fp32')
      : sum(
          [
            formatPrice(table, 'area-multiply', array.kind === 'mac-int8' ? 'int8' : 'int4'),
            integerAddPrice(table, array.accumulatorBits, 'area-int-add'),
          ],
          `multiplier ${array.kind === 'mac-int8' ? 'int8' : 'int4'} + accumulator`,
        );
  return scalePrice(cell, cells, `${cells} cells`);
}

/** A ternary lane as it stands, and the queue of trits before it. */
function zeroSkipArea(table: PriceTable, { lanes, outputs, window, queue }: ZeroSkipConfig): Price {
  const count = lanes * outputs;
  const bits = count * window * queue * TRIT_BITS + lanes * window * queue * ACTIVATION_BITS;
  return sum(
    [
      scalePrice(plainPrice(table, 'area-ternary-lane'), count, `${count} lanes`),
      scalePrice(plainPrice(table, 'area-register'), bits, `${bits} bit of queue`),
    ],
    'lanes + queue',
  );
}

function floatLane(table: PriceTable, multiply: FloatPrecision, add: FloatPrecision): Price {
  return sum(
    [formatPrice(table, 'area-multiply', multiply), formatPrice(table, 'area-add', add)],
    `multiplier ${multiply} + adder ${add}`,
  );
}

function sum(parts: readonly Price[], derivation: string): Price {
  return derivePrice(parts, (amounts) => amounts.reduce((a, b) => a + b, 0), derivation);
}
