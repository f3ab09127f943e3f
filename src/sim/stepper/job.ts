/** One piece of work inside a unit, moved a cycle at a time. */
import type { Demand } from './ports.ts';
import type { Tally } from './tally.ts';

export interface Job {
  /** What the work moves through the buffers, summed over its beats. */
  readonly demands: readonly Demand[];
  /** Actions counted so far. */
  readonly tally: Tally;
  /** Products (multiply-adds, select-adds) done so far. */
  readonly products: number;
  /** Lane-cycles that worked so far; absent where a product is one. */
  readonly laneCycles?: number;
  /** Cycles so far in which results only left the array. */
  readonly readoutCycles: number;
  /** Works one cycle; returns true in the cycle in which the last result comes out. */
  step(): boolean;
}
