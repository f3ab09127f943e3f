// Question: is each float operation its formula, and does rounding go half to even?
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, dequantize, gatedActivation, rmsNorm } from '../../src/model/elementwise.ts';
import { quantizeRows, roundHalfEven } from '../../src/model/quantize.ts';
import { ropeTable, rotate } from '../../src/model/rope.ts';
import { softmax } from '../../src/model/softmax.ts';
import { readConfig } from '../../src/model/config.ts';
import { tinyModel } from './tiny.ts';

const { fround } = Math;
const float = fc.float({ min: -100, max: 100, noNaN: true });
const row = fc.array(float, { minLength: 1, maxLength: 40 });

/** Relative error of a sum of n float32 terms, with room for the handful of operations around it. */
const within = (n: number): number => (n + 8) * 2 ** -24;

describe('roundHalfEven', () => {
  it('sends ties to the even neighbour', () => {
    const rounded = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 126.5, 127.5].map((x) => roundHalfEven(x) + 0);
    expect(rounded).toEqual([-2, -2, 0, 0, 2, 2, 126, 128]);
  });

  it('sends everything else to the nearest', () => {
    fc.assert(
      fc.property(fc.float({ min: -1000, max: 1000, noNaN: true }), (x) => {
        const rounded = roundHalfEven(x);
        expect(Number.isInteger(rounded)).toBe(true);
        expect(Math.abs(x - rounded)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});

const quantize = (x: number[], tokens: number) => {
  const q = new Int8Array(x.length);
  const scales = new Float32Array(tokens);
  quantizeRows(Float32Array.from(x), tokens, x.length / tokens, q, scales, 'input of layers.0.q_proj');
  return { q: [...q], scales: [...scales] };
};

describe('quantizeRows', () => {
  it('gives each token the scale that takes its largest element to 127', () => {
    const { q, scales } = quantize([1, -2, 0.5, 8, 4, -8], 2);
    expect(scales).toEqual([63.5, 127 / 8]);
    expect(q).toEqual([64, -127, 32, 127, 64, -127]);
  });

  it('takes a row of zeros, or of almost zeros, for one that reaches 1e-5', () => {
    const { q, scales } = quantize([0, 0, 1e-6, 0], 2);
    expect(scales).toEqual([fround(127 / fround(1e-5)), fround(127 / fround(1e-5))]);
    expect(q).toEqual([0, 0, 13, 0]);
  });

  it.each([NaN, Infinity, -Infinity])('refuses %d and names the projection', (bad) => {
    expect(() => quantize([1, bad, 2], 1)).toThrow(
      'input of layers.0.q_proj: the activations are not finite',
    );
  });
});

describe('rmsNorm', () => {
  it('refuses rows whose squares overflow', () => {
    const huge = Float32Array.of(1e20);
    expect(() => rmsNorm(huge, 1, Float32Array.of(1), 1e-5, new Float32Array(1), 'input of x')).toThrow(
      expect.objectContaining({ code: 'ENGINE_NOT_FINITE' }),
    );
  });

  it('divides by the root of the mean square and multiplies by the weight', () => {
    fc.assert(
      fc.property(row, row, (x, w) => {
        const n = Math.min(x.length, w.length);
        const into = new Float32Array(n);
        rmsNorm(Float32Array.from(x), 1, Float32Array.from(w.slice(0, n)), 1e-5, into, 'norm');
        const meanSquare = x.slice(0, n).reduce((sum, v) => sum + v * v, 0) / n;
        for (let i = 0; i < n; i++) {
          const exact = (w[i]! * x[i]!) / Math.sqrt(meanSquare + 1e-5);
          expect(Math.abs(into[i]! - exact)).toBeLessThanOrEqual(Math.abs(exact) * within(n) + 1e-38);
        }
      }),
    );
  });
});

describe('softmax', () => {
  it('is the exponential over the sum of exponentials', () => {
    fc.assert(
      fc.property(row, (x) => {
        const got = Float32Array.from([...x, 77]);
        softmax(got, x.length);
        const largest = Math.max(...x);
        const exps = x.map((v) => Math.exp(v - largest));
        const sum = exps.reduce((a, b) => a + b, 0);
        // The difference from the largest, up to 200, is itself rounded to float32.
        const tolerance = within(x.length) + 200 * 2 ** -24;
        for (const [i, e] of exps.entries()) {
          expect(Math.abs(got[i]! - e / sum)).toBeLessThanOrEqual((e / sum) * tolerance + 2 ** -149);
        }
        expect(got[x.length]).toBe(77);
      }),
    );
  });
});

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

describe('rotate', () => {
  const shape = { ...readConfig(tinyModel().config, 'c').shape, headDim: 8 };

  it('leaves position 0 alone, keeps lengths, and makes products depend on the distance only', () => {
    const table = ropeTable(shape, 40);
    const at = (x: readonly number[], position: number): Float32Array => {
      const turned = Float32Array.from(x);
      rotate(turned, 1, 1, 8, table, position);
      return turned;
    };
    const eight = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(eight, eight, fc.nat(19), fc.nat(20), (a, b, p, distance) => {
        expect([...at(a, 0)].map((v) => v + 0)).toEqual(a.map((v) => v + 0));
        const near = dot(at(a, p), at(b, p + distance));
        const shifted = dot(at(a, 0), at(b, distance));
        // Angles up to 40 radians carry 40 · 2^-24 each; eight products of ones.
        expect(Math.abs(near - shifted)).toBeLessThan(8 * 100 * 2 ** -24);
      }),
    );
  });

  it('turns element i with element i + half by position · theta^(−2i/headDim)', () => {
    const x = new Float32Array(16);
    x[8 + 1] = 1;
    rotate(x, 2, 1, 8, ropeTable(shape, 10), 4);
    const angle = 5 * 10000 ** (-2 / 8);
    expect(x[8 + 1]).toBeCloseTo(Math.cos(angle), 6);
    expect(x[8 + 5]).toBeCloseTo(Math.sin(angle), 6);
  });
});

describe('gatedActivation', () => {
  it('squares the positive part of the gate, or weighs it by its sigmoid, and multiplies by up', () => {
    fc.assert(
      fc.property(float, float, (g, u) => {
        const relu2 = Float32Array.of(g);
        gatedActivation('relu2', relu2, Float32Array.of(u), 1);
        expect(relu2[0]).toBe(fround(fround(Math.max(g, 0) ** 2) * u));
        const silu = Float32Array.of(g);
        gatedActivation('silu', silu, Float32Array.of(u), 1);
        const exact = (g / (1 + Math.exp(-g))) * u;
        expect(Math.abs(silu[0]! - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -21 + 1e-37);
      }),
    );
  });
});

describe('dequantize and add', () => {
  it('multiply each integer by weight scale over activation scale, once, and add in place', () => {
    const y = new Float32Array(4);
    dequantize(Int32Array.of(3, -5, 7, 0), 2, 2, fround(0.1), Float32Array.of(3, 0.25), y);
    const factor = fround(fround(0.1) / 3);
    expect([...y]).toEqual([
      fround(3 * factor),
      fround(-5 * factor),
      fround(7 * fround(fround(0.1) / 0.25)),
      0,
    ]);
    add(y, Float32Array.of(1, 1, 1, 1), 2);
    expect(y[1]).toBe(fround(fround(-5 * factor) + 1));
    expect(y[3]).toBe(0);
  });
});
