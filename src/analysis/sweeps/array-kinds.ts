/** What the kinds of arrays cost a token, out of runs of the same trace. Units: joules, seconds. */
import type { MachineRun } from '../run.ts';

export interface ArrayKindRow {
  readonly machine: string;
  readonly phase: 'prefill' | 'decode';
  readonly energy_per_token_J: number;
  readonly time_per_token_s: number;
  readonly fidelity: 'cycle' | 'analytic';
}

/** A row for each machine and phase. */
export function arrayKindRows(runs: readonly MachineRun[]): ArrayKindRow[] {
  return runs.flatMap(({ machine, phases, fidelity }) =>
    (['prefill', 'decode'] as const).flatMap((name): ArrayKindRow[] => {
      const phase = phases[name];
      if (phase === undefined) return [];
      return [
        {
          machine: machine.name,
          phase: name,
          energy_per_token_J: phase.energy_J / phase.tokens,
          time_per_token_s: phase.time_s / phase.tokens,
          fidelity,
        },
      ];
    }),
  );
}
