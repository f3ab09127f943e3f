/** Question: are the prices the published numbers, to the printed digit? */
import { describe, expect, it } from 'vitest';
import { actionPrice } from '../../src/energy/action.ts';
import { loadPrices } from '../../src/energy/load.node.ts';
import type { Action } from '../../src/sim/ledger.ts';
import { buffer, KIB } from './fixtures.ts';

const small = buffer(8 * KIB, 64);
const buffers = { weights: small, activations: small, accumulators: small, operands: small };
const jouppi = await loadPrices('jouppi-7nm');
const horowitz = await loadPrices('horowitz-45nm');

const at7 = (action: Action): number => actionPrice(jouppi, action, buffers).amount;
const at45 = (action: Action): number => actionPrice(horowitz, action, buffers).amount;

describe('the 7 nm table', () => {
  it('adds 8-bit integers at 0.007 pJ, the figure behind BitNet b1.58, Figure 3', () => {
    expect(at7({ type: 'int-add', bits: 8 })).toBe(0.007);
  });

  it('multiplies and adds FP16 at 0.34 + 0.16 = 0.5 pJ', () => {
    const sum = at7({ type: 'multiply', format: 'fp16' }) + at7({ type: 'add', format: 'fp16' });
    expect(sum).toBeCloseTo(0.5, 12);
  });

  it('gives the 71.4 times of BitNet b1.58 at eight bits and 16.7 times at the 32 bits of an accumulator', () => {
    const multiplyAdd = at7({ type: 'multiply', format: 'fp16' }) + at7({ type: 'add', format: 'fp16' });
    expect((multiplyAdd / at7({ type: 'int-add', bits: 8 })).toFixed(1)).toBe('71.4');
    expect((multiplyAdd / at7({ type: 'int-add', bits: 32 })).toFixed(1)).toBe('16.7');
  });

  it.each([
    [{ type: 'int-add', bits: 32 }, 0.03],
    [{ type: 'add', format: 'bf16' }, 0.11],
    [{ type: 'add', format: 'fp32' }, 0.38],
    [{ type: 'add', format: 'int8' }, 0.007],
    [{ type: 'multiply', format: 'int8' }, 0.07],
    [{ type: 'multiply', format: 'bf16' }, 0.21],
    [{ type: 'multiply', format: 'fp32' }, 1.31],
  ] as const)('prices %o as Jouppi et al. 2021, Table 2, does', (action, pj) => {
    expect(at7(action)).toBe(pj);
  });
});

describe('the 45 nm table', () => {
  it.each([
    [{ type: 'int-add', bits: 8 }, 0.03],
    [{ type: 'int-add', bits: 16 }, 0.05],
    [{ type: 'int-add', bits: 32 }, 0.1],
    [{ type: 'add', format: 'fp16' }, 0.4],
    [{ type: 'add', format: 'fp32' }, 0.9],
    [{ type: 'multiply', format: 'int8' }, 0.2],
    [{ type: 'multiply', format: 'fp16' }, 1.1],
    [{ type: 'multiply', format: 'fp32' }, 3.7],
  ] as const)('prices %o as Horowitz 2014 does', (action, pj) => {
    expect(at45(action)).toBe(pj);
  });

  it('refuses BF16 by name, since the source has none', () => {
    expect(() => at45({ type: 'multiply', format: 'bf16' })).toThrow(
      /horowitz-45nm.*multiply in bf16.*multiply in fp16/,
    );
    expect(() => at45({ type: 'vector', op: 'divide', format: 'bf16' })).toThrow(/multiply in bf16/);
  });

  it('splits the gate-level element into what its published shares say', () => {
    // 253.0 to 314.7 fJ a weight; at 2.5 ns 273.7 fJ, of which 12.4 leak; selection 21.9 %, decoder 13.6 %.
    expect(at45({ type: 'trit-select', bits: 8 })).toBeCloseTo(0.219 * 0.2613, 4);
    expect(at45({ type: 'trit-decode' })).toBeCloseTo(5 * 0.136 * 0.2613, 4);
  });
});

describe('a selection and a register', () => {
  it('cost in proportion to their bits', () => {
    expect(at7({ type: 'trit-select', bits: 16 })).toBeCloseTo(2 * at7({ type: 'trit-select', bits: 8 }), 15);
    expect(at45({ type: 'register', bits: 24 })).toBeCloseTo(24 * 0.009, 15);
  });

  it('a fetch from 40 entries costs six selections of its width, and is assumed', () => {
    const fetch = { type: 'lut-read', bits: 11, entries: 40 } as const;
    expect(at7(fetch)).toBeCloseTo(6 * at7({ type: 'trit-select', bits: 11 }), 15);
    expect(actionPrice(jouppi, fetch, buffers).grade).toBe('assumed');
  });

  it('a bitmap costs what base 3 does and the 14 % that the engine with a bitmap takes more', () => {
    const weight = at45({ type: 'trit-decode' }) / 5;
    expect(at45({ type: 'trit-decode-bitmap' }) / 8).toBeCloseTo(weight + 0.2885 - 0.253, 4);
    expect(288.5 / 253).toBeCloseTo(1.14, 2);
    expect(at45({ type: 'trit-decode-5b3' }) / 3).toBeCloseTo(weight, 4);
  });
});

describe('a vector operation', () => {
  it('is the sum of its multiplications and additions', () => {
    expect(at7({ type: 'vector', op: 'add', format: 'fp32' })).toBe(0.38);
    expect(at7({ type: 'vector', op: 'exponential', format: 'fp32' })).toBeCloseTo(6 * 1.31 + 6 * 0.38, 12);
    expect(at45({ type: 'vector', op: 'divide', format: 'fp16' })).toBeCloseTo(5 * 1.1 + 2 * 0.4, 12);
  });

  it('is as weak as its weakest row and says so', () => {
    expect(actionPrice(jouppi, { type: 'vector', op: 'multiply', format: 'fp32' }, buffers).grade).toBe(
      'published',
    );
    const divide = actionPrice(jouppi, { type: 'vector', op: 'divide', format: 'fp32' }, buffers);
    expect(divide.grade).toBe('assumed');
    expect(divide.derivation).toBe('5 multiply × 1.31 + 2 add × 0.38 in fp32');
    expect(divide.rows).toEqual(['vector.divide.multiply', 'multiply.fp32', 'vector.divide.add', 'add.fp32']);
  });
});
