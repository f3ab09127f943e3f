/** Energy of a decoded token against the length of its context, at several precisions of the KV cache. Units: joules, tokens. */
import type { KvPrecision, Machine } from '../../hardware/machine.ts';
import { kvBits } from '../../mapping/packing.ts';
import { withRanks } from '../../sim/dram/device.ts';
import type { PublishedModel } from '../../trace/published.ts';
import { measure, type Bench } from '../measure.ts';
import { ranksFor } from '../published/simulate-pass.ts';
import { rehashed } from '../rehash.ts';
import { shapeTrace } from './shape-trace.ts';

export interface ContextRow {
  readonly model: string;
  readonly machine: string;
  /** Length of the KV cache before the token. */
  readonly context: number;
  readonly kv_bits: number;
  readonly energy_per_token_J: number;
}

/**
 * A row for each precision and context, by the analytic estimate. All points have the DRAM that the longest context needs at the
 * widest precision, so that only the cache's traffic differs.
 *
 * @throws what `measure` throws
 */
export async function contextRows(
  model: PublishedModel,
  { machine, device, prices }: Bench,
  contexts: readonly number[],
  precisions: readonly KvPrecision[],
): Promise<ContextRow[]> {
  const variant = (precision: KvPrecision, ranks: number): Machine =>
    rehashed({ ...machine, kvCache: { precision }, dram: { ...machine.dram, ranks } });
  const ranks = ranksFor(
    model,
    precisions.map((precision) => variant(precision, machine.dram.ranks)),
    contexts.map((context) => ({ phase: 'decode', context, batch: 1 })),
    (dram) => withRanks(device, dram.ranks),
  );
  const rows: ContextRow[] = [];
  for (const context of contexts) {
    const trace = await shapeTrace(model, { phase: 'decode', context, batch: 1 });
    for (const precision of precisions) {
      const bench = { machine: variant(precision, ranks), device: withRanks(device, ranks), prices };
      const run = await measure(trace, bench, { fidelity: 'analytic' });
      rows.push({
        model: model.name,
        machine: machine.name,
        context,
        kv_bits: kvBits(precision),
        energy_per_token_J: run.phases.decode!.energy_per_token_J,
      });
    }
  }
  return rows;
}
