/** What crosses the edge of an array, as demands on the ports of its buffers. */
import type { Machine } from '../../../hardware/machine.ts';
import { rowBytes } from '../../../mapping/packing.ts';
import { PARTS, wholeBits, type Demand } from '../ports.ts';
import { weightParts, type Tile } from './tile.ts';

/** How many values of a tile cross the array's edge, each as often as it does. */
export interface Crossings {
  readonly weights: number;
  readonly activations: number;
  readonly sumsIn: number;
  readonly sumsOut: number;
}

/** `bits`: widths of an activation and of an accumulator. */
export function demandsOf(
  machine: Machine,
  bits: { readonly activation: number; readonly accumulator: number },
  { n, k }: Pick<Tile, 'n' | 'k'>,
  { weights, activations, sumsIn, sumsOut }: Crossings,
): Demand[] {
  return [
    {
      buffer: 'weights',
      readParts: weights * weightParts(machine.packing.sram),
      writeParts: 0,
      fillParts: PARTS * 8 * n * rowBytes(k, machine.packing.sram),
    },
    wholeBits('activations', activations * bits.activation, 0),
    wholeBits('accumulators', sumsIn * bits.accumulator, sumsOut * bits.accumulator),
  ];
}
