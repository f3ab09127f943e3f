/** The fastest kernels that this JavaScript engine can run. The choice shows in the time only: all give the same bits. */
import type { Kernels } from './kernels.ts';
import { portableKernels } from './portable.ts';
import { createSimdKernels } from './simd.ts';
import { hasSimd } from './wasm/machine.ts';

let chosen: Kernels | undefined;

/** Compiled at the first call and shared from then on: kernels keep nothing between calls. */
export function fastestKernels(): Kernels {
  chosen ??= hasSimd() ? createSimdKernels() : portableKernels;
  return chosen;
}
