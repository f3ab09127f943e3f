/** Question: is a base of SRAM the runs of CACTI, nothing else, and never mixed with another node unasked? */
import { describe, expect, it } from 'vitest';
import { listSramBases, loadBasis, loadScaling, loadSramBase } from '../../src/energy/load-basis.node.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { sramAccessPrice, sramArea, sramLeakagePrice } from '../../src/energy/sram.ts';
import { withSram } from '../../src/energy/sram-base.ts';
import { buffer, KIB } from './fixtures.ts';

const horowitz = await loadPrices('horowitz-45nm');

function others(rows: readonly { readonly action: string }[]) {
  return rows.filter(({ action }) => !action.startsWith('sram-'));
}

describe('an SRAM base', () => {
  it('is there for every node and cell of the sweep', async () => {
    const names = await listSramBases();
    expect(names).toHaveLength(9);
    expect(names).toContain('cacti7-22nm-lstp');
  });

  it('prices reads, writes, leakage and area as the run printed them', async () => {
    const table = withSram(horowitz, await loadSramBase('cacti7-45nm-lstp'));
    const megabyte = buffer(1024 * KIB, 64);
    expect(sramAccessPrice(table, 'sram-read', megabyte).amount).toBe(93.519);
    expect(sramAccessPrice(table, 'sram-write', megabyte).amount).toBe(76.183);
    expect(sramLeakagePrice(table, 1024 * KIB).amount).toBeCloseTo(0.165, 12);
    expect(sramArea(table, 1024 * KIB).amount).toBe(3.26283);
  });

  it('replaces all SRAM rows of the table and no other', async () => {
    const table = withSram(horowitz, await loadSramBase('cacti7-45nm-lstp'));
    expect(others(table.rows)).toEqual(others(horowitz.rows));
    expect(table.name).toBe('horowitz-45nm with cacti7-45nm-lstp');
  });

  it('of another node is refused, and scaled where a scaling is named', async () => {
    const base = await loadSramBase('cacti7-32nm-hp');
    expect(() => withSram(horowitz, base)).toThrow(/cacti7-32nm-hp, 32 nm.*45 nm/s);
    const scaled = withSram(horowitz, base, await loadScaling('stillmaker-baas'));
    const read = sramAccessPrice(scaled, 'sram-read', buffer(1024 * KIB, 64));
    expect(read.amount).toBeCloseTo(38.4 / 0.767, 0);
    expect(read.grade).toBe('scaled');
  });

  it('of 22 nm is refused at other nodes, since the scaling has no 22 nm', async () => {
    const base = await loadSramBase('cacti7-22nm-hp');
    const scaling = await loadScaling('stillmaker-baas');
    expect(() => withSram(horowitz, base, scaling)).toThrow(/22 nm/);
  });

  it('names the nearest where there is none of this name', async () => {
    await expect(loadSramBase('cacti7-22nm-lpst')).rejects.toThrow(/cacti7-22nm-lstp/);
  });

  it('carries what is odd about its cells into the results', async () => {
    const basis = await loadBasis('horowitz-45nm', { sram: 'cacti7-45nm-lop' });
    expect(basis.notes.join()).toMatch(/leak more than its high-performance cells/);
  });
});

describe('capacities beyond the table', () => {
  it('are refused unless the slope is to be followed, and then lie on the last line', async () => {
    const large = 16384 * KIB;
    expect(() => sramArea(horowitz, large)).toThrow(/16777216 B.*--sram-beyond/s);
    const beyond = await loadBasis('horowitz-45nm', { sramBeyond: 'last-slope' });
    const at = (kib: number): number => sramArea(beyond, kib * KIB).amount;
    expect(at(16384) / at(8192)).toBeCloseTo(at(8192) / at(4096), 12);
    expect(sramArea(beyond, large).grade).toBe('assumed');
    expect(() => sramArea(horowitz, large)).toThrow(/16777216 B/);
  });

  it('are refused beyond sixteen times the largest all the same', async () => {
    const beyond = await loadBasis('horowitz-45nm', { sramBeyond: 'last-slope' });
    expect(() => sramArea(beyond, 262144 * KIB)).toThrow(/no sram-area price/);
  });
});
