/**
 * What the page's script draws from, as JSON in the page: columns instead of objects and each text once, so that several runs of
 * large models stay small. Units are those of `run.json`; numbers have nine digits.
 */
import type { ComponentName, EnergyLine, Run, RunPartAction, RunPhase } from '../../analysis/run.ts';
import { phasesOf, type PhaseName } from '../components.ts';
import { labelledMachines } from '../labels.ts';
import { short, type TextIndex, Texts } from './texts.ts';

/** Component, action, count, unit, pJ for one, joules, grade, row of the price table, derivation, source. */
export type LineColumns = readonly [
  component: TextIndex,
  action: TextIndex,
  count: number,
  unit: TextIndex,
  price_pJ: number,
  energy_J: number,
  grade: TextIndex,
  price: TextIndex,
  derivation: TextIndex,
  source: TextIndex,
];

/** As `layers.csv`: operation, kind, layer, seconds, cycles, multiply-adds, bytes read, bytes written. */
export type OperationColumns = readonly [
  name: TextIndex,
  kind: TextIndex,
  layer: number | null,
  time_s: number,
  busy_cycles: number,
  multiply_adds: number,
  dram_read_bytes: number,
  dram_write_bytes: number,
];

export type SliceColumns = readonly [
  track: TextIndex,
  name: TextIndex,
  from_s: number,
  to_s: number,
  busy_s: number,
];

export interface PagePhase {
  readonly tokens: number;
  readonly time_s: number;
  readonly energy_J: number;
  readonly lines: readonly LineColumns[];
  /** Names of the parts; for each line its basis and its counts by part. */
  readonly parts?: {
    readonly names: readonly TextIndex[];
    readonly actions: readonly (readonly [basis: TextIndex, counts: readonly number[]])[];
  };
  readonly operations: readonly OperationColumns[];
  readonly timeline?: {
    readonly what: string;
    readonly from_s: number;
    readonly to_s: number;
    readonly slices: readonly SliceColumns[];
  };
}

export interface PageMachine {
  readonly label: string;
  readonly phases: { readonly [P in PhaseName]?: PagePhase };
}

export interface PageData {
  readonly texts: readonly string[];
  readonly machines: readonly PageMachine[];
}

/** The data of a page that shows `runs`. */
export function pageData(runs: readonly Run[]): PageData {
  const texts = new Texts();
  const machines = labelledMachines(runs).map(({ label, run }): PageMachine => ({
    label,
    phases: Object.fromEntries(
      phasesOf(run.phases).map(({ name, phase }) => {
        const lines = run.energy.filter((line) => line.phase === name);
        return [name, pagePhase(phase, lines, texts)];
      }),
    ),
  }));
  return { texts: texts.all, machines };
}

function pagePhase(phase: RunPhase, lines: readonly EnergyLine[], texts: Texts): PagePhase {
  const { parts, timeline } = phase;
  return {
    tokens: phase.tokens,
    time_s: short(phase.time_s),
    energy_J: short(phase.energy_J),
    lines: lines.map((line) => [
      texts.of(line.component satisfies ComponentName),
      texts.of(line.action),
      short(line.count),
      texts.of(line.unit),
      short(line.price_pJ),
      short(line.energy_J),
      texts.of(line.grade),
      texts.of(line.price),
      texts.of(line.derivation),
      texts.of(line.source),
    ]),
    ...(parts && {
      parts: {
        names: parts.names.map((name) => texts.of(name)),
        actions: parts.actions.map(({ basis, counts }) => [
          texts.of(basis satisfies RunPartAction['basis']),
          counts.map(short),
        ]),
      },
    }),
    operations: phase.operations.map((operation) => [
      texts.of(operation.name),
      texts.of(operation.kind),
      operation.layer,
      short(operation.time_s),
      operation.busy_cycles,
      operation.multiply_adds,
      operation.dram_read_bytes,
      operation.dram_write_bytes,
    ]),
    ...(timeline && {
      timeline: {
        what: timeline.what,
        from_s: timeline.from_s,
        to_s: timeline.to_s,
        slices: timeline.slices.map(({ track, name, from_s, to_s, busy_s }) => [
          texts.of(track),
          texts.of(name),
          short(from_s),
          short(to_s),
          short(busy_s),
        ]),
      },
    }),
  };
}
