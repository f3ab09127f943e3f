/**
 * What is wanted of a machine: the figures that a point is judged by, each with its unit and direction, made from what was
 * measured of its workloads. Where a phase has several workloads, times and energies are their weighted means.
 *
 * - `energy_per_token`: energy ÷ (batch × steps) of the decode workloads, J.
 * - `tpot`: time per output token, time ÷ steps of the decode workloads, s.
 * - `ttft`: time to first token, time of the prefill workloads, s.
 * - `area`: area of the chip, mm2; needs no workload.
 * - `edp`: energy_per_token × tpot, J·s.
 * - `tokens_per_joule`: 1 ÷ energy_per_token; more is better.
 */
import type { Phase } from '../trace/operation.ts';

export const METRIC_NAMES = ['energy_per_token', 'tpot', 'ttft', 'area', 'edp', 'tokens_per_joule'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export interface Metric {
  /** Dimension as constraints compare it; the metric's unit is the one in which they do. */
  readonly dimension: string;
  /** Unit of the number, as a column's name ends in it. */
  readonly column: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  /** How many estimated figures it is a product of: what an estimate's error does to it. None where every fidelity gives the same. */
  readonly estimates: 0 | 1 | 2;
  /** The phase that a workload must have for it. */
  readonly needs: Phase | 'nothing';
}

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  energy_per_token: {
    dimension: 'energy',
    column: 'energy_per_token_J',
    unit: 'J',
    better: 'less',
    estimates: 1,
    needs: 'decode',
  },
  tpot: { dimension: 'time', column: 'tpot_s', unit: 's', better: 'less', estimates: 1, needs: 'decode' },
  ttft: { dimension: 'time', column: 'ttft_s', unit: 's', better: 'less', estimates: 1, needs: 'prefill' },
  area: {
    dimension: 'area',
    column: 'area_mm2',
    unit: 'mm2',
    better: 'less',
    estimates: 0,
    needs: 'nothing',
  },
  edp: {
    dimension: 'energy·time',
    column: 'edp_Js',
    unit: 'J·s',
    better: 'less',
    estimates: 2,
    needs: 'decode',
  },
  tokens_per_joule: {
    dimension: 'tokens per energy',
    column: 'tokens_per_J',
    unit: '1/J',
    better: 'more',
    estimates: 1,
    needs: 'decode',
  },
};

/** What was measured of one workload. */
export interface Measured {
  readonly phase: Phase;
  readonly steps: number;
  readonly batch: number;
  readonly time_s: number;
  readonly energy_J: number;
}

/** A metric as a cost: less is better. */
export function costOf(name: MetricName, value: number): number {
  return METRICS[name].better === 'less' ? value : -value;
}

/** The part by which a metric may improve where each estimated figure may by `margin`. */
export function marginOf(name: MetricName, margin: number): number {
  return 1 - (1 - margin) ** METRICS[name].estimates;
}

export type MetricValues = Partial<Readonly<Record<MetricName, number>>>;

/**
 * All metrics that can be made of what was measured.
 * @param measured of each workload, in the order of `weights`
 */
export function metricsOf(
  measured: readonly Measured[],
  weights: readonly number[],
  areaMm2: number | undefined,
): MetricValues {
  const mean = (phase: Phase, value: (of: Measured) => number): number | undefined => {
    let sum = 0;
    let weight = 0;
    measured.forEach((each, i) => {
      if (each.phase !== phase) return;
      sum += weights[i]! * value(each);
      weight += weights[i]!;
    });
    return weight === 0 ? undefined : sum / weight;
  };
  const energy = mean('decode', ({ energy_J, batch, steps }) => energy_J / (batch * steps));
  const tpot = mean('decode', ({ time_s, steps }) => time_s / steps);
  const ttft = mean('prefill', ({ time_s }) => time_s);
  return {
    ...(energy !== undefined &&
      tpot !== undefined && {
        energy_per_token: energy,
        tpot,
        edp: energy * tpot,
        tokens_per_joule: 1 / energy,
      }),
    ...(ttft !== undefined && { ttft }),
    ...(areaMm2 !== undefined && { area: areaMm2 }),
  };
}
