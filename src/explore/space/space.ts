/**
 * A design space: a base machine, axes that change it, what it is to run, what is wanted of it, and how the points are chosen.
 * This is what `space-file.ts` makes of a file; ranges are expanded and expressions are parsed.
 */
import type { Phase } from '../../trace/operation.ts';
import type { Expression } from '../expression/parser.ts';
import type { MetricName } from '../metrics.ts';

/** One position on an axis: how results name it, and what it sets in the machine file, path by path. */
export interface Level {
  /** As the file writes it; a linked level has a name. */
  readonly label: string | number | boolean;
  readonly set: Readonly<Record<string, unknown>>;
  /** File, line and path of what says which paths are set, for errors. */
  readonly place: string;
}

export interface Axis {
  readonly name: string;
  readonly levels: readonly Level[];
  /** Condition on what the axes before it have set: where it does not hold, the axis sets nothing and does not multiply points. */
  readonly when?: Constraint | undefined;
}

/** Level of an axis that sets nothing at this point. */
export const NO_LEVEL = -1;

export interface Constraint {
  readonly text: string;
  readonly expression: Expression;
  /** File, line and path, for errors. */
  readonly place: string;
  /** Whether it needs a metric, so that it can only be judged once a point has been evaluated. */
  readonly judgedLater: boolean;
}

/** A part of the work; what is left out is taken from the trace. */
export interface Workload {
  readonly name: string;
  readonly phase: Phase;
  /** Prefill: length of the prompt. Decode: length of the KV cache before the first token. Tokens. */
  readonly context?: number | undefined;
  /** Decoded tokens of a sequence. */
  readonly tokens?: number | undefined;
  /** Sequences that run together. */
  readonly batch?: number | undefined;
  /** Share of this workload among those of its phase, before they are brought to a sum of one. */
  readonly weight: number;
}

export type Sampling =
  | { readonly kind: 'exhaustive' }
  | { readonly kind: 'random' | 'latin-hypercube'; readonly points: number; readonly seed: number };

/** `successive`: analytic for all points, cycle-level for those within `margin` of the analytic front. */
export type SpaceFidelity =
  { readonly kind: 'analytic' | 'cycle' } | { readonly kind: 'successive'; readonly margin: number };

export interface Space {
  readonly name: string;
  readonly description: string;
  /** Name or path of the base machine, as the file writes it. */
  readonly machine: string;
  /** The first one turns slowest. */
  readonly axes: readonly Axis[];
  readonly constraints: readonly Constraint[];
  readonly workloads: readonly Workload[];
  readonly objectives: readonly MetricName[];
  readonly sampling: Sampling;
  readonly fidelity: SpaceFidelity;
}

/** Points of the full cross product, constraints not yet asked. */
export function crossSize(space: Pick<Space, 'axes'>): number {
  return space.axes.reduce((product, { levels }) => product * levels.length, 1);
}
