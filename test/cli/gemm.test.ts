/** Does `tritsim gemm` give SCALE-Sim's cycles, whole machines that are no faster, and one row a layer? */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/gemm.ts';

type Row = Record<string, number | string>;
let out = '';

beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});
afterEach(() => void vi.restoreAllMocks());

async function gemm(...words: (string | number)[]): Promise<string> {
  const program = new Command('tritsim').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  out = '';
  await program.parseAsync(['node', 'tritsim', 'gemm', ...words.map(String)]);
  return out;
}
const json = async (...words: (string | number)[]): Promise<Row> =>
  JSON.parse(await gemm(...words, '--json')) as Row;

describe('with ideal memory', () => {
  const [header, ...lines] = readFileSync('test/fixtures/scalesim/gemm.csv', 'utf8').trim().split('\n');
  const golden = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(header!.split(',').map((name, i) => [name, cells[i]!]));
  });

  test('all 63 products take SCALE-Sim\'s cycles, its "− 1" undone, on each of the three multiply-add machines', async () => {
    expect(golden).toHaveLength(63);
    for (const hw of ['edge-int8', 'edge-int4', 'edge-fp16']) {
      for (const row of golden) {
        const size = ['--m', row['M']!, '--n', row['N']!, '--k', row['K']!];
        const shape = ['--array', `${row['rows']}x${row['cols']}`, '--dataflow', row['dataflow']!];
        const result = await json('--hw', hw, ...size, ...shape, '--ideal-memory');
        expect(result['compute_cycles']).toBe(Number(row['cycles_reported']) + 1);
        expect(result['stall_cycles']).toBe(0);
        const readout = row['dataflow'] === 'os' ? Number(row['folds']) * Number(row['rows']) : 0;
        expect(result['readout_cycles']).toBe(readout);
        expect(result['cycles']).toBe(Number(result['compute_cycles']) + readout);
        if (readout > 0) continue;
        const used = Number(row['overall_util_pct']) / 100;
        // Its utilisation divides by one cycle less.
        const cycles = Number(row['cycles_reported']);
        expect(result['utilisation']).toBeCloseTo((used * cycles) / (cycles + 1), 6);
      }
    }
  });

  test.each([
    'edge-ternary',
    'edge-zero-skip',
    'edge-lut',
    'edge-bit-serial',
    'edge-fp16',
    'edge-int8',
    'edge-int4',
  ])('one token row never fills %s', async (hw) => {
    const size = ['--m', 1, '--n', 2560, '--k', 2560, '--zeros', 0.42];
    const result = await json('--hw', hw, ...size, '--ideal-memory');
    expect(result['dense_equivalent']).toBeGreaterThanOrEqual(result['utilisation'] as number);
    expect(result['utilisation']).toBeLessThan(1);
  });
});

describe('through the whole machine', () => {
  test('parts of the cycles add up, and memory only adds', async () => {
    const size = ['--m', 3, '--n', 200, '--k', 100];
    const whole = await json('--hw', 'test-tiny', ...size);
    const ideal = await json('--hw', 'test-tiny', ...size, '--ideal-memory');
    expect(whole['cycles']).toBeGreaterThan(ideal['cycles'] as number);
    expect(whole['cycles']).toBe(
      Number(whole['compute_cycles']) + Number(whole['readout_cycles']) + Number(whole['stall_cycles']),
    );
    expect(whole['stall_cycles']).toBeGreaterThan(0);
  });

  test('a product of one row reads every weight from DRAM once and leaves the array nearly idle', async () => {
    const result = await json('--hw', 'edge-ternary', '--m', 1, '--n', 2560, '--k', 2560);
    expect(result['dram_read_bytes']).toBeGreaterThanOrEqual((2560 * 2560) / 5);
    expect(result['dram_read_bytes']).toBeLessThan(1.02 * ((2560 * 2560) / 5));
    expect(result['utilisation']).toBeLessThan(0.1);
  });
});

describe('a list of layers', () => {
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tritsim-gemm-'))));
  afterEach(() => rm(folder, { recursive: true }));

  test('prints one row a layer, each as the product alone would be', async () => {
    const file = join(folder, 'layers.csv');
    await writeFile(file, 'Layer, M, N, K,\nfirst, 2, 64, 96,\nlast, 1, 32, 100,\n');
    const rows = JSON.parse(await gemm('--hw', 'test-tiny-int8', '--topology', file, '--json')) as Row[];
    expect(rows.map((row) => row['layer'])).toEqual(['first', 'last']);
    const alone = await json('--hw', 'test-tiny-int8', '--m', 2, '--n', 64, '--k', 96);
    expect(rows[0]).toEqual({ ...alone, layer: 'first' });
    expect((await gemm('--hw', 'test-tiny-int8', '--topology', file)).split('\n')).toHaveLength(4);
  });

  test('that cannot be read, or a product without a size, is refused by name', async () => {
    await expect(gemm('--hw', 'test-tiny', '--topology', join(folder, 'none.csv'))).rejects.toThrow(
      /none\.csv/,
    );
    await expect(gemm('--hw', 'test-tiny', '--m', 1)).rejects.toThrow(
      expect.objectContaining({ code: 'GEMM_SIZE' }),
    );
  });
});

test('an array that skips zeros needs to know how many there are, and is faster where there are more', async () => {
  const size = ['--m', 1, '--n', 256, '--k', 512, '--ideal-memory'];
  await expect(gemm('--hw', 'edge-zero-skip', ...size)).rejects.toThrow(/--zeros/);
  const cycles: number[] = [];
  for (const zeros of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    cycles.push((await json('--hw', 'edge-zero-skip', ...size, '--zeros', zeros))['cycles'] as number);
  }
  expect(cycles).toEqual(cycles.toSorted((a, b) => b - a));
  const dense = await json('--hw', 'edge-zero-skip', ...size, '--zeros', 0);
  const skipped = await json('--hw', 'edge-zero-skip', ...size, '--zeros', 0.6);
  expect(dense['utilisation']).toBe(dense['dense_equivalent']);
  expect(skipped['dense_equivalent']).toBeGreaterThan(1);
  expect(skipped['utilisation']).toBeLessThan(1);
  expect(skipped['values']).toBe('modelled');
});

test('a choice that a kind of array does not have is refused', async () => {
  const size = ['--m', 1, '--n', 8, '--k', 8];
  await expect(gemm('--hw', 'test-tiny', ...size, '--dataflow', 'is')).rejects.toThrow(
    expect.objectContaining({ code: 'GEMM_ARRAY' }),
  );
  await expect(gemm('--hw', 'test-tiny', ...size, '--preload', 'serial')).rejects.toThrow(/--preload/);
});
