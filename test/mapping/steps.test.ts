/** Does cutting a phase into steps run every token once, in order, with the right keys behind it? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepsOf } from '../../src/mapping/steps.ts';

const record = (steps: number, tokensPerStep: number, batch: number, context: number) => ({
  steps,
  tokensPerStep,
  batch,
  context,
  ids: [],
});

describe('stepsOf', () => {
  test('runs a prompt that fits in one step, with logits of its last token only', () => {
    expect(stepsOf('prefill', record(1, 64, 1, 0), 100)).toEqual([
      {
        phase: 'prefill',
        index: 0,
        firstRow: 0,
        rows: 64,
        segments: [{ sequence: 0, position: 0, rows: 64, last: true }],
      },
    ]);
  });

  test('chunks a prompt that does not fit; each chunk finds the ones before it in the cache', () => {
    const steps = stepsOf('prefill', record(1, 10, 1, 0), 4);
    expect(steps.map((s) => s.segments[0])).toEqual([
      { sequence: 0, position: 0, rows: 4, last: false },
      { sequence: 0, position: 4, rows: 4, last: false },
      { sequence: 0, position: 8, rows: 2, last: true },
    ]);
  });

  test('decodes one token of every sequence a step, at a position that grows', () => {
    const steps = stepsOf('decode', record(3, 1, 2, 7), 100);
    expect(steps.map((s) => s.segments.map((g) => g.position))).toEqual([
      [7, 7],
      [8, 8],
      [9, 9],
    ]);
  });

  test('covers every row exactly once, in order, never more than the limit at a time', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 1, max: 30 }),
    );
    fc.assert(
      fc.property(sizes, ([count, tokens, batch, context, limit]) => {
        const steps = stepsOf('prefill', record(count, tokens, batch, context), limit);
        let next = 0;
        const seen: string[] = [];
        for (const step of steps) {
          expect(step.firstRow).toBe(next);
          expect(step.rows).toBeLessThanOrEqual(limit);
          expect(step.segments.reduce((sum, segment) => sum + segment.rows, 0)).toBe(step.rows);
          next += step.rows;
          for (const { sequence, position, rows } of step.segments) {
            for (let i = 0; i < rows; i++) seen.push(`${sequence}@${position + i}`);
          }
        }
        expect(next).toBe(count * tokens * batch);
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });
});
