/** Question: is scaling the published equations, step by step named, and does it say where published prices disagree? */
import { describe, expect, it } from 'vitest';
import { loadBasis, loadScaling } from '../../src/energy/load-basis.node.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import { comparePublished, scaleTable } from '../../src/energy/scaling.ts';
import { rowById } from '../../src/energy/table.ts';

const scaling = await loadScaling('stillmaker-baas');
const horowitz = await loadPrices('horowitz-45nm');
const jouppi = await loadPrices('jouppi-7nm');
const scaled = scaleTable(horowitz, scaling, 7);

describe('scaling by Stillmaker and Baas', () => {
  it.each([
    [32, 0.767],
    [20, 0.287],
    [16, 0.204],
    [14, 0.163],
    [10, 0.127],
    [7, 0.094],
  ])('gives the energy factor worked out by hand from 45 nm to %i nm: %f', (node, factor) => {
    const row = rowById(scaleTable(horowitz, scaling, node), 'int-add.32', '');
    expect(row.value / 0.1).toBeCloseTo(factor, 3);
  });

  it('scales areas by their own factor, wires by the supply squared, and leaves counts', () => {
    const of = (id: string) => rowById(scaled, id, '').value / rowById(horowitz, id, '').value;
    expect(of('area.add.fp16')).toBeCloseTo(0.059, 12);
    expect(of('sram-area.64b.1024KiB')).toBeCloseTo(0.059, 12);
    expect(of('wire')).toBeCloseTo((0.8 / 0.9) ** 2, 12);
    expect(of('leakage.logic')).toBe(1);
    expect(rowById(scaled, 'vector.add.add', '')).toEqual(rowById(horowitz, 'vector.add.add', ''));
  });

  it('grades what it touches as scaled at best and says how in every row', () => {
    const touched = scaled.rows.filter((row) => row.unit !== 'count' && row.unit !== 'ratio');
    expect(touched.filter(({ grade }) => ['measured', 'published'].includes(grade))).toEqual([]);
    for (const row of touched) expect(row.derivation).toMatch(/from 45 nm at 0\.\d+ V to 7 nm at 0\.8 V/);
    expect(scaled).toMatchObject({ nodeNm: 7, name: 'horowitz-45nm scaled to 7 nm by stillmaker-baas' });
    expect(scaled.hash).not.toBe(horowitz.hash);
  });

  it('and back is where it came from', () => {
    const back = scaleTable(scaled, scaling, 45);
    for (const row of back.rows) expect(row.value).toBeCloseTo(rowById(horowitz, row.id, '').value, 9);
  });

  it('disagrees with the published 7 nm arithmetic by 2.4 to 4.3 times', () => {
    const found = comparePublished(scaled, jouppi).filter(({ id }) => /^(int-add|add|multiply)/.test(id));
    expect(found.map(({ id }) => id).toSorted()).toEqual([
      'add.fp16',
      'add.fp32',
      'int-add.32',
      'int-add.8',
      'multiply.fp16',
      'multiply.fp32',
      'multiply.int8',
    ]);
    expect(Math.min(...found.map(({ ratio }) => ratio))).toBeCloseTo(2.48, 1);
    expect(Math.max(...found.map(({ ratio }) => ratio))).toBeCloseTo(4.5, 0);
  });

  it('is refused for a node that the equations do not cover', () => {
    expect(() => scaleTable(horowitz, scaling, 22)).toThrow(/22 nm.*45 nm/s);
  });
});

describe('a basis of prices', () => {
  it('is the table that the machine names where nothing else is asked for', async () => {
    expect((await loadBasis('jouppi-7nm', {})).hash).toBe(jouppi.hash);
  });

  it('notes how scaled prices compare with the published ones of their node', async () => {
    const basis = await loadBasis('horowitz-45nm', { scaleToNm: 7, scaling: 'stillmaker-baas' });
    expect(basis.notes.join()).toMatch(/jouppi-7nm publishes .* times the scaled value .*int-add\.8/);
    expect(basis.rows).toEqual(scaled.rows);
  });

  it('is refused for a node without a scaling, and for a scaling of nothing', async () => {
    await expect(loadBasis('horowitz-45nm', { scaleToNm: 7 })).rejects.toThrow(/stillmaker-baas/);
    await expect(loadBasis('jouppi-7nm', { scaling: 'stillmaker-baas' })).rejects.toThrow(/--scale-to/);
  });
});
