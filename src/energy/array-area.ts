/**
 * Logic area of the compute arrays, um2: what a lane, a table or a cell is made of, times how many there are.
 *
 * NOT MODELLED: as `area.ts` says; also the control of queues and tables, the detector of significant bits, the shifters,
 * and the pipeline registers of trees (those of the ternary lane are in its row).
 */
import type {
  ArrayConfig,
  BitSerialConfig,
  LutConfig,
  SystolicConfig,
  ZeroSkipConfig,
} from '../hardware/machine.ts';
import { entryBits, tableEntries } from '../sim/array/lut.ts';
import { treeAdds, type Trees } from '../sim/array/tree.ts';
import { integerAddPrice } from './integer-add.ts';
import { scalePrice, sumPrices, type Price } from './price.ts';
import { formatPrice, plainPrice, type PriceTable } from './table.ts';

const ACTIVATION_BITS = 8;
const TRIT_BITS = 2;

/** @throws PRICE_MISSING, PRICE_WIDTH where the table lacks an area */
export function arrayArea(table: PriceTable, array: ArrayConfig): Price {
  switch (array.kind) {
    case 'adder-tree':
      return ternaryLanes(table, array.inputs * array.outputs);
    case 'zero-skip':
      return zeroSkipArea(table, array);
    case 'lut':
      return lutArea(table, array);
    case 'bit-serial':
      return bitSerialArea(table, array);
    case 'mac-fp16':
    case 'mac-int8':
    case 'mac-int4':
      return scalePrice(
        cell(table, array),
        array.rows * array.columns,
        `${array.rows * array.columns} cells`,
      );
  }
}

function ternaryLanes(table: PriceTable, lanes: number): Price {
  return scalePrice(plainPrice(table, 'area-ternary-lane'), lanes, `${lanes} lanes`);
}

function cell(table: PriceTable, { kind, accumulatorBits }: SystolicConfig): Price {
  if (kind === 'mac-fp16') {
    return sumPrices(
      [formatPrice(table, 'area-multiply', 'fp16'), formatPrice(table, 'area-add', 'fp32')],
      'multiplier fp16 + adder fp32',
    );
  }
  const weight = kind === 'mac-int8' ? 'int8' : 'int4';
  return sumPrices(
    [formatPrice(table, 'area-multiply', weight), integerAddPrice(table, accumulatorBits, 'area-int-add')],
    `multiplier ${weight} + accumulator`,
  );
}

/** A ternary lane as it stands, and the queue before it. */
function zeroSkipArea(table: PriceTable, { lanes, outputs, window, queue }: ZeroSkipConfig): Price {
  const trits = lanes * outputs * window * queue * TRIT_BITS;
  const activations = lanes * window * queue * ACTIVATION_BITS;
  return sumPrices(
    [ternaryLanes(table, lanes * outputs), registers(table, trits + activations)],
    'lanes + queue',
  );
}

/** Tables of registers with their adders, a multiplexer and a sign a read port, and the trees behind them. */
function lutArea(
  table: PriceTable,
  { groups, groupSize, outputs, writes, tables, accumulatorBits }: LutConfig,
): Price {
  const bits = entryBits(groupSize);
  const entries = tableEntries(groupSize);
  const sets = tables === 'double' ? 2 : 1;
  return sumPrices(
    [
      registers(table, groups * sets * entries * bits),
      adders(table, bits, groups * writes),
      multiplexers(table, groups * outputs * entries * bits),
      tree(table, bits, { leaves: groups, times: outputs }),
      adders(table, accumulatorBits, outputs),
    ],
    'tables + their adders + read ports + trees + accumulators',
  );
}

/** A selection and a held trit a leaf, and the trees behind them; activations are held once. */
function bitSerialArea(table: PriceTable, { inputs, outputs, accumulatorBits }: BitSerialConfig): Price {
  const leaves = inputs * outputs;
  return sumPrices(
    [
      multiplexers(table, leaves * TRIT_BITS),
      registers(table, leaves * TRIT_BITS + inputs * ACTIVATION_BITS),
      tree(table, TRIT_BITS, { leaves: inputs, times: outputs }),
      adders(table, accumulatorBits, outputs),
    ],
    'selections + registers + trees + accumulators',
  );
}

function registers(table: PriceTable, bits: number): Price {
  return scalePrice(plainPrice(table, 'area-register'), bits, `${bits} bit of registers`);
}

function multiplexers(table: PriceTable, bits: number): Price {
  return scalePrice(plainPrice(table, 'area-mux'), bits, `${bits} two-way multiplexers`);
}

function adders(table: PriceTable, bits: number, count: number): Price {
  return scalePrice(integerAddPrice(table, bits, 'area-int-add'), count, `${count} adders`);
}

function tree(table: PriceTable, bits: number, trees: Trees): Price {
  const levels = treeAdds(bits, [trees]).map(({ action, count }) =>
    adders(table, 'bits' in action ? action.bits : bits, count),
  );
  return sumPrices(levels, `${trees.times} trees of ${trees.leaves} leaves`);
}
