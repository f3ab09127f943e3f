/** Ratios of two runs of the same trace: baseline ÷ machine, so that above 1 the machine is better. */
import type { Match } from './match.ts';
import type { RunComparison, RunPhase, RunPhases } from './run.ts';

export function compareRuns(machine: RunPhases, baseline: RunPhases, match: Match): RunComparison {
  return {
    match,
    ...(machine.prefill && baseline.prefill && { prefill: ratios(machine.prefill, baseline.prefill) }),
    ...(machine.decode && baseline.decode && { decode: ratios(machine.decode, baseline.decode) }),
  };
}

function ratios(ours: RunPhase, theirs: RunPhase): { speedup: number; energy_ratio: number } {
  return { speedup: theirs.time_s / ours.time_s, energy_ratio: theirs.energy_J / ours.energy_J };
}
