/** What the energy account leaves out, one sentence each: printed with every result (law 6). */
import type { TraceToggles } from '../sim/array/toggles/toggles.ts';
import type { DramDevice } from '../sim/dram/device.ts';
import { hasRows, type PriceTable } from './table.ts';

const ALWAYS: readonly string[] = [
  'Energy: control logic has no price of its own; wires between buffers and units go half the side of a square machine, whatever the floor plan; the clock tree is priced for counted registers only.',
  "Energy: a vector operation's seed tables, shifter and control are left out; 16-bit formats are priced at float32's number of steps.",
  'Energy: an SRAM access is priced by the capacity of the whole buffer; a 1r1w bank is priced as a 1rw bank.',
  'Energy: nothing is power-gated; all buffers and compute units leak for the whole time, DMA engines and the DRAM controller not at all.',
  'Energy: the DRAM controller, its PHY and termination have no price; the DRAM is never powered down.',
];

const AVERAGE: readonly string[] = [
  'Energy: prices are averages over operands; the bits that toggle between the recorded operands are not counted.',
  'Energy: a clocked register is priced by its bits, whether its value changes or not.',
];

function real({ columns: { followed, of } }: TraceToggles): string[] {
  return [
    `Energy: adders, selections and registers of the array are charged by the bits that toggle between recorded operands, followed in ${followed} of ${of} columns; multipliers, SRAM, DRAM, float and vector unit have average prices.`,
    "Energy: a toggled bit costs the table's price over the bits that toggle of random operands; the sources state no activity.",
  ];
}

/** The sentences that hold for this table and this DRAM. */
export function energyNotModelled(table: PriceTable, device: DramDevice, toggles?: TraceToggles): string[] {
  const sentences = [...(toggles === undefined ? AVERAGE : real(toggles)), ...ALWAYS, ...table.notes];
  if (!hasRows(table, 'sram-write')) {
    sentences.push(
      `Energy: the table ${table.name} has no price of an SRAM write; a write costs what a read does.`,
    );
  }
  const foreign = [...new Set(table.rows.map((row) => row.nodeNm))].filter(
    (node): node is number => node !== null && node !== table.nodeNm,
  );
  if (foreign.length > 0) {
    const nodes = foreign.toSorted((a, b) => a - b).join(' and ');
    sentences.push(
      `Energy: some rows of ${table.name} (${table.nodeNm} nm) are taken unscaled from ${nodes} nm.`,
    );
  }
  switch (device.energy.by) {
    case 'currents':
      sentences.push(
        device.energy.range === undefined
          ? `Energy: ${device.name} is priced from data-sheet currents, which are maxima; their spread is not in the band.`
          : `Energy: ${device.name} is priced from data-sheet currents, which are maxima; its band is that of ${device.energy.range.lowPicojoulesPerBit} to ${device.energy.range.highPicojoulesPerBit} pJ/bit as published of such devices, all commands moving together.`,
      );
      break;
    case 'pJ/bit':
      sentences.push(
        `Energy: ${device.name} has no public currents; every bit costs the same, whatever rows it opens and however long it stands by.`,
      );
      break;
    case 'none':
      sentences.push(`Energy: ${device.name} has no public energy figures.`);
      break;
  }
  return sentences;
}
