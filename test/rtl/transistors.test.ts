/** Do the transistor counts in the documents add up, and does the page show what the data says? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadMachine } from '../../src/hardware/load.node.ts';
import type { AdderTreeConfig, ZeroSkipConfig } from '../../src/hardware/machine.ts';
import { adderTreeCost } from '../../src/sim/array/adder-tree.ts';
import { zeroSkipCost } from '../../src/sim/array/zero-skip.ts';
import type { UnitCost } from '../../src/sim/cost.ts';

const [header, ...rows] = readFileSync('docs/data/rtl-transistors.csv', 'utf8').trim().split('\n');
const designs = rows.map((row) => {
  const [design, ...numbers] = row.split(',');
  const [elements, nand, nor, not, flipFlops, logic, transistors] = numbers.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { design: design!, elements, nand, nor, not, flipFlops, logic, transistors };
});

describe('docs/data/rtl-transistors.csv', () => {
  test('has the columns that rtl/synth/count.sh writes', () => {
    expect(readFileSync('rtl/synth/count.sh', 'utf8')).toContain(`echo '${header}'`);
  });

  test.for(designs)('$design: 4 transistors a NAND or NOR, 2 a NOT, 16 a flip-flop', (counts) => {
    const { nand, nor, not, flipFlops, logic, transistors } = counts;
    expect(logic).toBe(4 * (nand + nor) + 2 * not);
    expect(transistors).toBe(logic + 16 * flipFlops);
  });

  test('is the table of docs/rtl.md', () => {
    const page = readFileSync('docs/rtl.md', 'utf8');
    const table = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(table).toEqual(
      designs.map(({ design, elements, logic, flipFlops, transistors }) => {
        const each = Math.round(transistors / elements);
        return `| \`${design}\` | ${elements} | ${logic} | ${flipFlops} | ${transistors} | ${each} |`;
      }),
    );
  });
});

interface ElementRow {
  readonly design: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

test('hw-configs/tech/rtl-transistors.yaml has the counts an element of these designs, 3 % either way', () => {
  const file = readFileSync('hw-configs/tech/rtl-transistors.yaml', 'utf8');
  const { rows: elements } = parse(file) as { rows: Record<string, ElementRow> };
  for (const [name, { design, value, low, high }] of Object.entries(elements)) {
    const counted = designs.find((counts) => counts.design === design)!;
    const each = Math.round(counted.transistors / counted.elements);
    expect([value, low, high], name).toEqual([each, Math.round(0.97 * each), Math.round(1.03 * each)]);
  }
});

const clocked = ({ actions }: UnitCost): number =>
  actions.find(({ action }) => action.type === 'register')!.count;
const flipFlopsOf = (name: string): number => designs.find(({ design }) => design === name)!.flipFlops;

// The simulator also counts the activations that enter; they belong to all columns.
test('a beat through one column of edge-ternary clocks the flip-flops that ternary_dot has', async () => {
  const machine = await loadMachine('edge-ternary');
  const column = { ...(machine.array as AdderTreeConfig), outputs: 1 };
  const beat = { rows: 1, k: column.inputs, n: 1, accumulate: false };
  expect(clocked(adderTreeCost(machine, column, beat)) - 8 * column.inputs).toBe(flipFlopsOf('ternary_dot'));
});

test('a queue of beats with a trit a lane clocks the flip-flops that zero_skip_dot has, but for its control', async () => {
  const machine = await loadMachine('edge-zero-skip');
  const column = { ...(machine.array as ZeroSkipConfig), outputs: 1 };
  const { lanes, window, queue } = column;
  const pass = { rows: 1, k: lanes * window * queue, n: 1, accumulate: false };
  const cost = zeroSkipCost(machine, column, pass, { cycles: queue, operations: lanes });
  // A bit for each slot that waits, the number of the slot (3 bits), whether the lane waits.
  const control = lanes * (queue + 3 + 1);
  expect(clocked(cost) - 8 * pass.k).toBe(flipFlopsOf('zero_skip_dot_queue_8') - control);
});
