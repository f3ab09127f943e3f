/** Do the datapaths compute the integers that a plain loop computes, and is a wrong one caught by column? */
import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';
import { checkOperation, throughTiles } from '../../src/sim/datapath/check.ts';
import { TILE_DOTS } from '../../src/sim/datapath/dot.ts';
import type { PackedTrits, RecordedRows } from '../../src/trace/trace.ts';
import { recomputeRow } from '../../src/trace/verify.ts';
import { bitLinearsOf } from '../../src/trace/layout.ts';
import { tinyTrace } from '../trace/tiny.ts';

const ARRAYS = (
  await Promise.all(
    [
      'test-tiny',
      'test-tiny-zero-skip',
      'test-tiny-lut',
      'test-tiny-bit-serial',
      'test-tiny-int8',
      'test-tiny-fp16',
      'test-tiny-int4',
    ].map(loadMachine),
  )
).map(({ array }) => array);

function packed(out: number, inputs: number, trits: readonly number[]): PackedTrits {
  const bytesPerRow = Math.ceil(inputs / 4);
  const codes = new Uint8Array(out * bytesPerRow);
  trits.forEach((trit, at) => {
    const input = at % inputs;
    codes[Math.floor(at / inputs) * bytesPerRow + (input >> 2)]! |= (trit + 1) << (2 * (input & 3));
  });
  return { out, in: inputs, bytesPerRow, codes };
}

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 4 }),
  k: fc.integer({ min: 1, max: 19 }),
  n: fc.integer({ min: 1, max: 9 }),
  tileK: fc.integer({ min: 1, max: 19 }),
  tileN: fc.integer({ min: 1, max: 9 }),
});
const problems = sizes.chain((size) =>
  fc.record({
    size: fc.constant(size),
    trits: fc.array(fc.integer({ min: -1, max: 1 }), {
      minLength: size.k * size.n,
      maxLength: size.k * size.n,
    }),
    activations: fc.array(fc.integer({ min: -128, max: 127 }), {
      minLength: size.k * size.rows,
      maxLength: size.k * size.rows,
    }),
  }),
);

describe.each(ARRAYS)('the $kind datapath', (array) => {
  test('gives the integers of a plain loop, whatever the tiles', () => {
    fc.assert(
      fc.property(problems, ({ size, trits, activations }) => {
        const weights = packed(size.n, size.k, trits);
        const int8 = Int8Array.from(activations);
        const recorded: RecordedRows = {
          rows: size.rows,
          activations: int8,
          scales: new Float32Array(size.rows),
          checksums: new Uint32Array(size.rows),
        };
        const results = throughTiles(weights, recorded, size, array);
        for (let row = 0; row < size.rows; row++) {
          const plain = recomputeRow(weights, int8.subarray(row * size.k, (row + 1) * size.k));
          expect([...results.subarray(row * size.n, (row + 1) * size.n)]).toEqual([...plain]);
        }
      }),
    );
  });

  test('holds the largest sum that a row of 8192 inputs can have', () => {
    const k = 8192;
    const recorded: RecordedRows = {
      rows: 1,
      activations: new Int8Array(k).fill(-128),
      scales: new Float32Array(1),
      checksums: new Uint32Array(1),
    };
    const trits = packed(
      1,
      k,
      Array.from({ length: k }, () => 1),
    );
    expect(throughTiles(trits, recorded, { k, n: 1, tileK: 100, tileN: 1 }, array)[0]).toBe(-128 * k);
  });
});

describe('checkOperation', () => {
  afterEach(() => vi.restoreAllMocks());

  test('names operation, token and column where the array is wrong in one place', async () => {
    const trace = await tinyTrace();
    const operation = bitLinearsOf(trace.manifest).find(({ name }) => name === 'layers.0.o_proj')!;
    const dot = TILE_DOTS['adder-tree'];
    let output = -1;
    vi.spyOn(TILE_DOTS, 'adder-tree').mockImplementation((...args) => {
      dot(...args);
      output++;
      if (output === 7) args[5][2]! += 1;
    });
    const tiling = { k: operation.in, n: operation.out, tileK: operation.in, tileN: operation.out };
    const checked = checkOperation(trace, 'prefill', operation, tiling, await loadMachine('test-tiny'));
    await expect(checked).rejects.toThrow(/prefill: layers\.0\.o_proj, token 2: .*column 7/s);
  });
});
