/** Do constraints mean what they say, follow units, and point at what is wrong? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, holds } from '../../src/explore/expression/evaluate.ts';
import { parseExpression } from '../../src/explore/expression/parser.ts';
import { valueOfData, type Value } from '../../src/explore/expression/value.ts';

const DATA: Readonly<Record<string, unknown>> = {
  'array.kind': 'adder-tree',
  'array.inputs': 64,
  'array.outputs': 128,
  'buffers.weights.capacity': '256 KiB',
  'buffers.weights.port': '256 bit',
  'vector.latency.reciprocal-root': '12 cycles',
  clock: '1 GHz',
};
const lookup = (name: string): Value | undefined =>
  name === 'area' ? { value: 3.5, dimension: 'area' } : valueOfData(DATA[name]);
const isTrue = (text: string): boolean => holds(parseExpression(text, 'c'), lookup, 'c');
const errorOf = (text: string): string => {
  try {
    isTrue(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('a constraint', () => {
  test.each([
    ['array.inputs * array.outputs <= 8192', true],
    ['array.inputs * array.outputs < 8192', false],
    ['area < 4 mm²', true],
    ['area < 4 mm2 and not clock > 1 GHz', true],
    ['area ≤ 3500000 µm2', true],
    ['buffers.weights.capacity == 262144 B', true],
    ['buffers.weights.capacity / 2 >= 128 KiB', true],
    ['buffers.weights.port * 16 <= 4096 bit', true],
    ["array.kind == 'adder-tree'", true],
    ["array.kind != 'lut' or array.groups <= 8", true],
    ['vector.latency.reciprocal-root - 2 cycles == 10 cycles', true],
    ['-(array.inputs − 65) == 1', true],
    ['2 + 3 * 4 == 14', true],
    ['(2 + 3) * 4 == 20', true],
    ['1 - 2 - 3 == -4', true],
  ])('%s', (text, expected) => {
    expect(isTrue(text)).toBe(expected);
  });

  test.each([
    ['array.inputs <', 'c, column 15: expected a value, a name or a bracket (found the end)'],
    ['array.inputs ? 2', "c, column 14: this is not understood (found '?')"],
    ['(1 < 2', 'c, column 7: the bracket is not closed (found the end)'],
    ['1 < 2 < 3', "c, column 7: comparisons do not chain: use and (found '<')"],
    [
      'clock < 4 mm2',
      'c, column 7: these do not go together (found a quantity of frequency < a quantity of area)',
    ],
    ['buffers.weights.capacity < 4', 'c, column 26: these do not go together'],
    ['area * clock < 4', 'c, column 6: the dimensions of a product are not followed'],
    ['array.inputs', 'c, column 1: a constraint must be a condition (found the number 64)'],
    ['1 / 0 > 2', 'c, column 3: the result is not finite'],
    ['array.groups <= 8', "c, column 1: the point has no value of this name (found 'array.groups')"],
    ['area < 4 mmm2', 'unknown unit'],
  ])('%s is refused at its column', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });

  test('of numbers has the value that JavaScript gives it', () => {
    const number = fc.integer({ min: 1, max: 99 }).map(String);
    const text = fc.letrec<{ sum: string }>((tie) => ({
      sum: fc.oneof(
        { depthSize: 'small' },
        number,
        fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*', '/'), tie('sum')).map((parts) => parts.join(' ')),
        tie('sum').map((inner) => `(${inner})`),
      ),
    })).sum;
    fc.assert(
      fc.property(text, (source) => {
        const expected = Number(new Function(`return ${source}`)());
        fc.pre(Number.isFinite(expected) && Math.abs(expected) < 1e12);
        let value;
        try {
          value = evaluate(parseExpression(source, 'c'), lookup, 'c');
        } catch {
          // A division by zero inside is refused, whatever becomes of it.
          return fc.pre(false);
        }
        expect(value).toEqual({ value: expected, dimension: '' });
      }),
    );
  });
});
