/** Does `tritsim reproduce` say what it found, in both forms, and with its exit status? */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reproduction } from '../../src/analysis/published/reproduce.ts';
import { register } from '../../src/cli/reproduce.ts';
import { reproductionLines } from '../../src/cli/reproduce-table.ts';
import { createProgram, runProgram } from '../../src/cli/run.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
});

function reproduce(...words: string[]): Promise<number> {
  const program = createProgram('0.0.0');
  register(program);
  return runProgram(program, ['node', 'tritsim', 'reproduce', ...words], {
    write: (text) => (err += text),
  });
}

describe('tritsim reproduce', () => {
  it('prints every value by paper, its remarks and the totals, and exits 0 where all that gate are inside', async () => {
    expect(await reproduce('--no-simulation')).toBe(0);
    expect(out).toMatch(/^arXiv 2310\.11453v1$/m);
    expect(out).toMatch(
      /^b158-figure3-operation +71\.4 +71\.43 +times +\+0\.0 % +printed-digit +pass +\[\d+\]$/m,
    );
    expect(out).toMatch(/^b158-table3-llama-batch +16 +14\.00 .* no +reported/m);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      /^\d+ values: \d+ gate, \d+ inside tolerance, 0 outside; \d+ reported only$/,
    );
  });

  it('--json prints rows, whole machines and totals, and nothing else', async () => {
    expect(await reproduce('b158-figure3-1.3b', 'bitnet-table1-6.7b-w32-7nm-mul', '--json')).toBe(0);
    const { schema, rows, whole_machine: whole, totals } = JSON.parse(out) as Reproduction;
    expect(schema).toBe('tritsim.reproduce/1');
    expect(totals).toEqual({ rows: 3, gating: 1, inside: 1, outside: 0, reported: 2 });
    expect(rows[0]).toMatchObject({ id: 'bitnet-table1-6.7b-w32-7nm-mul', published: '4.41', pass: true });
    expect(rows[0]).not.toHaveProperty('whole_machine');
    expect(rows[1]!.whole_machine).toMatchObject([
      { unit: 'times', phase: 'prefill', batch: 1 },
      { unit: 'times', phase: 'prefill', batch: 16 },
      { unit: 'times', phase: 'decode', batch: 1 },
      { unit: 'times', phase: 'decode', batch: 16 },
    ]);
    expect(whole!.every(({ model }) => model === 'gpt-1.3b')).toBe(true);
    expect(new Set(whole!.map(({ match }) => match))).toEqual(new Set(['peak', 'area']));
  });

  it('simulates nothing for a value that is no energy', async () => {
    expect(await reproduce('b158-table1-3b-b158-memory', '--json')).toBe(0);
    expect((JSON.parse(out) as Reproduction).whole_machine).toEqual([]);
  });

  it('refuses an unknown id with the nearest', async () => {
    expect(await reproduce('2b4t-table1-enrgy')).toBe(1);
    expect(err).toMatch(/PUBLISHED_ID_UNKNOWN.*Did you mean '2b4t-table1-energy'/);
  });
});

describe('the table', () => {
  it('tells a failure from a value that is only reported', () => {
    const row = {
      paper: '1',
      place: 'Table 1',
      unit: 'J',
      published: '1.00',
      ours: 1.5,
      deviation: 0.5,
      tolerance: 'printed-digit',
      pass: false,
      reason: 'why',
    } as const;
    const lines = reproductionLines({
      schema: 'tritsim.reproduce/1',
      rows: [
        { ...row, id: 'a', gating: true },
        { ...row, id: 'b', gating: false },
      ],
      whole_machine: null,
      totals: { rows: 2, gating: 1, inside: 0, outside: 1, reported: 1 },
    });
    expect(lines[2]).toMatch(/^a .*\+50\.0 % .* FAIL +\[1\]$/);
    expect(lines[3]).toMatch(/^b .* no +differs +\[1\]$/);
  });
});
