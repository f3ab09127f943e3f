/**
 * One tile of a projection as the stepped arrays compute it: `rows` token rows × `k` inputs × `n` outputs, with its values.
 * The accumulator buffer is `[rows, n]`; it holds partial sums of earlier inputs where `accumulate` says so.
 */
import { TritsimError } from '../../../errors/error.ts';
import type { Packing } from '../../../hardware/machine.ts';
import { PARTS } from '../ports.ts';

export interface Tile {
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  readonly accumulate: boolean;
  readonly activation: (row: number, input: number) => number;
  readonly weight: (input: number, output: number) => number;
  readonly accumulators: Accumulators;
}

export interface Accumulators {
  read(row: number, output: number): number;
  write(row: number, output: number, sum: number): void;
}

/** A part of a tile's rows, inputs or outputs. */
export interface Block {
  readonly from: number;
  readonly size: number;
}

/** Starts and sizes of the blocks of `size` that a length is cut into; the last may be smaller. */
export function blocks(length: number, size: number): Block[] {
  const list = [];
  for (let from = 0; from < length; from += size) list.push({ from, size: Math.min(size, length - from) });
  return list;
}

/** Bits that one weight takes in the weight buffer, by packing: [bits, weights]. */
const GROUPS: Readonly<Partial<Record<Packing, readonly [bits: number, weights: number]>>> = {
  'ternary-2b': [2, 1],
  'ternary-base3': [8, 5],
  'ternary-5b3': [5, 3],
  int4: [4, 1],
  int8: [8, 1],
  fp16: [16, 1],
  bf16: [16, 1],
};

/** Parts of a bit that one weight takes. Throws `STEPPER_PACKING` for a packing that the stepper does not know. */
export function weightParts(packing: Packing): number {
  const group = GROUPS[packing];
  if (group !== undefined) return (PARTS * group[0]) / group[1];
  throw new TritsimError('STEPPER_PACKING', 'the stepper does not know this packing', {
    found: packing,
    allowed: Object.keys(GROUPS),
  });
}

/** Weights of a group that is decoded at the array into two bits each, and the action's name; null: no decoding. */
export function decoding(packing: Packing): { readonly weights: number; readonly action: string } | null {
  if (packing === 'ternary-base3') return { weights: 5, action: 'trit-decode' };
  if (packing === 'ternary-5b3') return { weights: 3, action: 'trit-decode-5b3' };
  return null;
}
