/**
 * What a space runs, made of a trace: manifests, each with at most one prefill and one decode phase, so that both share their
 * tiles as in a simulation of the whole trace. What a workload does not state is the trace's; where the trace has no such phase,
 * a decode begins after the trace's prompt, and a prompt is as long as the context that the trace's decode begins with.
 */
import { TritsimError } from '../errors/error.ts';
import { costDependsOn } from '../mapping/array-shape.ts';
import type { Machine } from '../hardware/machine.ts';
import { PHASES } from '../trace/layout.ts';
import type { PhaseRecord, TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import type { Trace } from '../trace/trace.ts';
import type { Workload } from './space/space.ts';

/** What is simulated at once, and which workload each of its phases is. */
export interface WorkSet {
  readonly trace: Trace;
  /** Index of the workload, by phase. */
  readonly workloads: Partial<Readonly<Record<Phase, number>>>;
  /** A workload whose rows the trace did not record: a phase, context or batch that is not its own, or more steps. */
  readonly beyondTrace: Partial<Readonly<Record<Phase, boolean>>>;
}

/** The workloads in as few sets as there are of one phase. */
export function workSetsOf(workloads: readonly Workload[], trace: Trace): WorkSet[] {
  const ofPhase = (phase: Phase): number[] =>
    workloads.flatMap((each, i) => (each.phase === phase ? [i] : []));
  const lists = PHASES.map((phase) => [phase, ofPhase(phase)] as const);
  const count = Math.max(...lists.map(([, list]) => list.length));
  return Array.from({ length: count }, (_, set): WorkSet => {
    const members = lists.flatMap(([phase, list]) =>
      set < list.length ? [[phase, list[set]!] as const] : [],
    );
    const phases = members.map(([phase, i]) => [phase, recordOf(workloads[i]!, trace.manifest)] as const);
    const manifest: TraceManifest = { ...trace.manifest, phases: Object.fromEntries(phases) };
    return {
      trace: {
        name: trace.name,
        hash: trace.hash,
        manifest,
        readTrits: (matrix) => trace.readTrits(matrix),
        readRows: (phase, operation, from, to) => trace.readRows(phase, operation, from, to),
      },
      workloads: Object.fromEntries(members),
      beyondTrace: Object.fromEntries(
        phases.map(([phase, record]) => [phase, !isRecorded(record, trace.manifest.phases[phase])]),
      ),
    };
  });
}

/** What the phases of the workloads run, for the key of a result: all that matters of them but their weights. */
export function workOf(workloads: readonly Workload[], manifest: TraceManifest): Omit<PhaseRecord, 'ids'>[] {
  return workloads.map((workload) => {
    const { ids: _ids, ...record } = recordOf(workload, manifest);
    return { ...record, phase: workload.phase };
  });
}

/**
 * Refuses a machine whose time depends on activations that the trace does not hold.
 * @throws EXPLORE_NOT_RECORDED
 */
export function checkRecorded(
  { trace, beyondTrace, workloads }: WorkSet,
  machine: Machine,
  all: readonly Workload[],
): void {
  if (trace.manifest.origin !== 'recorded' || costDependsOn(machine.array) !== 'rows') return;
  for (const phase of PHASES) {
    if (beyondTrace[phase] !== true) continue;
    throw new TritsimError(
      'EXPLORE_NOT_RECORDED',
      'the time of this array depends on activations that the trace does not hold',
      {
        place: `workload ${all[workloads[phase]!]!.name}`,
        hint: "Leave out context and batch, so that the trace's own are taken, or choose an array that skips weights only.",
      },
    );
  }
}

function recordOf(workload: Workload, { phases }: TraceManifest): PhaseRecord {
  const own = phases[workload.phase];
  const other = phases[workload.phase === 'decode' ? 'prefill' : 'decode'];
  const batch = workload.batch ?? (own ?? other)!.batch;
  const ids = own?.ids ?? [];
  if (workload.phase === 'decode') {
    const context = workload.context ?? own?.context ?? other!.context + other!.tokensPerStep;
    return { steps: workload.tokens ?? own?.steps ?? 1, tokensPerStep: 1, batch, context, ids };
  }
  const prompt = workload.context ?? own?.tokensPerStep ?? Math.max(1, other!.context);
  return { steps: 1, tokensPerStep: prompt, batch, context: own?.context ?? 0, ids };
}

function isRecorded(wanted: PhaseRecord, own: PhaseRecord | undefined): boolean {
  return (
    own !== undefined &&
    wanted.context === own.context &&
    wanted.batch === own.batch &&
    wanted.tokensPerStep === own.tokensPerStep &&
    wanted.steps <= own.steps
  );
}
