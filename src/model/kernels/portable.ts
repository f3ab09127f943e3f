/** The fast kernels in plain TypeScript: they run wherever JavaScript does. */
import { attentionBlocked, denseBlocked } from './blocked.ts';
import type { Kernels } from './kernels.ts';
import { ternaryLut } from './lut.ts';

export const portableKernels: Kernels = {
  name: 'portable',
  ternary: ternaryLut,
  dense: denseBlocked,
  attention: attentionBlocked,
};
