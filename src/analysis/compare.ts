/** Ratios of two runs of the same trace: baseline ÷ machine, so that above 1 the machine is better. */
import { arrayShape } from '../mapping/array-shape.ts';
import type { Match } from './match.ts';
import type { Measurement } from './measure.ts';
import { ratioBand, type Account } from './ratio-band.ts';
import type { RunComparison, RunRatios } from './run.ts';

export function compareRuns(machine: Measurement, baseline: Measurement, match: Match): RunComparison {
  const { array } = baseline.bench.machine;
  return {
    match,
    baseline_array: { kind: array.kind, ...arrayShape(array) },
    ...ratiosOf('prefill', machine, baseline),
    ...ratiosOf('decode', machine, baseline),
  };
}

function ratiosOf(
  name: 'prefill' | 'decode',
  machine: Measurement,
  baseline: Measurement,
): { readonly prefill?: RunRatios; readonly decode?: RunRatios } {
  const [ours, theirs] = [machine.run.phases[name], baseline.run.phases[name]];
  if (ours === undefined || theirs === undefined) return {};
  const band = ratioBand(accountOf(baseline, name), accountOf(machine, name));
  const speedup = theirs.time_s / ours.time_s;
  const ratio = theirs.energy_J / ours.energy_J;
  return {
    [name]: {
      speedup,
      energy_ratio: ratio,
      energy_ratio_low: band.low,
      energy_ratio_high: band.high,
      edp_ratio: ratio * speedup,
    },
  };
}

function accountOf({ energy, bench }: Measurement, name: 'prefill' | 'decode'): Account {
  return {
    charges: energy.phases.find(({ phase }) => phase === name)!.charges,
    table: bench.prices,
  };
}
