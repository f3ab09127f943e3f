// Question: do trits survive packing, and does the census count them?
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { census, packTrits, rowBytes, unpackRow } from '../../src/model/ternary.ts';
import { packLikeHf } from './tiny.ts';

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 }))
  .chain(([rows, cols]) =>
    fc
      .array(fc.constantFrom(-1, 0, 1), { minLength: rows * cols, maxLength: rows * cols })
      .map((trits) => ({ rows, cols, trits: Int8Array.from(trits) })),
  );

describe('packed trits', () => {
  it('unpack to what was packed, for widths that fill no byte too', () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, trits }) => {
        const codes = packTrits(trits, rows, cols);
        expect(codes.length).toBe(rows * rowBytes(cols));
        const row = new Int8Array(cols);
        for (let r = 0; r < rows; r++) {
          unpackRow(codes, r, cols, row);
          expect(row).toEqual(trits.subarray(r * cols, (r + 1) * cols));
        }
      }),
    );
  });

  it('are counted by the census without the padding', () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, trits }) => {
        const counted = census({ name: 'm', rows, cols, codes: packTrits(trits, rows, cols), scale: 0.5 });
        const count = (trit: number): number => trits.filter((t) => t === trit).length;
        expect(counted).toEqual({
          name: 'm',
          rows,
          cols,
          minus: count(-1),
          zero: count(0),
          plus: count(1),
          scale: 0.5,
        });
      }),
    );
  });

  it('have the first column of a row in the lowest bits', () => {
    expect([...packTrits(Int8Array.of(-1, 0, 1, 1, 1), 1, 5)]).toEqual([0b10_10_01_00, 0b01_01_01_10]);
  });
});

describe("HF's packing, as the tests write it", () => {
  it('is that of the example in the documentation of transformers', () => {
    // Column 0 of an 8-row matrix: rows 0, 2, 4, 6 share a byte, and rows 1, 3, 5, 7.
    const column = Int8Array.of(0, -1, -1, -1, 1, 0, 1, 1);
    expect([...packLikeHf(column, 8, 1)]).toEqual([0b10100001, 0b10010000]);
  });
});
