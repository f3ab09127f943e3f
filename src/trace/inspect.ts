/**
 * What is in a trace, as rows of a table: one for each projection and phase. Of a synthesized trace the stated
 * fractions appear, with how they are known, and what would need values is null.
 *
 * Units: fractions of all values; bits of magnitude, without the sign; entropy in bits a value, order zero.
 */
import { bitLinearsOf, phasesOf, rowsOf } from './layout.ts';
import type { StatedFraction } from './manifest.ts';
import type { BitLinearOperation, Phase } from './operation.ts';
import { ActivationStatistics, tritStatistics } from './statistics.ts';
import type { Trace } from './trace.ts';

/** Token rows read at a time. */
const ROWS_AT_ONCE = 64;

export interface InspectionRow {
  readonly operation: string;
  readonly layer: number | null;
  readonly phase: Phase;
  /** Token rows. */
  readonly tokens: number;
  readonly in: number;
  readonly out: number;
  readonly weight_zero_fraction: number;
  readonly weight_zero_basis: StatedFraction['basis'];
  readonly weight_entropy_bits: number | null;
  readonly activation_zero_fraction: number | null;
  readonly activation_zero_basis: StatedFraction['basis'] | null;
  readonly activation_entropy_bits: number | null;
  readonly magnitude_bits_max: number | null;
  readonly magnitude_bits_mean: number | null;
}

/** One row for each projection and phase, projections in the order in which they run. */
export async function inspectTrace(
  trace: Trace,
  onProgress?: (done: number, total: number) => void,
): Promise<InspectionRow[]> {
  const { manifest } = trace;
  const operations = bitLinearsOf(manifest);
  const rows: InspectionRow[] = [];
  for (const [i, operation] of operations.entries()) {
    const matrix = manifest.matrices[operation.name]!;
    const trits =
      manifest.origin === 'recorded' ? tritStatistics(await trace.readTrits(operation.name)) : null;
    for (const [phase, record] of phasesOf(manifest)) {
      rows.push({
        operation: operation.name,
        layer: operation.layer,
        phase,
        tokens: rowsOf(record),
        in: operation.in,
        out: operation.out,
        weight_zero_fraction: trits === null ? matrix.zeroFraction.value : trits.zeros / trits.count,
        weight_zero_basis: matrix.zeroFraction.basis,
        weight_entropy_bits: trits?.entropy ?? null,
        ...(await activationColumns(trace, operation, phase, rowsOf(record))),
      });
    }
    onProgress?.(i + 1, operations.length);
  }
  return rows;
}

type ActivationColumns = Pick<
  InspectionRow,
  | 'activation_zero_fraction'
  | 'activation_zero_basis'
  | 'activation_entropy_bits'
  | 'magnitude_bits_max'
  | 'magnitude_bits_mean'
>;

async function activationColumns(
  trace: Trace,
  operation: BitLinearOperation,
  phase: Phase,
  tokens: number,
): Promise<ActivationColumns> {
  if (trace.manifest.origin === 'synthesized') {
    const stated = trace.manifest.activationZeroFraction;
    return {
      activation_zero_fraction: stated?.value ?? null,
      activation_zero_basis: stated?.basis ?? null,
      activation_entropy_bits: null,
      magnitude_bits_max: null,
      magnitude_bits_mean: null,
    };
  }
  const statistics = new ActivationStatistics();
  for (let from = 0; from < tokens; from += ROWS_AT_ONCE) {
    const to = Math.min(from + ROWS_AT_ONCE, tokens);
    statistics.add((await trace.readRows(phase, operation.name, from, to)).activations);
  }
  return {
    activation_zero_fraction: statistics.zeros / statistics.count,
    activation_zero_basis: 'measured',
    activation_entropy_bits: statistics.entropy,
    magnitude_bits_max: statistics.maxBits,
    magnitude_bits_mean: statistics.meanBits,
  };
}
