/**
 * Area of a whole machine, mm2: cells of the logic, what placement leaves empty between them, and the buffers.
 *
 *   array, float unit, vector unit   `area.ts`, `array-area.ts`: lanes × what a lane is made of
 *   overhead                         a share of the logic (`area-overhead`): wires, clock tree, fill
 *   buffers                          by capacity (`sram.ts`); decoders and sense amplifiers are in it
 *
 * NOT MODELLED: DMA engines, the controller that issues commands, DRAM controller and PHY, pads; the network between
 * buffers and units; a second port's area (a 1r1w buffer has the area of a 1rw one; the band's high end covers it).
 */
import type { BufferName, Machine } from '../hardware/machine.ts';
import { logicAreas } from './area.ts';
import { derivePrice, figure, scalePrice, sumPrices, type Price } from './price.ts';
import { sramArea } from './sram.ts';
import { plainPrice, type PriceTable } from './table.ts';

const MM2_PER_UM2 = 1e-6;

/** `buffer.weights` and so on for the buffers. */
export type AreaPartName = 'array' | 'float_unit' | 'vector' | 'overhead' | `buffer.${BufferName}`;

export interface AreaPart {
  readonly name: AreaPartName;
  /** mm2. */
  readonly area: Price;
}

export interface MachineArea {
  /** Logic, overhead, then the buffers by name; they add up to `total` in this order. */
  readonly parts: readonly AreaPart[];
  /** mm2. */
  readonly total: Price;
}

/**
 * The area of `machine` by part, with bands and sources.
 *
 * @throws PRICE_MISSING, PRICE_WIDTH, PRICE_SRAM_CAPACITY where the table lacks an area
 */
export function machineArea(table: PriceTable, machine: Machine): MachineArea {
  const areas = logicAreas(table, machine);
  const logic = (['array', 'float_unit', 'vector'] as const).map((name): AreaPart => {
    return { name, area: scalePrice(areas[name], MM2_PER_UM2, '1e-6 mm2/um2') };
  });
  const names = (Object.keys(machine.buffers) as BufferName[]).toSorted();
  const buffers = names.map((name): AreaPart => {
    return { name: `buffer.${name}`, area: sramArea(table, machine.buffers[name].capacityBytes) };
  });
  const parts = [...logic, overheadOf(table, logic), ...buffers];
  const total = sumPrices(
    parts.map(({ area }) => area),
    'logic + overhead + buffers',
  );
  return { parts, total };
}

function overheadOf(table: PriceTable, logic: readonly AreaPart[]): AreaPart {
  const cells = sumPrices(
    logic.map(({ area }) => area),
    'cells of the logic',
  );
  const share = plainPrice(table, 'area-overhead');
  const text = `${figure(cells.amount)} mm2 of cells × ${figure(share.amount)} (${share.derivation})`;
  return { name: 'overhead', area: derivePrice([cells, share], ([mm2, part]) => mm2! * part!, text) };
}
