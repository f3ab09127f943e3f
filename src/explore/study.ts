/**
 * A space put to work: everything that decides which points there are and what their records are called, as plain JSON. It lies in
 * the results' folder as `explore.json` and goes to every worker, so that both mean the same by position 17.
 */
import { TritsimError } from '../errors/error.ts';
import { canonicalJson, hashOf, hashText } from '../hardware/hash.ts';
import { mergeFiles } from '../hardware/merge.ts';
import type { DramDevice } from '../sim/dram/device.ts';
import type { PriceTable } from '../energy/table.ts';
import type { Machine, MachineDram } from '../hardware/machine.ts';
import type { Fidelity } from '../sim/result.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import { holds } from './expression/evaluate.ts';
import { namesIn } from './expression/parser.ts';
import { valueOfData, type Value } from './expression/value.ts';
import { MachineFactory, type Candidate } from './machines.ts';
import { METRIC_NAMES, METRICS, type MetricName, type MetricValues } from './metrics.ts';
import { ROW_FORM, type RowError } from './row.ts';
import { sequenceOf, type Sequence } from './space/sequence.ts';
import { checkNames, parseSpace } from './space/space-file.ts';
import { NO_LEVEL, type Constraint, type Space } from './space/space.ts';
import { workOf } from './workloads.ts';

export const STUDY_SCHEMA = 'tritsim.exploration/1';

export interface StudyTrace {
  readonly name: string;
  readonly hash: string;
  /** What the workloads of the space are on this trace. */
  readonly work: readonly unknown[];
}

export interface Study {
  readonly schema: typeof STUDY_SCHEMA;
  /** Name of the space. */
  readonly name: string;
  /** Hash of the program whose records are meant. */
  readonly program: string;
  /** Text of the space file. */
  readonly space: string;
  /** The base machine in the file's own form, presets merged. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly traces: readonly StudyTrace[];
}

/** Files that machines name; the same object for the same name. */
export interface Resources {
  device(dram: MachineDram): DramDevice;
  prices(name: string): Promise<PriceTable>;
}

/** A point that is to be evaluated, or is known to fail. */
export type Identified =
  | {
      readonly key: string;
      readonly machine: Machine;
      readonly device: DramDevice;
      readonly prices: PriceTable;
      readonly refusal?: never;
    }
  | { readonly key: string; readonly refusal: RowError; readonly machine?: never };

export interface Point {
  readonly position: number;
  /** Level of each axis; NO_LEVEL for one that does not apply. */
  readonly levels: Int32Array;
  readonly candidate: Candidate;
}

/** Why a position has no point: its machine is that of another position, or a constraint on the machine leaves it out. */
export type Absence = 'repeated' | 'excluded';

/** The part of a study that names a trace's work. */
export function studyTrace(space: Space, name: string, hash: string, manifest: TraceManifest): StudyTrace {
  return { name, hash, work: workOf(space.workloads, manifest) };
}

export class OpenStudy {
  readonly study: Study;
  readonly space: Space;
  readonly sequence: Sequence;
  /** Metrics that constraints ask for. */
  readonly needs: readonly MetricName[];
  readonly #machines: MachineFactory;
  readonly #resources: Resources;
  readonly #before: readonly Constraint[];
  readonly #after: readonly Constraint[];
  readonly #deviceHashes = new WeakMap<DramDevice, string>();

  /** By trace: what the keys of its records end with. */
  readonly #texts: readonly string[];

  /**
   * @param file what errors call the space's file
   * @throws what `parseSpace` throws, SPACE_NAME, SPACE_PATH, SPACE_SIZE, and what the base machine is refused for
   */
  constructor(study: Study, resources: Resources, file = `${study.name}.yaml`) {
    this.study = study;
    this.space = parseSpace(study.space, file);
    const base = { file: this.space.machine, data: study.base, lines: new Map<string, number>() };
    this.#machines = new MachineFactory(mergeFiles([base]), this.space.axes);
    this.#resources = resources;
    this.sequence = sequenceOf(this.space);
    const { constraints } = this.space;
    const conditions = this.space.axes.flatMap(({ when }) => (when === undefined ? [] : [when]));
    checkNames([...conditions, ...constraints], this.#machines.paths());
    this.#before = constraints.filter(({ judgedLater }) => !judgedLater);
    this.#after = constraints.filter(({ judgedLater }) => judgedLater);
    const named = this.#after.flatMap(({ expression }) => namesIn(expression).map(({ name }) => name));
    const { program } = study;
    this.#texts = study.traces.map(({ hash, work }) => canonicalJson({ program, trace: hash, work }));
    this.needs = METRIC_NAMES.filter((name) => named.includes(name));
  }

  /** The point at a position, or undefined where there is none. @throws EXPRESSION_… */
  at(position: number): Point | undefined {
    const found = this.find(position);
    return typeof found === 'string' ? undefined : found;
  }

  /** The point at a position, or why there is none. @throws EXPRESSION_… */
  find(position: number): Point | Absence {
    if (this.sequence.repeats(position)) return 'repeated';
    const levels = this.sequence.at(position);
    if (!this.#applyConditions(levels)) return 'repeated';
    const candidate = this.#machines.at(levels);
    return this.#before.every((constraint) => isKept(constraint, candidate))
      ? { position, levels, candidate }
      : 'excluded';
  }

  /**
   * What a point's record is called. A machine that is refused has a record too: its error, under a key made of what was set.
   * @param trace index of the study's trace
   * @throws what the files that the machine names are refused for
   */
  async identify({ candidate, levels }: Point, trace: number, fidelity: Fidelity): Promise<Identified> {
    const { program, traces, base } = this.study;
    const { hash, work } = traces[trace]!;
    let machine: Machine;
    try {
      machine = candidate.machine();
    } catch (error) {
      if (!(error instanceof TritsimError)) throw error;
      const { code, message } = error;
      const set = this.space.axes.map((axis, i) => axis.levels[levels[i]!]?.set ?? null);
      const common = { form: ROW_FORM, trace: hash, work, fidelity, program };
      return { key: hashOf({ ...common, base, set, code }), refusal: { code, message } };
    }
    // A file that cannot be read is no property of the point: it ends the run, and leaves no record behind.
    const device = this.#resources.device(machine.dram);
    const prices = await this.#resources.prices(machine.technology.prices);
    const key = keyOf(this.#hashOf(device), fidelity, machine.hash, prices.hash, this.#texts[trace]!);
    return { key, machine, device, prices };
  }

  /** Whether an evaluated point keeps the constraints that need its metrics. @throws EXPRESSION_… */
  isFeasible({ candidate }: Point, metrics: MetricValues): boolean {
    const lookup = (name: string): Value | undefined => {
      const value = metrics[name as MetricName];
      if (value !== undefined) return { value, dimension: METRICS[name as MetricName].dimension };
      return name in METRICS ? undefined : valueOfData(candidate.valueOf(name));
    };
    return this.#after.every(({ expression, place }) => holds(expression, lookup, place));
  }

  /** Takes axes that do not apply out of `levels`; false where another position stands for the same point. */
  #applyConditions(levels: Int32Array): boolean {
    for (const [axis, { when }] of this.space.axes.entries()) {
      if (when === undefined) continue;
      const before = levels.map((level, i) => (i < axis ? level : NO_LEVEL));
      if (isKept(when, this.#machines.at(before))) continue;
      if (levels[axis] !== 0) return false;
      levels[axis] = NO_LEVEL;
    }
    return true;
  }

  #hashOf(device: DramDevice): string {
    const known = this.#deviceHashes.get(device) ?? hashOf(device);
    this.#deviceHashes.set(device, known);
    return known;
  }
}

/** The hash of `{ form, trace, work, fidelity, program, machine, device, prices }` as `hashOf` gives it. @param last program, trace and work */
function keyOf(device: string, fidelity: Fidelity, machine: string, prices: string, last: string): string {
  return hashText(
    `{"device":"${device}","fidelity":"${fidelity}","form":"${ROW_FORM}","machine":"${machine}","prices":"${prices}",${last.slice(1)}`,
  );
}

function isKept({ expression, place }: Constraint, candidate: Candidate): boolean {
  return holds(expression, (name) => valueOfData(candidate.valueOf(name)), place);
}
