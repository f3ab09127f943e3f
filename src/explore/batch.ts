/** A share of the points, as an engine hands it to whoever evaluates it, and what comes back: plain JSON both ways. */
import type { Fidelity } from '../sim/result.ts';
import { SharedPools } from '../sim/dram/reuse/shared-pools.ts';
import type { Trace } from '../trace/trace.ts';
import { Evaluator } from './evaluate.ts';
import { lineOf } from './row.ts';
import type { OpenStudy } from './study.ts';

export interface Batch {
  readonly fidelity: Fidelity;
  /** Index of the study's trace. */
  readonly trace: number;
  readonly positions: readonly number[];
}

export interface BatchPoint {
  readonly position: number;
  readonly key: string;
  /** Its record as a line; absent where it was there already. */
  readonly line?: string;
}

/** Points that constraints leave out are not among them. */
export interface BatchResult {
  readonly points: readonly BatchPoint[];
}

export class BatchRunner {
  readonly #study: OpenStudy;
  readonly #evaluators: readonly Evaluator[];

  /** @param traces those of the study, in its order */
  constructor(study: OpenStudy, traces: readonly Trace[]) {
    this.#study = study;
    const pools = new SharedPools();
    this.#evaluators = traces.map((trace) => new Evaluator(trace, study.space.workloads, pools));
  }

  /** @param isKnown whether a key's record is there already */
  async run({ fidelity, trace, positions }: Batch, isKnown: (key: string) => boolean): Promise<BatchResult> {
    const points: BatchPoint[] = [];
    for (const position of positions) {
      const point = this.#study.at(position);
      if (point === undefined) continue;
      const identified = await this.#study.identify(point, trace, fidelity);
      const { key } = identified;
      if (isKnown(key)) points.push({ position, key });
      else {
        const row = await this.#evaluators[trace]!.evaluate(identified, fidelity);
        points.push({ position, key, line: lineOf(row) });
      }
    }
    return { points };
  }
}
