/** Names of a run's parts as people read them, and the machines of a run in the order in which reports show them. */
import type { ComponentName, MachineRun, Run, RunPhase, RunPhases } from '../analysis/run.ts';

/** From the memory inwards: the order of rows and of a stacked bar's segments. */
export const COMPONENT_ORDER: readonly ComponentName[] = [
  'dram',
  'dma',
  'sram',
  'array',
  'float_unit',
  'vector',
  'leakage',
];

export const COMPONENT_LABELS: Readonly<Record<ComponentName, string>> = {
  array: 'Array',
  float_unit: 'Float unit',
  vector: 'Vector unit',
  sram: 'SRAM',
  dma: 'DMA',
  dram: 'DRAM',
  leakage: 'Leakage',
};

export type PhaseName = 'prefill' | 'decode';
export const PHASES: readonly PhaseName[] = ['prefill', 'decode'];
export const PHASE_LABELS: Readonly<Record<PhaseName, string>> = { prefill: 'Prefill', decode: 'Decode' };

export interface RoledMachine {
  readonly role: 'machine' | 'baseline';
  readonly run: MachineRun;
}

/** The machine of a run, then its baseline if there is one. */
export function machinesOf(run: Run): readonly RoledMachine[] {
  const machine: RoledMachine = { role: 'machine', run };
  return run.baseline === undefined ? [machine] : [machine, { role: 'baseline', run: run.baseline }];
}

/** The phases that the run's trace has, prefill first. */
export function phasesOf(
  phases: RunPhases,
): readonly { readonly name: PhaseName; readonly phase: RunPhase }[] {
  return PHASES.flatMap((name) => {
    const phase = phases[name];
    return phase === undefined ? [] : [{ name, phase }];
  });
}

/** Energy of one component in a phase, J; 0 where the phase does not list it. */
export function componentEnergy(phase: RunPhase, name: ComponentName): number {
  return phase.components.find((component) => component.name === name)?.energy_J ?? 0;
}
