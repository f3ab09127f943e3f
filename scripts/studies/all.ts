/** The studies, in the order of the documentation. */
import { edgeArrays } from './edge-arrays.ts';
import { memory2b4t } from './memory-2b4t.ts';
import type { Study } from './study.ts';
import { zeroSkipping } from './zero-skipping.ts';

export const studies: readonly Study[] = [edgeArrays, memory2b4t, zeroSkipping];
