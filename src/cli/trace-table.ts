/** The rows of `tritsim trace inspect` as a table for people; `--json` has the same with full digits. */
import { renderTable } from '../report/table.ts';
import type { InspectionRow } from '../trace/inspect.ts';
import type { StatedFraction } from '../trace/manifest.ts';
import { formatPercent } from '../units/format.ts';

const HEAD = [
  'operation',
  'phase',
  'tokens',
  'out × in',
  'zero weights',
  'bits/weight',
  'zero activations',
  'bits/activation',
  'magnitude bits: max',
  'mean',
];

/** Lines of the table; a fraction that was assumed carries a star, explained below it. */
export function inspectionTable(rows: readonly InspectionRow[]): string[] {
  const cells = rows.map((row) => [
    row.operation,
    row.phase,
    String(row.tokens),
    `${row.out} × ${row.in}`,
    stated(row.weight_zero_fraction, row.weight_zero_basis),
    digits(row.weight_entropy_bits, 3),
    stated(row.activation_zero_fraction, row.activation_zero_basis),
    digits(row.activation_entropy_bits, 2),
    row.magnitude_bits_max === null ? '–' : String(row.magnitude_bits_max),
    digits(row.magnitude_bits_mean, 2),
  ]);
  const table = renderTable([HEAD, ...cells], ['left', 'left', ...HEAD.slice(2).map(() => 'right' as const)]);
  const assumed = rows.some(
    (row) => row.weight_zero_basis === 'assumed' || row.activation_zero_basis === 'assumed',
  );
  return assumed ? [...table, '* assumed: the manifest in the trace names the source'] : table;
}

function stated(fraction: number | null, basis: StatedFraction['basis'] | null): string {
  if (fraction === null) return '–';
  return `${formatPercent(fraction)}${basis === 'assumed' ? '*' : ''}`;
}

function digits(value: number | null, places: number): string {
  return value === null ? '–' : value.toFixed(places);
}
