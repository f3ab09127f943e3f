/** Is a space file read strictly, and do its points come in one order, each once? */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listSpaces, readSpace } from '../../src/explore/load.node.ts';
import { Permutation } from '../../src/explore/space/permutation.ts';
import { sequenceOf } from '../../src/explore/space/sequence.ts';
import { parseSpace } from '../../src/explore/space/space-file.ts';
import { crossSize, type Axis, type Sampling } from '../../src/explore/space/space.ts';

const TINY = readFileSync('test/fixtures/explore/tiny.yaml', 'utf8');
const parse = (text: string) => parseSpace(text, 'tiny.yaml');
const errorOf = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('a space file', () => {
  test('gives axes as lists, ranges and linked levels', () => {
    const { axes } = parse(TINY);
    expect(axes.map(({ name, levels }) => [name, levels.map(({ label }) => label)])).toEqual([
      ['array', ['narrow', 'wide']],
      ['weights', ['8 KiB', '16 KiB', '32 KiB']],
      ['queue', [2, 5, 8]],
      ['clock', ['500 MHz', '1 GHz']],
    ]);
    expect(axes[0]!.levels[1]!.set).toEqual({ 'array.inputs': 16, 'array.outputs': 8 });
  });

  test.each([
    ['axes:', 'axis:', 'tiny.yaml:6: axis: unknown key', "Did you mean 'axes'?"],
    ['times: 2', 'time: 2', 'tiny.yaml:11: axes.weights.time: unknown key', "Did you mean 'times'?"],
    [
      'to: 32 KiB',
      'to: 40 KiB',
      'axes.weights.to: the range does not end here (found 32 and then 40 KiB)',
      '',
    ],
    ['from: 8 KiB', 'from: 8', 'axes.weights.to: from, to and step must all have a unit, or none', ''],
    ['from: 2, to: 8, step: 3', 'from: 2, to: 8', 'axes.queue: a range needs step, or times', ''],
    ['[500 MHz, 1 GHz]', '[1 GHz, 1 GHz]', 'axes.clock.values: a value stands twice', ''],
    ['sample: exhaustive', 'sample: random', 'strategy: random needs points', ''],
    ['fidelity: analytic', 'fidelity: successive', 'strategy: successive needs margin', ''],
    [
      '[energy_per_token, tpot, area]',
      '[area, tpto]',
      `tiny.yaml:21: objectives.1: the value is not one of those known (found "tpto")`,
      "Did you mean 'tpot'?",
    ],
    ['[energy_per_token, tpot, area]', '[ttft]', 'objectives.0: ttft needs a workload of phase prefill', ''],
    ['array.inputs * array.outputs <= 512', 'array.inputs <= ', 'constraints.0, column 16', ''],
    ['schema: tritsim.space/1', 'schema: tritsim.space/9', 'not a space file of a known version', ''],
  ])('with %s instead as %s is refused', (from, to, message, hint) => {
    expect(TINY).toContain(from);
    expect(errorOf(TINY.replace(from, to))).toContain(message);
    expect(errorOf(TINY.replace(from, to))).toContain(hint);
  });
});

const axes = (...sizes: number[]): Axis[] =>
  sizes.map((size, i) => ({
    name: `a${i}`,
    levels: Array.from({ length: size }, (_, label) => ({ label, set: {}, place: '' })),
  }));
const points = (of: Axis[], sampling: Sampling): string[] => {
  const sequence = sequenceOf({ axes: of, sampling });
  return Array.from({ length: sequence.length }, (_, i) => sequence.at(i).join());
};

describe('the order of points', () => {
  test('of an exhaustive space turns the last axis fastest', () => {
    expect(points(axes(2, 3), { kind: 'exhaustive' })).toEqual(['0,0', '0,1', '0,2', '1,0', '1,1', '1,2']);
  });

  test('of a random sample has distinct points, all of them in the end, the same for the same seed', () => {
    const space = axes(5, 7, 3);
    const sample = points(space, { kind: 'random', points: 1000, seed: 3 });
    expect(new Set(sample).size).toBe(105);
    expect(sample).toHaveLength(105);
    expect(points(space, { kind: 'random', points: 20, seed: 3 })).toEqual(sample.slice(0, 20));
    expect(points(space, { kind: 'random', points: 20, seed: 4 })).not.toEqual(sample.slice(0, 20));
  });

  test('of a Latin hypercube has every level of every axis equally often where it can', () => {
    const sample = points(axes(4, 6), { kind: 'latin-hypercube', points: 12, seed: 1 });
    for (const axis of [0, 1]) {
      const counts = new Map<string, number>();
      for (const point of sample) {
        const level = point.split(',')[axis]!;
        counts.set(level, (counts.get(level) ?? 0) + 1);
      }
      expect([...counts.values()]).toEqual(
        Array.from({ length: axis === 0 ? 4 : 6 }, () => (axis === 0 ? 3 : 2)),
      );
    }
  });

  test.each<Sampling>([
    { kind: 'exhaustive' },
    { kind: 'random', points: 50, seed: 1 },
    { kind: 'latin-hypercube', points: 8, seed: 1 },
  ])('of kind $kind ends with its last position', (sampling) => {
    const sequence = sequenceOf({ axes: axes(3, 4), sampling });
    expect(() => sequence.at(sequence.length - 1)).not.toThrow();
    for (const position of [sequence.length, 20_000, -1])
      expect(() => sequence.at(position)).toThrow(expect.objectContaining({ code: 'SPACE_POSITION' }));
  });

  test('a permutation of any size takes each number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, seed) => {
        const permutation = new Permutation(size, seed);
        const seen = new Set(Array.from({ length: size }, (_, i) => permutation.at(i)));
        expect(seen.size).toBe(size);
        expect(Math.max(...seen)).toBe(size - 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the shipped spaces', () => {
  test.each(listSpaces())('%s is read, and is large enough to be a study', (name) => {
    const { text, file } = readSpace(name);
    const space = parseSpace(text, file);
    expect(space.name).toBe(name);
    expect(crossSize(space)).toBeGreaterThanOrEqual(name === 'edge-wide' ? 10_000 : 400);
  });

  test('a name that is none is refused with the nearest', () => {
    expect(() => readSpace('edge-wild')).toThrow("Did you mean 'edge-wide'?");
  });
});
