// Question: do the fast kernels give the same bits as the plain loops, for odd sizes too?
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/model/kernels/kernels.ts';
import { plainKernels } from '../../src/model/kernels/plain.ts';
import { portableKernels } from '../../src/model/kernels/portable.ts';
import { createSimdKernels } from '../../src/model/kernels/simd.ts';
import { packTrits, type Ternary } from '../../src/model/ternary.ts';
import { Pcg32 } from '../../src/random/pcg32.ts';

const bits = (x: Float32Array): Uint32Array => new Uint32Array(x.buffer, x.byteOffset, x.length);
const size = (max: number) => fc.integer({ min: 1, max });
const seed = fc.nat();

function randomTernary(random: Pcg32, rows: number, cols: number): Ternary {
  const trits = Int8Array.from({ length: rows * cols }, () => random.below(3) - 1);
  return { name: 'm', rows, cols, codes: packTrits(trits, rows, cols), scale: 1 };
}

/** Floats over many binades, so that the order of a sum shows in its last bits. */
function randomFloats(random: Pcg32, n: number): Float32Array {
  return Float32Array.from({ length: n }, () => (random.uniform() - 0.5) * 2 ** (random.below(20) - 10));
}

describe.each<Kernels>([portableKernels, createSimdKernels()])('the $name kernels', (kernels) => {
  it('multiply trits and int8 exactly', () => {
    fc.assert(
      fc.property(size(9), size(600), size(7), seed, (rows, cols, tokens, s) => {
        const random = new Pcg32(s);
        const weights = randomTernary(random, rows, cols);
        const x = Int8Array.from({ length: tokens * cols }, () => random.below(256) - 128);
        const [expected, got] = [new Int32Array(tokens * rows), new Int32Array(tokens * rows).fill(99)];
        plainKernels.ternary(weights, x, tokens, expected);
        kernels.ternary(weights, x, tokens, got);
        expect(got).toEqual(expected);
      }),
    );
  });

  it.each([-128, 127])('do not overflow where all trits and activations are extreme (%d)', (extreme) => {
    const [rows, cols, tokens] = [5, 9999, 3];
    for (const trit of [-1, 1]) {
      const codes = packTrits(new Int8Array(rows * cols).fill(trit), rows, cols);
      const into = new Int32Array(tokens * rows);
      kernels.ternary(
        { name: 'm', rows, cols, codes, scale: 1 },
        new Int8Array(tokens * cols).fill(extreme),
        tokens,
        into,
      );
      expect(into).toEqual(new Int32Array(tokens * rows).fill(trit * extreme * cols));
    }
  });

  it('multiply floats in ascending order, every product and sum rounded', () => {
    fc.assert(
      fc.property(size(40), size(70), size(19), seed, (rows, cols, tokens, s) => {
        const random = new Pcg32(s);
        const weights = randomFloats(random, rows * cols);
        const x = randomFloats(random, tokens * cols);
        const [expected, got] = [new Float32Array(tokens * rows), new Float32Array(tokens * rows).fill(NaN)];
        plainKernels.dense(weights, rows, cols, x, tokens, expected);
        kernels.dense(weights, rows, cols, x, tokens, got);
        expect(bits(got)).toEqual(bits(expected));
      }),
    );
  });

  it('do so for matrices that are too large for one block of a cache', () => {
    const random = new Pcg32(1);
    const ternary = randomTernary(random, 1031, 2001);
    const x = Int8Array.from({ length: 3 * 2001 }, () => random.below(256) - 128);
    const [sums, expectedSums] = [new Int32Array(3 * 1031), new Int32Array(3 * 1031)];
    plainKernels.ternary(ternary, x, 3, expectedSums);
    kernels.ternary(ternary, x, 3, sums);
    expect(sums).toEqual(expectedSums);
    const weights = randomFloats(random, 203 * 1001);
    const floats = randomFloats(random, 9 * 1001);
    const [got, expected] = [new Float32Array(9 * 203), new Float32Array(9 * 203)];
    plainKernels.dense(weights, 203, 1001, floats, 9, expected);
    kernels.dense(weights, 203, 1001, floats, 9, got);
    expect(bits(got)).toEqual(bits(expected));
  });

  it('attend to the same positions with the same bits', () => {
    fc.assert(
      fc.property(
        size(3),
        size(3),
        size(5),
        size(30),
        size(9),
        fc.nat(5),
        seed,
        (kv, group, half, position, tokens, spare, s) => {
          const random = new Pcg32(s);
          const shape = {
            heads: kv * group,
            kvHeads: kv,
            headDim: 2 * half,
            capacity: position + tokens + spare,
          };
          const cached = kv * shape.headDim * shape.capacity;
          const cache = { keys: randomFloats(random, cached), values: randomFloats(random, cached) };
          const query = randomFloats(random, tokens * shape.heads * shape.headDim);
          const [expected, got] = [new Float32Array(query.length), new Float32Array(query.length).fill(NaN)];
          plainKernels.attention(query, cache, shape, position, tokens, expected);
          kernels.attention(query, cache, shape, position, tokens, got);
          expect(bits(got)).toEqual(bits(expected));
        },
      ),
    );
  });
});

describe('the plain ternary kernel', () => {
  it('sums every one of the 81 combinations of four trits', () => {
    const x = Int8Array.of(1, 10, 100, -128);
    const into = new Int32Array(1);
    for (let n = 0; n < 81; n++) {
      const trits = Int8Array.of(
        (n % 3) - 1,
        (Math.floor(n / 3) % 3) - 1,
        (Math.floor(n / 9) % 3) - 1,
        Math.floor(n / 27) - 1,
      );
      plainKernels.ternary(
        { name: 'm', rows: 1, cols: 4, codes: packTrits(trits, 1, 4), scale: 1 },
        x,
        1,
        into,
      );
      expect(into[0]).toBe(trits[0]! + 10 * trits[1]! + 100 * trits[2]! - 128 * trits[3]!);
    }
  });
});
