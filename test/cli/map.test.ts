/** Does `tritsim map` say what it chose, what it rejected and why, as text and as JSON, and refuse what it cannot map? */
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/map.ts';

const TRACE = 'traces/tritsim-25m.p64d16.safetensors';
let out = '';

beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});
afterEach(() => void vi.restoreAllMocks());

async function map(...words: string[]): Promise<string> {
  const program = new Command('tritsim').exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  out = '';
  await program.parseAsync(['node', 'tritsim', 'map', ...words]);
  return out;
}

interface Answer {
  readonly operation: { readonly m: number; readonly n: number; readonly k: number };
  readonly counts: Record<string, number>;
  readonly reference: { readonly simulated: { readonly time_s: number } };
  readonly chosen: {
    readonly to_default: number;
    readonly simulated: { readonly time_s: number };
    readonly mapping: object;
  };
  readonly candidates: readonly object[];
  readonly rejected: {
    readonly does_not_fit: readonly { buffer: string; missing_bytes: number; count: number }[];
  };
}

const small = ['--budget', '40', '--refine', '2'];

test('a projection of the shipped trace: the choice beats the default, and every candidate is accounted for', async () => {
  const words = [
    '--hw',
    'edge-ternary',
    '--trace',
    TRACE,
    '--op',
    'layers.0.down_proj',
    '--phase',
    'prefill',
  ];
  const answer = JSON.parse(await map(...words, ...small, '--json')) as Answer;
  expect(answer.operation).toMatchObject({ m: 64, n: 512, k: 1536 });
  expect(answer.chosen.simulated.time_s).toBeLessThan(answer.reference.simulated.time_s);
  expect(answer.chosen.to_default).toBeCloseTo(
    answer.chosen.simulated.time_s / answer.reference.simulated.time_s,
    12,
  );
  expect(Object.keys(answer.chosen.mapping)).toEqual(['stages', 'tiles']);
  const { considered, simulated, ...groups } = answer.counts;
  const { does_not_fit, bounded, unreached, refused, estimated } = groups;
  expect(does_not_fit! + bounded! + unreached! + refused! + estimated!).toBe(considered);
  expect([estimated, simulated]).toEqual([41, 3]);
  const missing = answer.rejected.does_not_fit;
  expect(missing.reduce((sum, { count }) => sum + count, 0)).toBe(does_not_fit);
  for (const { missing_bytes } of missing) expect(missing_bytes).toBeGreaterThan(0);
});

test('a product as text: default, choice, and what is against the others', async () => {
  const text = await map(
    '--hw',
    'edge-int8',
    '--op',
    '32x512x640',
    '--objective',
    'edp',
    ...small,
    '--top',
    '3',
  );
  expect(text).toContain('edge-int8, product: 32 rows × 512 outputs × 640 inputs');
  expect(text).toMatch(/default: 32 rows, tile \d+ × \d+, weight-stationary/);
  expect(text).toMatch(/Does not fit the weights buffer: [\d,]+; nearest by \d+ bytes: /);
  expect(text).toMatch(/candidates: [\d,]+ do not fit, .* 41 estimated, 3 simulated\./);
  expect(text).toMatch(/Dominated by estimate: \d+; /);
});

describe('what cannot be mapped is refused', () => {
  test.each([
    [
      ['--op', '64x2560'],
      /three whole numbers \(found '64x2560'\); allowed: --op MxNxK, token rows × outputs/,
    ],
    [[], /three whole numbers \(found no --op\)/],
    [['--op', '0x4x4'], /MxNxK/],
    [['--op', '4x4x4', '--phase', 'decode'], /has no phase/],
    [['--trace', TRACE], /several phases/],
    [['--trace', TRACE, '--phase', 'decode', '--op', 'layers.0.down_prj'], /layers\.0\.down_proj/],
    [['--trace', TRACE, '--phase', 'decode', '--op', 'layers.0.attention'], /no such projection/],
    [['--trace', TRACE, '--phase', 'decode', '--zeros', '0.4'], /states its own/],
  ])('%j', async (words, message) => {
    await expect(map('--hw', 'edge-ternary', ...words)).rejects.toThrow(message);
  });
});
