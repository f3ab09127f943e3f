/** What the example run holds for the report: parts of the model, a timeline, zeros. Round numbers, made up. */
import type { EnergyLine, RunParts, RunTimeline, RunZeros } from '../../src/analysis/run.ts';

const PARTS = ['embedding', 'layers.0', 'layers.1', 'final_norm', 'head'];
/** What each part has of every count. */
const SHARES = [0, 0.25, 0.25, 0, 0.5];

export function partsOf(lines: readonly EnergyLine[]): RunParts {
  return {
    names: PARTS,
    actions: lines.map(({ component, action, count }) => ({
      component,
      action,
      basis: component === 'leakage' ? 'time' : 'counted',
      counts: SHARES.map((share) => share * count),
    })),
  };
}

export function timelineOf(time: number): RunTimeline {
  const slice = (track: string, name: string, from: number, to: number) => {
    return { track, name, from_s: from * time, to_s: to * time, busy_s: (to - from) * time };
  };
  return {
    what: 'layer 0 of a made-up step',
    from_s: 0.25 * time,
    to_s: 0.5 * time,
    slices: [
      slice('dma.weights', 'q_proj', 0.25, 0.375),
      slice('dma.weights', 'gate_proj', 0.375, 0.5),
      slice('array', 'q_proj', 0.375, 0.4),
      slice('array waits for', 'weights', 0.25, 0.375),
    ],
  };
}

export function zerosOf(layers: number): RunZeros[] {
  return (['prefill', 'decode'] as const).flatMap((phase) =>
    Array.from({ length: layers }, (_, layer) =>
      ['q_proj', 'down_proj'].map((name, i): RunZeros => ({
        phase,
        operation: `layers.${layer}.${name}`,
        layer,
        weight_zero_fraction: 0.375,
        weight_zero_basis: 'measured',
        activation_zero_fraction: i === 0 ? 0.0078125 : 0.75,
        activation_zero_basis: 'measured',
      })),
    ).flat(),
  );
}
