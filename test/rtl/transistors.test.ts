/** Do the transistor counts in the documents add up, and does the page show what the data says? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

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
