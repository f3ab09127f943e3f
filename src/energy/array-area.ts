/**
 * Logic area of the compute arrays, um2: what an element, a table or a leaf is made of, times how many there are.
 *
 *   adder tree, zero skip, FP16 and INT8 cells   transistors that synthesis counted in this project's Verilog × area of one:
 *                                                one style of logic, so that their ratios hold
 *   INT4 cells                                   the INT8 cell × the ratio of their published parts
 *   tables, bit-serial                           published areas of their adders, flip-flops and multiplexers
 *
 * INACCURACY: the published parts are denser than the synthesized ones (an INT8 cell of them is 0.64 of the counted
 * one), so tables and bit-serial arrays come out small beside the others. Elements have the widths that were counted.
 * NOT MODELLED: as `area.ts` says; also the control of tables, the detector of significant bits, the shifters, and the
 * pipeline registers of trees (those of counted elements are in their rows).
 */
import type { ArrayConfig, BitSerialConfig, LutConfig, SystolicConfig } from '../hardware/machine.ts';
import { entryBits, tableEntries } from '../sim/array/lut.ts';
import { treeAdds, type Trees } from '../sim/array/tree.ts';
import { elementArea } from './element-area.ts';
import { integerAddPrice } from './integer-add.ts';
import { derivePrice, scalePrice, sumPrices, type Price } from './price.ts';
import { formatPrice, plainPrice, type PriceTable } from './table.ts';

const ACTIVATION_BITS = 8;
const TRIT_BITS = 2;
const INT8_BITS = 8;
const INT4_BITS = 4;

/** @throws PRICE_MISSING, PRICE_WIDTH where the table lacks an area */
export function arrayArea(table: PriceTable, array: ArrayConfig): Price {
  switch (array.kind) {
    case 'adder-tree':
      return elements(elementArea(table, 'adder-tree'), array.inputs * array.outputs);
    case 'zero-skip':
      return sumPrices(
        [
          elements(elementArea(table, 'zero-skip', array.window * array.queue), array.lanes * array.outputs),
          registers(table, array.lanes * array.window * array.queue * ACTIVATION_BITS),
        ],
        'lanes with their share of tree and accumulator + activations',
      );
    case 'lut':
      return lutArea(table, array);
    case 'bit-serial':
      return bitSerialArea(table, array);
    case 'mac-fp16':
    case 'mac-int8':
      return elements(elementArea(table, array.kind), array.rows * array.columns);
    case 'mac-int4':
      return elements(int4Cell(table, array), array.rows * array.columns);
  }
}

function elements(each: Price, count: number): Price {
  return scalePrice(each, count, `${count} elements`);
}

/** An INT4 weight's cell: no one counted it, so it is to the INT8 cell what its published parts are to the INT8 cell's. */
function int4Cell(table: PriceTable, array: SystolicConfig): Price {
  const parts = (weight: 'int4' | 'int8', bits: number): Price =>
    sumPrices(
      [
        formatPrice(table, 'area-multiply', weight),
        integerAddPrice(table, array.accumulatorBits, 'area-int-add'),
        registers(table, bits + ACTIVATION_BITS + array.accumulatorBits),
      ],
      `multiplier ${weight} + adder + registers`,
    );
  return derivePrice(
    [elementArea(table, 'mac-int8'), parts('int4', INT4_BITS), parts('int8', INT8_BITS)],
    ([int8, int4Parts, int8Parts]) => (int8! * int4Parts!) / int8Parts!,
    'INT8 cell × parts of an INT4 cell ÷ parts of an INT8 cell',
    'assumed',
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
