/** A way to run a job, and what is known of it. Units: ps, J, bytes. */
import type { Machine } from '../../hardware/machine.ts';
import type { ExplicitMapping } from '../../mapping/explicit.ts';
import type { Misfit } from '../../mapping/fit.ts';
import type { MapObjective } from './job.ts';

export interface Candidate {
  /** What a person reads: `rows 64 × 2, tile 2560 × 128, weights stay`. */
  readonly label: string;
  /** The job's machine, with the dataflow of this candidate. */
  readonly machine: Machine;
  readonly mapping: ExplicitMapping;
  /** No run takes less, in closed form: busy array, or DRAM bytes ÷ peak bandwidth; 0 where nothing is known. */
  readonly boundPs: number;
}

/** A candidate that no buffer holds. */
export interface Unfit extends Misfit {
  readonly label: string;
}

export interface Candidates {
  /** Those that fit. */
  readonly fit: readonly Candidate[];
  readonly unfit: readonly Unfit[];
}

export interface Cost {
  readonly timePs: number;
  readonly energyJ: number;
  readonly dramBytes: number;
}

/** By the objective; of equals by energy, then by time. */
export function compareCosts(a: Cost, b: Cost, objective: MapObjective): number {
  return valueOf(a, objective) - valueOf(b, objective) || a.energyJ - b.energyJ || a.timePs - b.timePs;
}

/** Less is better: ps, J, or J·ps. */
export function valueOf({ timePs, energyJ }: Cost, objective: MapObjective): number {
  switch (objective) {
    case 'time':
      return timePs;
    case 'energy':
      return energyJ;
    case 'edp':
      return timePs * energyJ;
  }
}
