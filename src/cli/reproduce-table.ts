/** The reproduced figures as text: a table a paper, its remarks below it, whole machines, and a line of totals. */
import type { ReproducedRow } from '../analysis/published/evaluate.ts';
import type { Reproduction, Totals } from '../analysis/published/reproduce.ts';
import type { WholeMachineRow } from '../analysis/published/whole-machine.ts';
import { renderTable } from '../report/table.ts';
import { formatPercent, formatRatio, formatSignificant } from '../units/format.ts';

const DIGITS = 4;

export function reproductionLines({ rows, whole_machine: whole, totals }: Reproduction): string[] {
  const papers = [...new Set(rows.map(({ paper }) => paper))];
  return [
    ...papers.flatMap((paper) =>
      paperLines(
        paper,
        rows.filter((row) => row.paper === paper),
      ),
    ),
    ...(whole === null || whole.length === 0 ? [] : wholeLines(whole, rows)),
    totalsLine(totals),
  ];
}

function paperLines(paper: string, rows: Reproduction['rows']): string[] {
  const remarks = [...new Set(rows.map(({ reason }) => reason))];
  const head = ['id', 'published', 'ours', 'unit', 'whole machine', 'deviation', 'gates', 'result', 'remark'];
  const cells = rows.map((row) => [
    row.id,
    row.published,
    row.ours === null ? 'none' : formatSignificant(row.ours, DIGITS),
    row.unit,
    wholeOf(row),
    row.deviation === null ? '' : signedPercent(row.deviation),
    row.gating ? row.tolerance : 'no',
    resultOf(row),
    `[${remarks.indexOf(row.reason) + 1}]`,
  ]);
  return [
    `arXiv ${paper}`,
    ...renderTable([head, ...cells], ['left', 'right', 'right', 'left', 'left', 'right']),
    ...remarks.map((remark, i) => `[${i + 1}] ${remark}`),
    '',
  ];
}

/** Of the second figures beside an energy: prefill and decode, each at its batches. */
function wholeOf({ whole_machine: figures = [], unit }: Reproduction['rows'][number]): string {
  return figures
    .map(
      ({ value, phase, batch }) =>
        `${phase.slice(0, 1)}${batch} ${formatSignificant(value)}${unit === 'J' ? ' J' : ''}`,
    )
    .join(', ');
}

function resultOf({ pass, gating }: ReproducedRow): string {
  if (pass === null) return 'reported';
  if (gating) return pass ? 'pass' : 'FAIL';
  return pass ? 'agrees' : 'differs';
}

/** A line for each baseline of each model: the papers' ratio, ours, and what whole machines leave of it, by phase, batch and match. */
function wholeLines(
  rows: readonly WholeMachineRow[],
  published: readonly Reproduction['rows'][number][],
): string[] {
  const [{ context, fidelity }] = rows as [WholeMachineRow];
  const how = fidelity === 'analytic' ? 'estimated in closed form' : 'simulated command by command';
  const columns = [...new Set(rows.map(columnOf))];
  const keys = [...new Set(rows.map(lineOf))];
  const cells = keys.map((key) => {
    const own = rows.filter((row) => lineOf(row) === key);
    const [{ model, baseline, arithmetic_ratio: arithmetic }] = own as [WholeMachineRow];
    const printed = baseline === FP16 ? published.find((row) => isRatioOf(row, own)) : undefined;
    const ratios = columns.map((column) => own.find((row) => columnOf(row) === column));
    return [
      model,
      baseline,
      printed?.published ?? '',
      formatRatio(arithmetic),
      ...ratios.map((row) => (row === undefined ? '' : formatRatio(row.whole_ratio))),
    ];
  });
  const most = Math.max(...rows.map((row) => row.extrapolation_error ?? 0));
  const error =
    most === 0 ? '' : `, which moved ratios by ${formatPercent(most)} at most where it was measured`;
  return [
    `Energy of the baseline ÷ energy of edge-ternary, ${context} tokens: published, by the papers' arithmetic, and of whole machines`,
    `(${how}; layers beyond the second, and sequences of a prefill beyond the second${error}, from the first two;`,
    'p, d: prefill, decode; 1, 16: batch; peak, area: held equal; bands, times and ranks of DRAM: --json)',
    ...renderTable(
      [['model', 'baseline', 'published', 'arithmetic', ...columns], ...cells],
      ['left', 'left', ...columns.map(() => 'right' as const), 'right', 'right'],
    ),
    '',
  ];
}

const FP16 = 'edge-fp16';

function columnOf({ phase, batch, match }: WholeMachineRow): string {
  return `${phase.slice(0, 1)}${batch} ${match}`;
}

function lineOf({ model, baseline }: WholeMachineRow): string {
  return `${model} ${baseline}`;
}

/** Whether a published ratio stands beside these rows: its second figures are theirs. */
function isRatioOf(
  { whole_machine: figures }: Reproduction['rows'][number],
  own: readonly WholeMachineRow[],
): boolean {
  return figures?.[0]?.unit === 'times' && own.some((row) => row.whole_ratio === figures[0]!.value);
}

function totalsLine({ rows, gating, inside, outside, reported }: Totals): string {
  return `${rows} values: ${gating} gate, ${inside} inside tolerance, ${outside} outside; ${reported} reported only`;
}

function signedPercent(part: number): string {
  return part < 0 ? `−${formatPercent(-part)}` : `+${formatPercent(part)}`;
}
