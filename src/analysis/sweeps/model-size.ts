/**
 * Energy of a token against the size of the model: a machine and baselines at equal peak. Units: joules, parameters.
 *
 * All machines of a model and phase have the same DRAM, of ranks as few as hold it on the one that needs most, as the two of a row of
 * `wholeMachineRatios` have: standby grows with ranks, and with ranks of its own a machine with short weights would be set against
 * others that stay awake for less.
 */
import type { Machine } from '../../hardware/machine.ts';
import type { Phase } from '../../trace/operation.ts';
import { matchBaseline } from '../match.ts';
import { embeddingWeights, linearWeights } from '../published/pass.ts';
import { PassSimulator, ranksFor } from '../published/simulate-pass.ts';
import type { WholeMachineSetup } from '../published/whole-machine.ts';

export interface ModelSizeRow {
  readonly model: string;
  readonly params: number;
  readonly machine: string;
  readonly phase: Phase;
  /** Prefill: length of the prompt. Decode: length of the KV cache before the token. */
  readonly context: number;
  /** Ranks of DRAM on each channel; the same on all machines. */
  readonly ranks: number;
  readonly energy_per_token_J: number;
}

export interface ModelSizeOptions {
  readonly phases: readonly Phase[];
  readonly context: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Of one sequence, estimated: a row for each model, phase and machine, in that order, the baselines after the machine. */
export async function modelSizeRows(
  { models, machine, baselines, deviceOf, prices }: Omit<WholeMachineSetup, 'extrapolationError'>,
  { phases, context, onProgress }: ModelSizeOptions,
): Promise<ModelSizeRow[]> {
  const machines: Machine[] = [
    machine,
    ...baselines.map((baseline) => matchBaseline(machine, baseline, 'peak')),
  ];
  const total = models.length * phases.length * machines.length;
  const rows: ModelSizeRow[] = [];
  for (const model of models) {
    const params = linearWeights(model.shape) + embeddingWeights(model.shape);
    const passes = new PassSimulator(model, { deviceOf, prices, fidelity: 'analytic' });
    for (const phase of phases) {
      const size = { phase, context, batch: 1 };
      const ranks = ranksFor(model, machines, [size], deviceOf);
      const tokens = phase === 'prefill' ? context : 1;
      for (const on of machines) {
        const { energyJ } = await passes.extrapolate(on, size, ranks);
        rows.push({
          model: model.name,
          params,
          machine: on.name,
          phase,
          context,
          ranks,
          energy_per_token_J: energyJ / tokens,
        });
        onProgress?.(rows.length, total);
      }
    }
  }
  return rows;
}
