/** Small made-up data of every figure of the set: plausible, and no result of the simulator. Names try to break out of the markup. */
import type { WholeMachineRow } from '../../../src/analysis/published/whole-machine.ts';
import type { FigureData, FigureNeed, FigureSource } from '../../../src/report/figures/registry.ts';
import { exampleRun } from '../fixture.ts';

export const NASTY = `<b a="1">&'x`;

const PHASES = ['prefill', 'decode'] as const;
const SIZES = [1.3e9, 6.7e9, 70e9];

const ratioRows: WholeMachineRow[] = SIZES.flatMap((params) =>
  PHASES.flatMap((phase) =>
    [1, 16].map((batch): WholeMachineRow => {
      const whole = (phase === 'prefill' ? 6 : 8) - batch / 5;
      return {
        model: `model of ${params}`,
        params,
        phase,
        batch,
        context: 512,
        baseline: NASTY,
        match: 'peak',
        arithmetic_ratio: 10 + Math.log(params),
        whole_ratio: whole,
        low: whole * 0.8,
        high: whole * 1.3,
        speedup: 3,
        machine_J: params * 1e-11,
        baseline_J: params * 1e-11 * whole,
        ranks: 1,
        fidelity: 'analytic',
        extrapolated: ['layers'],
        extrapolation_error: null,
      };
    }),
  ),
);

const STALLS = { weights: 3e-6, activations: 1e-6, output: 0, kv: 2e-6, refresh: 5e-7, dependency: 1e-6 };

/** The example run with stalls, as a simulation has them. */
function runWithStalls() {
  const run = exampleRun();
  const { prefill, decode } = run.phases;
  return exampleRun({
    phases: {
      prefill: { ...prefill!, array_stalls_s: STALLS },
      decode: { ...decode!, array_stalls_s: STALLS },
    },
  });
}

export const EXAMPLE_DATA: FigureData = {
  runs: [runWithStalls()],
  modelSize: SIZES.flatMap((params) =>
    PHASES.flatMap((phase) =>
      [NASTY, 'other'].map((machine, i) => ({
        model: `model of ${params}`,
        params,
        machine,
        phase,
        context: 512,
        ranks: 1,
        energy_per_token_J: params * 1e-11 * (i + 1),
      })),
    ),
  ),
  ratios: {
    rows: ratioRows,
    published: SIZES.map((params) => ({ id: `p${params}`, place: 'Figure 3', params, ratio: 20 })),
  },
  roofline: ['left', NASTY].flatMap((machine, i) =>
    PHASES.flatMap((phase) =>
      (['projections', 'whole phase'] as const).map((part) => ({
        machine,
        phase,
        part,
        intensity_per_B: (phase === 'prefill' ? 200 : 2) * (i + 1),
        multiply_adds_per_s: (phase === 'prefill' ? 2e12 : 4e10) * (part === 'projections' ? 1 : 0.7),
        peak_per_s: 2.048e12,
        bandwidth_B_per_s: 25.6e9,
      })),
    ),
  ),
  context: [128, 1024, 8192].flatMap((context) =>
    [16, 8, 4].map((bits) => ({
      model: NASTY,
      machine: 'edge',
      context,
      kv_bits: bits,
      energy_per_token_J: 0.08 + context * bits * 1e-6,
    })),
  ),
  designs: {
    x: { name: 'Area', unit: 'mm²' },
    y: { name: 'Time per token', unit: 's' },
    note: 'Made up.',
    rows: [1, 2, 4, 8].flatMap((size) =>
      [NASTY, 'other'].map((series, i) => ({
        series,
        label: `${size} lanes`,
        x: (0.5 + size / 4) * (i + 1),
        y: 1e-4 / size,
      })),
    ),
  },
  sparsity: {
    trace: NASTY,
    rows: [0, 1, 2].flatMap((layer) =>
      PHASES.flatMap((phase) =>
        ['q', 'k', 'v', 'o', 'gate', 'up', 'down'].map((name, i) => ({
          operation: `layers.${layer}.${name}_proj`,
          layer,
          phase,
          tokens: 4,
          in: 8,
          out: 8,
          weight_zero_fraction: 0.3 + i / 40 + layer / 50,
          weight_zero_basis: 'measured' as const,
          weight_entropy_bits: 1.5,
          activation_zero_fraction: name === 'down' ? 0.8 : 0.01,
          activation_zero_basis: 'measured' as const,
          activation_entropy_bits: 5,
          magnitude_bits_max: 7,
          magnitude_bits_mean: 4,
        })),
      ),
    ),
  },
  dramTime: {
    trace: NASTY,
    decodeSteps: 1,
    peak_B_per_s: 25.6e9,
    windows: PHASES.flatMap((phase) =>
      [0, 1, 2, 3].map((i) => ({
        machine: 'edge',
        phase,
        from_s: i * 1e-5,
        to_s: (i + 1) * 1e-5,
        read_B_per_s: i === 2 ? 0 : 20e9 + i * 1e9,
        write_B_per_s: i === 2 ? 0 : 1e9,
        row_hit_share: i === 2 ? null : 0.9 + i / 100,
      })),
    ),
  },
  areas: ['left', NASTY].flatMap((machine, i) =>
    ['array', 'float_unit', 'buffer.weights'].map((component) => ({
      machine,
      component,
      area_mm2: 0.2 + i / 10,
      low_mm2: 0.1,
      high_mm2: 0.9,
    })),
  ),
  arrayKinds: ['left', NASTY].flatMap((machine, i) =>
    PHASES.map((phase) => ({
      machine,
      phase,
      energy_per_token_J: 1e-3 * (i + 1),
      time_per_token_s: 1e-5 * (i + 1),
      fidelity: 'analytic' as const,
    })),
  ),
};

export const exampleSource: FigureSource = <N extends FigureNeed>(need: N) =>
  Promise.resolve(EXAMPLE_DATA[need]);
