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
    ...(whole === null || whole.length === 0 ? [] : wholeLines(whole)),
    totalsLine(totals),
  ];
}

function paperLines(paper: string, rows: readonly ReproducedRow[]): string[] {
  const remarks = [...new Set(rows.map(({ reason }) => reason))];
  const head = ['id', 'published', 'ours', 'unit', 'deviation', 'gates', 'result', 'remark'];
  const cells = rows.map((row) => [
    row.id,
    row.published,
    row.ours === null ? 'none' : formatSignificant(row.ours, DIGITS),
    row.unit,
    row.deviation === null ? '' : signedPercent(row.deviation),
    row.gating ? row.tolerance : 'no',
    resultOf(row),
    `[${remarks.indexOf(row.reason) + 1}]`,
  ]);
  return [
    `arXiv ${paper}`,
    ...renderTable([head, ...cells], ['left', 'right', 'right', 'left', 'right']),
    ...remarks.map((remark, i) => `[${i + 1}] ${remark}`),
    '',
  ];
}

function resultOf({ pass, gating }: ReproducedRow): string {
  if (pass === null) return 'reported';
  if (gating) return pass ? 'pass' : 'FAIL';
  return pass ? 'agrees' : 'differs';
}

function wholeLines(rows: readonly WholeMachineRow[]): string[] {
  const [{ context, fidelity, extrapolated }] = rows as [WholeMachineRow];
  const how = [fidelity === 'analytic' ? 'estimated in closed form' : 'simulated command by command'];
  if (extrapolated) how.push('extrapolated from two layers, and a prefill of 16 from two sequences');
  const head = ['model', 'phase', 'batch', 'baseline', 'equal', 'arithmetic', 'whole', 'band', 'faster'];
  const cells = rows.map((row) => [
    row.model,
    row.phase,
    String(row.batch),
    row.baseline,
    row.match,
    formatRatio(row.arithmetic_ratio),
    formatRatio(row.whole_ratio),
    `${formatSignificant(row.low)} to ${formatRatio(row.high)}`,
    formatRatio(row.speedup),
  ]);
  return [
    `Energy of the baseline ÷ energy of edge-ternary, context ${context}: the papers' arithmetic and the whole machine`,
    `(${how.join('; ')})`,
    ...renderTable(
      [head, ...cells],
      ['left', 'left', 'right', 'left', 'left', 'right', 'right', 'right', 'right'],
    ),
    '',
  ];
}

function totalsLine({ rows, gating, inside, outside, reported }: Totals): string {
  return `${rows} values: ${gating} gate, ${inside} inside tolerance, ${outside} outside; ${reported} reported only`;
}

function signedPercent(part: number): string {
  return part < 0 ? `−${formatPercent(-part)}` : `+${formatPercent(part)}`;
}
