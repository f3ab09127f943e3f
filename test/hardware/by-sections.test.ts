/** Is something made once for the machines that share sections, and never given to one that has others? */
import { expect, test } from 'vitest';
import { BySections } from '../../src/hardware/by-sections.ts';
import { loadMachine } from '../../src/hardware/load.node.ts';

const machine = await loadMachine('edge-ternary');

test('machines with the same sections share what was made of the first', () => {
  const memo = new BySections(['array', 'buffers'], 8);
  const made = {};
  expect(memo.get(machine, () => made)).toBe(made);
  expect(memo.get({ ...machine, dma: { setupCycles: 1 } }, () => ({}))).toBe(made);
  expect(memo.get({ ...machine, buffers: { ...machine.buffers } }, () => 'other')).toBe('other');
});

test('beyond its size it forgets, and makes things again', () => {
  const memo = new BySections<'array', number>(['array'], 1);
  const other = { ...machine, array: { ...machine.array } };
  memo.get(machine, () => 1);
  expect(memo.get(other, () => 2)).toBe(2);
  expect(memo.get(machine, () => 3)).toBe(3);
});
