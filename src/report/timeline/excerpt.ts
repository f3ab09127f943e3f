/**
 * One layer of one step as it ran, for the report: the middle layer, in the prompt and in the middle decoded token. Everything
 * is kept that was under way while commands of that layer were: its own, and the transfers of its neighbours.
 *
 * Slices that cannot be told apart at a thousandth of the excerpt become one, which says how much of it was busy, so that the excerpt
 * stays small whatever the size of the tiles and its sums stay those of the run. Units: picoseconds inside, seconds in the result.
 */
import type { RunPhases, RunSlice, RunTimeline } from '../../analysis/run.ts';
import { ENGINES } from '../../mapping/program.ts';
import type { StepRecord, TimelineObserver } from '../../sim/timeline.ts';
import type { TraceManifest } from '../../trace/manifest.ts';
import type { Phase } from '../../trace/operation.ts';

const SECONDS_PER_PS = 1e-12;
/** Gaps and lengths below this part of the excerpt cannot be seen. */
const FINEST = 1e-3;
/** Name of neighbours that are too short to be seen and have different names. */
const SEVERAL = 'several';
const STALLS = 'array waits for';
const REFRESH = 'refresh, channel 0';

interface Slice {
  readonly track: string;
  name: string;
  readonly fromPs: number;
  toPs: number;
}

/** Collects an excerpt of each phase that is simulated. */
export class TimelineExcerpt implements TimelineObserver {
  readonly #operations: readonly (readonly [name: string, layer: number | null])[];
  readonly #layer: number;
  readonly #steps: Readonly<Record<Phase, number>>;
  readonly #found: { -readonly [P in Phase]?: RunTimeline } = {};
  #phase: Phase = 'prefill';

  constructor({ operations, phases }: Pick<TraceManifest, 'operations' | 'phases'>) {
    const layers = operations.reduce((most, { layer }) => Math.max(most, (layer ?? -1) + 1), 0);
    this.#layer = Math.floor((layers - 1) / 2);
    this.#operations = operations.map(({ name, layer }) => {
      return [layer === null ? name : name.slice(name.lastIndexOf('.') + 1), layer];
    });
    this.#steps = { prefill: 0, decode: Math.floor(((phases.decode?.steps ?? 1) - 1) / 2) };
  }

  plan(): void {}

  phase(phase: Phase): void {
    this.#phase = phase;
  }

  step(record: StepRecord): void {
    if (record.step.index !== this.#steps[this.#phase] || this.#found[this.#phase] !== undefined) return;
    const { program, schedule } = record;
    let [fromPs, toPs] = [Infinity, -Infinity];
    for (let command = 0; command < program.length; command++) {
      if (this.#operations[program.operation[command]!]![1] !== this.#layer) continue;
      // Transfers run ahead by a buffer; the layer begins with its first computation.
      if (program.bytes[command]! > 0) continue;
      fromPs = Math.min(fromPs, schedule.startPs[command]!);
      toPs = Math.max(toPs, schedule.finishPs[command]!);
    }
    if (toPs <= fromPs) return;
    const what = this.#phase === 'decode' ? `token ${record.step.index} of the decoded ones` : 'the prompt';
    this.#found[this.#phase] = {
      what: `layer ${this.#layer} of ${what}`,
      from_s: fromPs * SECONDS_PER_PS,
      to_s: toPs * SECONDS_PER_PS,
      slices: this.#slices(record, fromPs, toPs),
    };
  }

  flush(): void {}

  /** Phases with their excerpts. */
  addTo({ prefill, decode }: RunPhases): RunPhases {
    const of = this.#found;
    return {
      ...(prefill && { prefill: { ...prefill, ...(of.prefill && { timeline: of.prefill }) } }),
      ...(decode && { decode: { ...decode, ...(of.decode && { timeline: of.decode }) } }),
    };
  }

  #slices({ program, schedule, stalls, channels }: StepRecord, fromPs: number, toPs: number): RunSlice[] {
    const inside: Slice[] = [];
    const add = (track: string, name: string, from: number, to: number): void => {
      if (to <= fromPs || from >= toPs) return;
      inside.push({ track, name, fromPs: Math.max(from, fromPs), toPs: Math.min(to, toPs) });
    };
    for (let command = 0; command < program.length; command++) {
      if (schedule.finishPs[command]! <= fromPs || schedule.startPs[command]! >= toPs) continue;
      const [name, layer] = this.#operations[program.operation[command]!]!;
      const other = layer === null || layer === this.#layer ? '' : ` (layer ${layer})`;
      const engine = ENGINES[program.engine[command]!]!;
      add(engine, name + other, schedule.startPs[command]!, schedule.finishPs[command]!);
    }
    for (const { cause, fromPs: from, toPs: to } of stalls) add(STALLS, cause, from, to);
    for (const { fromPs: from, toPs: to } of channels.refreshesOf(0, fromPs, toPs)) {
      add(REFRESH, 'refresh', from, to);
    }
    return [...ENGINES, STALLS, REFRESH].flatMap((track) =>
      join(
        inside.filter((slice) => slice.track === track),
        (toPs - fromPs) * FINEST,
      ),
    );
  }
}

/**
 * Slices of one track one after the other, a transfer from the end of the one before. Those of one name that are too near to be told
 * apart are one; so are those too short to be seen, as `several` where their names differ. What is busy of it is kept.
 */
function join(slices: readonly Slice[], finestPs: number): RunSlice[] {
  const joined: (Slice & { busyPs: number })[] = [];
  for (const slice of slices.toSorted((a, b) => a.fromPs - b.fromPs || a.toPs - b.toPs)) {
    const last = joined.at(-1);
    const fromPs = Math.max(slice.fromPs, last?.toPs ?? 0);
    const busyPs = slice.toPs - fromPs;
    if (busyPs <= 0) continue;
    const near = last !== undefined && fromPs - last.toPs < finestPs;
    const short = busyPs < finestPs && near && last.toPs - last.fromPs < finestPs;
    if (near && (last.name === slice.name || short)) {
      if (last.name !== slice.name) last.name = SEVERAL;
      last.toPs = slice.toPs;
      last.busyPs += busyPs;
    } else joined.push({ ...slice, fromPs, busyPs });
  }
  return joined.map(({ track, name, fromPs, toPs, busyPs }) => ({
    track,
    name,
    from_s: fromPs * SECONDS_PER_PS,
    to_s: toPs * SECONDS_PER_PS,
    busy_s: busyPs * SECONDS_PER_PS,
  }));
}

/** Shows a simulation to several observers, one after the other. */
export function observers(all: readonly TimelineObserver[]): TimelineObserver {
  return {
    plan: (plan) => all.forEach((each) => each.plan(plan)),
    phase: (phase, beginPs) => all.forEach((each) => each.phase(phase, beginPs)),
    step: (record) => all.forEach((each) => each.step(record)),
    flush: (fromPs, toPs, refreshes) => all.forEach((each) => each.flush(fromPs, toPs, refreshes)),
  };
}
