import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowChecksum, rowChecksums } from '../../src/trace/checksum.ts';

/** Four ASCII characters as the little-endian word they make. */
function words(text: string): Int32Array {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i, true));
}

describe('the checksum of a row of int32 results', () => {
  // Vectors of MurmurHash3_x86_32 with seed 0 whose input is a whole number of words, as the implementations of
  // the hash publish them: empty, 'test', FF FF FF FF, 21 43 65 87, 00 00 00 00.
  it('equals the published vectors of MurmurHash3_x86_32', () => {
    expect(rowChecksum(new Int32Array(0))).toBe(0);
    expect(rowChecksum(words('test'))).toBe(0xba6bd213);
    expect(rowChecksum(Int32Array.of(-1))).toBe(0x76293b50);
    expect(rowChecksum(Int32Array.of(0x87654321 | 0))).toBe(0xf55b516b);
    expect(rowChecksum(Int32Array.of(0))).toBe(0x2362f9de);
  });

  it('is the same for a row wherever it lies in the buffer', () => {
    const rows = Int32Array.of(9, 1, -2, 3, 7, 5, 0, -128);
    expect(rowChecksum(rows, 1, 3)).toBe(rowChecksum(Int32Array.of(1, -2, 3)));
    expect([...rowChecksums(rows, 2)]).toEqual([rowChecksum(rows, 0, 4), rowChecksum(rows, 4, 4)]);
  });

  it('changes when any one value of a row changes', () => {
    const row = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(row, fc.nat(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (values, at, difference) => {
        const before = Int32Array.from(values);
        const after = before.slice();
        after[at % values.length]! ^= difference;
        expect(rowChecksum(after)).not.toBe(rowChecksum(before));
      }),
    );
  });
});
