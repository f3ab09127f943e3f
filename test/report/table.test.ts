/** Do columns line up whatever is in them? */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTable } from '../../src/report/table.ts';

const bold = (text: string): string => `\u001B[1m${text}\u001B[22m`;

describe('renderTable', () => {
  test('aligns columns left and right, two spaces apart, without trailing spaces', () => {
    expect(
      renderTable(
        [
          ['name', 'time', 'note'],
          ['q_proj', '1.25 ms', ''],
          ['o', '3 s', 'slow'],
        ],
        ['left', 'right'],
      ),
    ).toEqual(['name       time  note', 'q_proj  1.25 ms', 'o           3 s  slow']);
  });

  test('takes rows of different lengths', () => {
    expect(renderTable([['heading'], [], ['a', 'b']])).toEqual(['heading', '', 'a        b']);
  });

  test('counts letters and not code units or colours', () => {
    expect(
      renderTable([
        [{ text: '𝛑', style: bold }, 'x'],
        ['ab', 'x'],
      ]),
    ).toEqual(['\u001B[1m𝛑\u001B[22m   x', 'ab  x']);
  });

  test('gives right-aligned rows of one width for any texts', () => {
    const texts = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.stringMatching(/^\S+$/)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(texts, (rows) => {
        const widths = renderTable(rows, ['left', 'right']).map((line) => [...line].length);
        expect(new Set(widths).size).toBe(1);
      }),
    );
  });
});
