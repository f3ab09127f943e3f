/**
 * Trees of adders: how many additions of which width, and how many values stand at a level. Level l adds operands of
 * w + l − 1 bits into w + l; a tree of v leaves does v − 1 additions, in ceil(log2 v) levels.
 */
import { counted, type CountedAction } from '../cost.ts';

/** Trees of `leaves` leaves, `times` over. */
export interface Trees {
  readonly leaves: number;
  readonly times: number;
}

/** Additions by width of `trees` whose leaves have `width` bits. */
export function treeAdds(width: number, trees: readonly Trees[]): CountedAction[] {
  const byWidth = new Map<number, number>();
  for (const { leaves, times } of trees) {
    let bits = width;
    for (let left = leaves; left > 1; left = Math.ceil(left / 2)) {
      bits++;
      byWidth.set(bits, (byWidth.get(bits) ?? 0) + Math.floor(left / 2) * times);
    }
  }
  return [...byWidth]
    .filter(([, adds]) => adds > 0)
    .map(([bits, adds]) => counted('array', { type: 'int-add', bits }, adds));
}

/** The trees that `length` operands make in blocks of `inputs`, each of them `times` over. */
export function blocksOf(length: number, inputs: number, times: number): Trees[] {
  return [
    { leaves: inputs, times: Math.floor(length / inputs) * times },
    { leaves: length % inputs, times },
  ];
}

/**
 * Flip-flop bits of a tree pipelined in `cuts` stages at equal levels, the last at its root: what is clocked for `trees`
 * whose hardware has `inputs` leaves of `width` bits.
 * @param carry bits beside each value: 1 where leaves come as ones' complements with the one still to be added. An adder
 *   takes that of its right operand in and passes that of its left one on, so that every value of every level has one.
 */
export function treeRegisterBits(
  inputs: number,
  width: number,
  cuts: number,
  trees: readonly Trees[],
  carry: 0 | 1 = 0,
): number {
  const levels = Math.ceil(Math.log2(inputs));
  let bits = 0;
  for (let cut = 1; cut <= cuts; cut++) {
    const level = Math.round((levels * cut) / cuts);
    for (const { leaves, times } of trees) {
      bits += Math.ceil(leaves / 2 ** level) * times * (width + level + carry);
    }
  }
  return bits;
}
