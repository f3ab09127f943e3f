/** What decoding one group of a packing counts as; how many groups there are is in `mapping/packing.ts`. */
import type { PackedTernary } from '../mapping/packing.ts';
import type { Action } from './ledger.ts';

const ACTIONS: Readonly<Record<PackedTernary, Action>> = {
  'ternary-base3': { type: 'trit-decode' },
  'ternary-5b3': { type: 'trit-decode-5b3' },
  'bitmap-sign': { type: 'trit-decode-bitmap' },
};

export function decodeAction(packing: PackedTernary): Action {
  return ACTIONS[packing];
}
