/**
 * The search: candidates in order of their bound are estimated until no bound is below the best estimate, or the budget is
 * spent; the best few and the default are simulated command by command, and the best of those is the choice. The default is
 * always among them and wins a tie, so the choice is never worse than it.
 *
 * The bound is one of time: for `energy` and `edp` it orders the candidates and leaves none out. Leaving out by the best estimate
 * trusts that estimate; the default's place among those simulated does not depend on it.
 * NOT MODELLED: a bound of energy; noise (a candidate is evaluated once, since it always costs the same).
 */
import { TritsimError } from '../../errors/error.ts';
import { mappingOfPlan, type ExplicitMapping } from '../../mapping/explicit.ts';
import {
  compareCosts,
  valueOf,
  type Candidate,
  type Candidates,
  type Cost,
  type Unfit,
} from './candidate.ts';
import { JobEvaluator } from './evaluate.ts';
import type { MapJob, MapObjective } from './job.ts';
import { phaseCandidates } from './phase.ts';
import { projectionCandidates } from './projection.ts';

export interface SearchOptions {
  readonly objective: MapObjective;
  /** Candidates estimated at most. */
  readonly budget: number;
  /** Candidates simulated, beside the default. */
  readonly refine: number;
}

/** A candidate with what it costs. */
export interface Ranked extends Candidate {
  readonly estimate: Cost;
  /** Absent where it was not simulated. */
  readonly simulated?: Cost;
}

/** A candidate that was not evaluated, since its bound says that it is no better. */
export interface Bounded {
  readonly label: string;
  readonly boundPs: number;
}

export interface MapResult {
  readonly objective: MapObjective;
  readonly reference: Ranked & { readonly simulated: Cost };
  readonly chosen: Ranked & { readonly simulated: Cost };
  /** All that were estimated, best first: by simulation, then by estimate. The default is one of them. */
  readonly ranked: readonly Ranked[];
  readonly unfit: readonly Unfit[];
  /** Left out for their bound, least first. */
  readonly bounded: readonly Bounded[];
  /** Fitting candidates that the budget did not reach. */
  readonly unreached: number;
  /** Candidates that a price table or the DRAM refused, by the error's code. */
  readonly refused: Readonly<Record<string, number>>;
}

/**
 * Maps a job: a trace of one projection by its tiles, loops and dataflow, any other by its stages and tiles.
 * @throws MAPPING_* where the default does not fit, and what pricing it throws
 */
export async function searchMapping(job: MapJob, options: SearchOptions): Promise<MapResult> {
  const evaluator = new JobEvaluator(job);
  const start = mappingOfPlan(await evaluator.plan(job.machine));
  const { operations } = job.trace.manifest;
  const isProjection = operations.length === 1 && operations[0]!.kind === 'bitlinear';
  const candidates = isProjection ? projectionCandidates(job, start) : phaseCandidates(job, start);
  return new Search(job, evaluator, options).run(candidates, start);
}

class Search {
  readonly #job: MapJob;
  readonly #evaluator: JobEvaluator;
  readonly #options: SearchOptions;
  readonly #refused: Record<string, number> = {};

  constructor(job: MapJob, evaluator: JobEvaluator, options: SearchOptions) {
    this.#job = job;
    this.#evaluator = evaluator;
    this.#options = options;
  }

  async run({ fit, unfit }: Candidates, start: Required<ExplicitMapping>): Promise<MapResult> {
    const { objective, budget, refine } = this.#options;
    const { machine } = this.#job;
    const base = { label: 'default', machine, mapping: start, boundPs: 0 };
    const reference: Ranked = {
      ...base,
      estimate: await this.#evaluator.cost(machine, undefined, 'analytic'),
    };

    const estimated: Ranked[] = [reference];
    let best = reference.estimate;
    const ordered = fit.filter((candidate) => !isSame(candidate, base)).toSorted(byBound);
    let next = 0;
    for (; next < ordered.length && estimated.length <= budget; next++) {
      const candidate = ordered[next]!;
      if (objective === 'time' && candidate.boundPs >= best.timePs) break;
      const cost = await this.#tryCost(candidate, 'analytic');
      if (cost === undefined) continue;
      estimated.push({ ...candidate, estimate: cost });
      if (valueOf(cost, objective) < valueOf(best, objective)) best = cost;
    }
    const rest = ordered.slice(next);
    const bounded = objective === 'time' ? rest.filter(({ boundPs }) => boundPs >= best.timePs) : [];

    // Stable: of equals the one that comes first, and the default before all.
    const byEstimate = estimated.toSorted((a, b) => compareCosts(a.estimate, b.estimate, objective));
    const known = { ...reference, simulated: await this.#evaluator.cost(machine, undefined, 'cycle') };
    const simulated: (Ranked & { readonly simulated: Cost })[] = [known];
    for (const candidate of distinct(byEstimate, objective)
      .filter((each) => each !== reference)
      .slice(0, refine)) {
      const cost = await this.#tryCost(candidate, 'cycle');
      if (cost !== undefined) simulated.push({ ...candidate, simulated: cost });
    }
    const inOrder = simulated.toSorted((a, b) => compareCosts(a.simulated, b.simulated, objective));
    const labels = new Set(inOrder.map(({ label }) => label));
    return {
      objective,
      reference: known,
      chosen: inOrder[0]!,
      ranked: [...inOrder, ...byEstimate.filter(({ label }) => !labels.has(label))],
      unfit,
      bounded: bounded.map(({ label, boundPs }) => ({ label, boundPs })),
      unreached: rest.length - bounded.length,
      refused: this.#refused,
    };
  }

  /** Undefined where the candidate is refused: a price outside its table, a DRAM that is full. */
  async #tryCost({ machine, mapping }: Candidate, fidelity: 'analytic' | 'cycle'): Promise<Cost | undefined> {
    try {
      return await this.#evaluator.cost(machine, mapping, fidelity);
    } catch (error) {
      if (!(error instanceof TritsimError) || IS_DEFECT.has(error.code)) throw error;
      this.#refused[error.code] = (this.#refused[error.code] ?? 0) + 1;
      return undefined;
    }
  }
}

/** A simulator that contradicts itself is no property of a candidate. */
const IS_DEFECT: ReadonlySet<string> = new Set(['CONSERVATION_VIOLATED', 'SIM_NO_ACTIVITY']);

/** Of several with the same value only the first: the others are no better in anything. */
function distinct(ranked: readonly Ranked[], objective: MapObjective): Ranked[] {
  return ranked.filter(
    ({ estimate }, i) =>
      i === 0 || valueOf(estimate, objective) > valueOf(ranked[i - 1]!.estimate, objective),
  );
}

function byBound(a: Candidate, b: Candidate): number {
  return a.boundPs - b.boundPs;
}

function isSame(a: Candidate, b: Candidate): boolean {
  return a.machine === b.machine && JSON.stringify(a.mapping) === JSON.stringify(b.mapping);
}
