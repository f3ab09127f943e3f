/**
 * The arithmetic energy of a pass, as the BitNet papers report it: multiplications and additions of the matrix products
 * and nothing else. Joules; prices from a table of `hw-configs/tech`, pJ.
 *
 *   full precision  S·(linear + attention)·(multiply + add)
 *   INT8, INT4      S·(linear·(multiply + add_int8) + attention·(multiply + add)_fp16 + rescaling·multiply_fp16)
 *   one bit, trits  S·(linear·add_int8 + attention·(multiply + add)_fp16 + rescaling·multiply_fp16)
 *
 * Attention stays FP16 but in the first. Source: arXiv 2310.11453, section 3.1; the terms are in `pass.ts`. The papers have no INT8 or
 * INT4 model; their row is this project's, in the papers' manner.
 *
 * INACCURACY of the papers, kept here: the sums of trits and int8 do not fit eight bits, yet are priced as INT8 additions.
 */
import { addPrice } from '../../energy/vector.ts';
import { integerAddPrice } from '../../energy/integer-add.ts';
import { formatPrice, type PriceTable } from '../../energy/table.ts';
import type { ModelShape } from '../../model/shape.ts';
import { tokenWork } from './pass.ts';

/** Weights of the projections; `ternary` stands for the papers' one bit and for their trits, which they price alike. */
export type ArithmeticWeights = 'fp32' | 'fp16' | 'int8' | 'int4' | 'ternary';

export interface ArithmeticEnergy {
  readonly addJ: number;
  readonly multiplyJ: number;
}

const JOULES_PER_PICOJOULE = 1e-12;
const INT8_BITS = 8;

/**
 * @param tokens length of the pass
 * @throws PRICE_MISSING where the table lacks a format
 */
export function arithmeticEnergy(
  shape: ModelShape,
  weights: ArithmeticWeights,
  tokens: number,
  prices: PriceTable,
): ArithmeticEnergy {
  const { linear, attention, rescaling } = tokenWork(shape, tokens);
  const joules = (pj: number): number => tokens * pj * JOULES_PER_PICOJOULE;
  const float = weights === 'fp32' ? 'fp32' : 'fp16';
  const multiply = formatPrice(prices, 'multiply', float).amount;
  const add = addPrice(prices, float).amount;
  if (weights === 'fp32' || weights === 'fp16') {
    return { addJ: joules((linear + attention) * add), multiplyJ: joules((linear + attention) * multiply) };
  }
  const integerMultiply = weights === 'ternary' ? 0 : formatPrice(prices, 'multiply', weights).amount;
  const integerAdd = integerAddPrice(prices, INT8_BITS).amount;
  return {
    addJ: joules(linear * integerAdd + attention * add),
    multiplyJ: joules(linear * integerMultiply + (attention + rescaling) * multiply),
  };
}

export function totalEnergy({ addJ, multiplyJ }: ArithmeticEnergy): number {
  return addJ + multiplyJ;
}

/** FP16 ÷ ternary of a whole pass: Figure 3, right, of arXiv 2402.17764. @throws PRICE_MISSING */
export function arithmeticRatio(shape: ModelShape, tokens: number, prices: PriceTable): number {
  const full = totalEnergy(arithmeticEnergy(shape, 'fp16', tokens, prices));
  return full / totalEnergy(arithmeticEnergy(shape, 'ternary', tokens, prices));
}

/**
 * An FP16 multiply-add ÷ an integer addition of `bits`: Figure 3, left, of arXiv 2402.17764 at eight bits.
 * @throws PRICE_MISSING, PRICE_WIDTH
 */
export function operationRatio(bits: number, prices: PriceTable): number {
  const multiplyAdd = formatPrice(prices, 'multiply', 'fp16').amount + addPrice(prices, 'fp16').amount;
  return multiplyAdd / integerAddPrice(prices, bits).amount;
}
