/** Question: is a machine's area the sum of its parts, and is an SRAM of 7 nm at least as large as its cells? */
import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../src/energy/load.node.ts';
import { machineArea } from '../../src/energy/machine-area.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';

const table = await loadPrices('jouppi-7nm');
const machine = await loadMachine('edge-ternary');
const { parts, total } = machineArea(table, machine);

function partOf(name: string) {
  return parts.find((part) => part.name === name)!.area;
}

describe('the area of a machine', () => {
  it('is the sum of its parts, low and high too', () => {
    for (const key of ['amount', 'low', 'high'] as const) {
      expect(parts.reduce((sum, { area }) => sum + area[key], 0)).toBe(total[key]);
    }
  });

  it('leaves 30 % of the placed logic empty', () => {
    const cells = ['array', 'float_unit', 'vector'].reduce((sum, name) => sum + partOf(name).amount, 0);
    expect(cells / (cells + partOf('overhead').amount)).toBeCloseTo(0.7, 4);
  });

  it('of a mebibyte at 7 nm is the published cells over the array efficiency of the CACTI run', () => {
    // 0.027 um2 a cell; the run spends 78.2 % of its area on cells.
    const cells = 8 * 1024 ** 2 * 0.027e-6;
    expect(cells / partOf('buffer.activations').amount).toBeCloseTo(0.782, 2);
  });

  it('grows with a buffer, by nothing but that buffer', () => {
    const weights = { ...machine.buffers.weights, capacityBytes: 512 * 1024 };
    const larger = machineArea(table, { ...machine, buffers: { ...machine.buffers, weights } });
    const grown = larger.parts.filter((part) => part.area.amount !== partOf(part.name).amount);
    expect(grown.map(({ name }) => name)).toEqual(['buffer.weights']);
    expect(larger.total.amount).toBeGreaterThan(total.amount);
  });

  it('says of every part where it comes from', () => {
    for (const { area } of parts) {
      expect(area.rows.length).toBeGreaterThan(0);
      expect(area.citations.length).toBeGreaterThan(0);
    }
  });
});
