/** Does the zero-skip array take the cycles of its rules, stepped one by one, and add exactly the trits that count? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadMachine } from '../../../src/hardware/load.node.ts';
import type { ZeroSkipConfig } from '../../../src/hardware/machine.ts';
import { Pcg32 } from '../../../src/random/pcg32.ts';
import { measureActivity } from '../../../src/sim/array/activity.ts';
import { zeroSkipCost } from '../../../src/sim/array/zero-skip.ts';
import { tinyTrace } from '../../trace/tiny.ts';
import { traceOf, type Problem } from './one-matrix.ts';

const machine = await loadMachine('test-tiny-zero-skip');
const shipped = machine.array as ZeroSkipConfig;

/** Cycles and additions of the whole product as one tile, from the product's own code. */
async function ours(
  problem: Problem,
  config: ZeroSkipConfig,
): Promise<{ cycles: number; additions: number }> {
  const [n, k, rows] = [problem.trits.length, problem.trits[0]!.length, problem.activations.length];
  const tilings = new Map([['w', { k, n, tileK: k, tileN: n }]]);
  const source = await measureActivity(traceOf(problem), { ...machine, array: config }, tilings);
  const values = { matrix: 'w', tile: 0, activations: { phase: 'prefill', firstRow: 0 } } as const;
  const activity = source!.activityOf(values, rows);
  const cost = zeroSkipCost(machine, config, { rows, k, n, accumulate: false }, activity);
  return { cycles: cost.cycles, additions: cost.laneCycles };
}

/** The rules of the file's head, one cycle after the other; returns also every result, added up as the lanes add. */
function stepped(problem: Problem, config: ZeroSkipConfig) {
  const { lanes, outputs, window, queue, skips, pipeline } = config;
  const [n, k, rows] = [problem.trits.length, problem.trits[0]!.length, problem.activations.length];
  const passes: { row: number; block: number }[] = [];
  for (let block = 0; block * outputs < n; block++) {
    for (let row = 0; row < rows; row++) passes.push({ row, block });
  }
  const beatsOfPass = Math.ceil(k / (lanes * window));
  const total = passes.length * beatsOfPass;
  const termsOf = (lane: number, beat: number): number[] => {
    const { row, block } = passes[Math.floor(beat / beatsOfPass)]!;
    const output = block * outputs + Math.floor(lane / lanes);
    const terms: number[] = [];
    for (let f = 0; f < window; f++) {
      const input = ((beat % beatsOfPass) * lanes + (lane % lanes)) * window + f;
      if (output >= n || input >= k) continue;
      const [trit, x] = [problem.trits[output]![input]!, problem.activations[row]![input]!];
      if (trit !== 0 && (skips === 'weights' || x !== 0)) terms.push(trit * x);
    }
    return terms;
  };
  const count = lanes * outputs;
  const lane = Array.from({ length: count }, () => ({ beat: 0, left: null as number[] | null, sum: 0 }));
  const slots = Array.from({ length: queue }, () => -1);
  const results = Array.from({ length: rows }, () => Array.from({ length: n }, () => 0));
  let [written, pass, additions, cycle, lastLaneCycle] = [0, 0, 0, 0, 0];
  while (pass < passes.length) {
    cycle++;
    if (cycle > 100_000) throw new Error('the array hangs');
    const standing = [...slots];
    for (let i = 0; i < count; i++) {
      const own = lane[i]!;
      // Rule 3: a lane through with the pass waits; rule 2: its beat must have been written in an earlier cycle.
      if (own.beat >= (pass + 1) * beatsOfPass || standing[own.beat % queue] !== own.beat) continue;
      own.left ??= termsOf(i, own.beat);
      if (own.left.length > 0) {
        own.sum += own.left.shift()!;
        additions++;
      }
      if (own.left.length > 0) continue;
      own.left = null;
      own.beat++;
    }
    // Rule 1, with what the lanes finished in this very cycle.
    const slot = written % queue;
    const old = slots[slot]!;
    if (written < total && (old < 0 || lane.every(({ beat }) => beat > old))) slots[slot] = written++;
    if (lane.every(({ beat }) => beat >= (pass + 1) * beatsOfPass)) {
      const { row, block } = passes[pass]!;
      lane.forEach((own, i) => {
        const output = block * outputs + Math.floor(i / lanes);
        if (output < n) results[row]![output]! += own.sum;
        own.sum = 0;
      });
      pass++;
      lastLaneCycle = cycle;
    }
  }
  return { cycles: lastLaneCycle + pipeline.tree + pipeline.accumulate, additions, results };
}

const configs = fc.record({
  lanes: fc.integer({ min: 1, max: 4 }),
  outputs: fc.integer({ min: 1, max: 4 }),
  window: fc.integer({ min: 1, max: 5 }),
  queue: fc.integer({ min: 1, max: 4 }),
  skips: fc.constantFrom('weights', 'weights-and-activations'),
});
const problems = fc
  .record({
    n: fc.integer({ min: 1, max: 9 }),
    k: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 1, max: 3 }),
    zeros: fc.integer({ min: 0, max: 10 }),
    seed: fc.nat(1_000_000),
  })
  .map(({ n, k, rows, zeros, seed }): Problem => {
    const random = new Pcg32(seed);
    const trit = (): number => (random.below(10) < zeros ? 0 : random.below(2) === 0 ? -1 : 1);
    const activation = (): number => (random.below(4) === 0 ? 0 : random.below(256) - 128);
    return {
      trits: Array.from({ length: n }, () => Array.from({ length: k }, trit)),
      activations: Array.from({ length: rows }, () => Array.from({ length: k }, activation)),
    };
  });

test('cycles and additions equal those of its rules stepped cycle by cycle, whose sums are the plain products', async () => {
  await fc.assert(
    fc.asyncProperty(problems, configs, async (problem, shape) => {
      const config = { ...shipped, ...shape };
      const { cycles, additions, results } = stepped(problem, config);
      expect(await ours(problem, config)).toEqual({ cycles, additions });
      const plain = problem.activations.map((x) =>
        problem.trits.map((row) => row.reduce((sum, trit, i) => sum + trit * x[i]!, 0)),
      );
      expect(results).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});

/** A matrix of one value, and activations of one. */
const fill = (n: number, k: number, value: number): Problem => ({
  trits: Array.from({ length: n }, () => Array.from({ length: k }, () => value)),
  activations: [Array.from({ length: k }, () => 1)],
});

describe('limits', () => {
  const config = { ...shipped, lanes: 4, outputs: 8, window: 3, queue: 2, skips: 'weights' } as const;
  const depth = 1 + config.pipeline.tree + config.pipeline.accumulate;

  test('without zeros a lane adds every input of its own: the dense number of cycles', async () => {
    expect(await ours(fill(16, 48, 1), config)).toEqual({ cycles: 2 * (48 / 4) + depth, additions: 16 * 48 });
  });

  test('a matrix of zeros still passes beat by beat, a window a cycle', async () => {
    expect(await ours(fill(16, 48, 0), config)).toEqual({ cycles: 2 * (48 / 12) + depth, additions: 0 });
  });

  test('one lane with all the trits makes the others wait', async () => {
    const problem = fill(8, 48, 0);
    const trits = problem.trits.map((row, o) => (o === 0 ? row.map((_, i) => (i % 12 < 3 ? 1 : 0)) : row));
    expect((await ours({ ...problem, trits }, config)).cycles).toBe(4 * 3 + depth);
  });

  test('a longer queue is never slower, and lock step waits for the slowest lane of every beat', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const times: number[] = [];
        for (const queue of [1, 2, 3, 100]) times.push((await ours(problem, { ...config, queue })).cycles);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }),
      { numRuns: 50 },
    );
  });
});

test('tiles and steps cut a phase into parts whose passes add up', async () => {
  const trace = await tinyTrace({ prompt: 9 });
  const name = 'layers.0.down_proj';
  const { in: k, out: n } = trace.manifest.matrices[name]!;
  const source = await measureActivity(trace, machine, new Map([[name, { k, n, tileK: 24, tileN: 8 }]]));
  const tiles = Math.ceil(k / 24) * Math.ceil(n / 8);
  for (let tile = 0; tile < tiles; tile++) {
    const of = (firstRow: number, rows: number) =>
      source!.activityOf({ matrix: name, tile, activations: { phase: 'prefill', firstRow } }, rows);
    expect(of(0, 4).cycles + of(4, 5).cycles).toBe(of(0, 9).cycles);
    expect(of(0, 4).operations + of(4, 5).operations).toBe(of(0, 9).operations);
  }
});
