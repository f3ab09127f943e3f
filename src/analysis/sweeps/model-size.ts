/** Energy of a token against the size of the model, out of the rows of `wholeMachineRatios`. Units: joules, parameters. */
import type { WholeMachineRow } from '../published/whole-machine.ts';

export interface ModelSizeRow {
  readonly model: string;
  readonly params: number;
  readonly machine: string;
  readonly phase: 'prefill' | 'decode';
  /** Prefill: length of the prompt. Decode: length of the KV cache before the token. */
  readonly context: number;
  /** Ranks of DRAM on each channel; of the machine, those of the first baseline. */
  readonly ranks: number;
  readonly energy_per_token_J: number;
}

/**
 * Of one sequence, at equal peak: a row for the machine, as it stands beside the first baseline, and one for each baseline, by model and
 * phase in the order of `rows`.
 *
 * @param machine name of the machine that the baselines are held against
 */
export function modelSizeRows(rows: readonly WholeMachineRow[], machine: string): ModelSizeRow[] {
  const seen = new Set<string>();
  return rows
    .filter(({ match, batch }) => match === 'peak' && batch === 1)
    .flatMap((own) => {
      const { model, params, phase, context, baseline } = own;
      const tokens = phase === 'prefill' ? context : 1;
      const row = (name: string, joules: number, ranks: number): ModelSizeRow => {
        return { model, params, machine: name, phase, context, ranks, energy_per_token_J: joules / tokens };
      };
      const first = !seen.has(`${model} ${phase}`);
      seen.add(`${model} ${phase}`);
      return [
        ...(first ? [row(machine, own.machine_J, own.ranks)] : []),
        row(baseline, own.baseline_J, own.ranks),
      ];
    });
}
