/**
 * What the values of a trace make an array do: cycles and operations by tile, measured once before anything is
 * simulated. Arrays whose cost follows from sizes alone have none.
 */
import type { Machine } from '../../hardware/machine.ts';
import { costDependsOn } from '../../mapping/array-shape.ts';
import type { Tiling } from '../../mapping/tiling.ts';
import type { TileValues } from '../../mapping/work.ts';
import type { Trace } from '../../trace/trace.ts';
import { measureBitSerial } from './bit-serial-activity.ts';
import { measureZeroSkip } from './zero-skip-activity.ts';

/** A tile and some of its token rows. */
export interface TileActivity {
  /** Cycles that the lanes took, fill and drain apart. */
  readonly cycles: number;
  /** Operations that the lanes did. */
  readonly operations: number;
}

export interface ActivitySource {
  /** Of `rows` token rows from the first that `values` names. */
  activityOf(values: TileValues, rows: number): TileActivity;
}

/** @returns undefined where the array's cost does not depend on values */
export async function measureActivity(
  trace: Trace,
  machine: Machine,
  tilings: ReadonlyMap<string, Tiling>,
): Promise<ActivitySource | undefined> {
  const { array } = machine;
  if (costDependsOn(array) === 'size') return undefined;
  switch (array.kind) {
    case 'zero-skip':
      return measureZeroSkip(trace, array, tilings);
    case 'bit-serial':
      return measureBitSerial(trace, array, tilings);
    default:
      return undefined;
  }
}
