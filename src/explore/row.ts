/**
 * The record of an evaluated point: one line of JSON. It holds what was measured, not what was made of it, so that other weights,
 * objectives or constraints need no new evaluation; and nothing of the space, so that it serves every space that has the point.
 */
import type { ComponentName } from '../analysis/run.ts';
import type { Fidelity } from '../sim/result.ts';
import type { Measured } from './metrics.ts';

/** Version of the record's form and of what its key covers. */
export const ROW_FORM = 'tritsim.point/1';

export interface MeasuredWorkload extends Measured {
  readonly context: number;
  readonly cycles: number;
  readonly bottleneck: ComponentName;
  readonly array_utilisation: number;
}

export interface RowError {
  readonly code: string;
  readonly message: string;
}

export interface Row {
  /** `keyOf` of what was evaluated. */
  readonly key: string;
  /** Hash of the machine; null where the machine is refused. */
  readonly machine: string | null;
  readonly trace: string;
  readonly fidelity: Fidelity;
  /** In the order of the space's workloads; absent where the point failed. */
  readonly workloads?: readonly MeasuredWorkload[];
  readonly area_mm2?: number;
  /** Why the area is not known, where it is not. */
  readonly area_error?: RowError;
  readonly error?: RowError;
}

const KEY_LENGTH = 64;
const BEGINNING = '{"key":"';

/** One line, its end included. Keys stand in the order of `Row`, so that the same point gives the same bytes. */
export function lineOf(row: Row): string {
  const { key, machine, trace, fidelity, workloads, area_mm2, area_error, error } = row;
  return `${JSON.stringify({ key, machine, trace, fidelity, workloads, area_mm2, area_error, error })}\n`;
}

/** The key of a line without parsing it; undefined where it is not a line of ours. */
export function keyOfLine(line: string): string | undefined {
  if (!line.startsWith(BEGINNING) || !line.endsWith('}')) return undefined;
  const key = line.slice(BEGINNING.length, BEGINNING.length + KEY_LENGTH);
  return /^[0-9a-f]{64}$/.test(key) ? key : undefined;
}

/** The record in a line; undefined where it is not one of ours. */
export function rowOfLine(line: string): Row | undefined {
  if (keyOfLine(line) === undefined) return undefined;
  try {
    return JSON.parse(line) as Row;
  } catch {
    return undefined;
  }
}
