// Question: is this PCG32, and are its draws what they claim to be?
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pcg32 } from '../../src/random/pcg32.ts';

/** The published algorithm word for word, in 64-bit arithmetic. */
function* textbook(seed: bigint, stream: bigint): Generator<number> {
  const mask = (1n << 64n) - 1n;
  const increment = (stream << 1n) | 1n;
  const step = (state: bigint): bigint => (state * 6364136223846793005n + increment) & mask;
  let state = step((step(0n) + seed) & mask);
  for (;;) {
    const folded = (((state >> 18n) ^ state) >> 27n) & 0xffffffffn;
    const rotation = state >> 59n;
    yield Number(((folded >> rotation) | (folded << (-rotation & 31n))) & 0xffffffffn);
    state = step(state);
  }
}

describe('Pcg32', () => {
  it('prints the first round of the demonstration program of its author', () => {
    const random = new Pcg32(42, 54);
    const drawn = Array.from({ length: 6 }, () => random.uint32());
    expect(drawn).toEqual([0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e]);
  });

  it('equals the published algorithm in 64-bit arithmetic for every seed and stream', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, stream) => {
        const random = new Pcg32(seed, stream);
        const expected = textbook(BigInt(seed), BigInt(stream));
        for (let i = 0; i < 20; i++) expect(random.uint32()).toBe(expected.next().value);
      }),
    );
  });

  it('draws floats in [0, 1) with the mean and variance of a uniform distribution', () => {
    const random = new Pcg32(1);
    const n = 100_000;
    const drawn = Float64Array.from({ length: n }, () => random.uniform());
    const mean = drawn.reduce((sum, x) => sum + x, 0) / n;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    // Five standard errors: sqrt(1/12n) of the mean, sqrt(1/180n) of the variance.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / (12 * n)));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / (180 * n)));
  });

  it('draws every number below a bound about equally often, and none beyond', () => {
    const random = new Pcg32(2);
    const counts = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) counts[random.below(3)]! += 1;
    const deviation = 5 * Math.sqrt(30_000 * (1 / 3) * (2 / 3));
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(deviation);
    expect(new Pcg32(3).below(1)).toBe(0);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => new Pcg32(seed)).toThrow('a seed is a whole number');
  });
});
