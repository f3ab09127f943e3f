/**
 * A tree of adders: leaves are added up pair by pair, level by level, an odd last one passes. Cuts of the pipeline are
 * registers after some levels, equally spaced over all that the hardware has, the last at the root.
 *
 * Units: bits. Actions: int-add by width, register.
 */
import type { Tally } from '../tally.ts';

export interface AdderTree {
  /** Leaves that the hardware has. */
  readonly inputs: number;
  /** Width of a leaf. */
  readonly width: number;
  readonly cuts: number;
  /** Bits that run beside every value and wait to be added. */
  readonly carry: number;
}

/** Adds up `leaves`, which may be fewer than the hardware has, and counts what that takes. */
export function addUp(
  { inputs, width: leafBits, cuts, carry }: AdderTree,
  leaves: readonly number[],
  tally: Tally,
): number {
  const levels = Math.ceil(Math.log2(inputs));
  let values = leaves;
  for (let level = 0; level <= levels; level++) {
    const width = leafBits + level;
    if (level > 0) {
      const pairs: number[] = [];
      for (let i = 0; i < values.length; i += 2) {
        if (i + 1 < values.length) tally.add(`array.int-add.b${width}`, 1);
        pairs.push(values[i]! + (values[i + 1] ?? 0));
      }
      values = pairs;
    }
    for (let cut = 1; cut <= cuts; cut++) {
      if (Math.round((levels * cut) / cuts) !== level) continue;
      tally.add('array.register.b1', values.length * (width + carry));
    }
  }
  return values[0]!;
}
