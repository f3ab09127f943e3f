/**
 * What is left of the papers' energy ratio on a whole machine, against model size: the published points, the same arithmetic here,
 * and whole machines against one baseline, with the bands of the prices. The ratio's axis is logarithmic, so that equal factors are equal
 * lengths.
 */
import type { WholeMachineRow } from '../../analysis/published/whole-machine.ts';
import type { PublishedRatio } from '../../analysis/sweeps/published-ratios.ts';
import { PHASE_LABELS, PHASES, type PhaseName } from '../components.ts';
import { formatPercent } from '../../units/format.ts';
import { toCsv } from '../csv.ts';
import { drawPanelTitle, logAxis, type Panel } from './axes.ts';
import { newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { asideFor, layOut } from './layout.ts';
import { drawSeries, type Series } from './lines.ts';
import { drawBand, drawMarker, type Place } from './marks.ts';
import { drawLegend, type LegendEntry, legendHeight } from './legend.ts';
import { type Columns, seriesStyle } from './theme.ts';

export interface RatioData {
  readonly rows: readonly WholeMachineRow[];
  readonly published: readonly PublishedRatio[];
}

type Row = WholeMachineRow;

const NAME = 'ratio-by-model-size';
const TITLE = 'Energy ratio against model size, arithmetic and whole machine';
const BILLION = 1e9;
const ARITHMETIC = seriesStyle(6);
const PUBLISHED = { ...seriesStyle(3), dash: '' };

/** The rows drawn: against the first baseline, at the first match; the others are in the data of `reproduce`. */
export function selectRatios({ rows }: RatioData): readonly Row[] {
  const [first] = rows;
  return rows.filter((row) => row.baseline === first!.baseline && row.match === first!.match);
}

export function ratioByModelSize(data: RatioData, columns: Columns = 2): Figure {
  const rows = selectRatios(data);
  const { baseline, match, context } = rows[0]!;
  const phases = PHASES.filter((phase) => rows.some((row) => row.phase === phase));
  const batches = [...new Set(rows.map(({ batch }) => batch))];
  const entries: LegendEntry[] = [{ label: 'published (arithmetic)', style: PUBLISHED, kind: 'hollow' }];
  const top = 4 + legendHeight(entries, 200);
  const labels = ['arithmetic', ...batches.map(batchLabel)];
  const { width, height, panels } = layOut({
    columns,
    count: phases.length,
    perRow: 2,
    panelHeight: 130,
    top,
    aside: asideFor(labels),
  });
  const sheet = newSheet(NAME, width, height, TITLE, describe(rows));
  drawLegend(sheet, 4, 2, 200, entries);
  const all = [
    ...rows.flatMap((row) => [row.arithmetic_ratio, row.low, row.high]),
    ...data.published.map(({ ratio }) => ratio),
    1,
  ];
  for (const [i, phase] of phases.entries()) {
    const group = sheet.append('g').attr('id', `${NAME}-${phase}`) as unknown as Sheet;
    drawPanelTitle(group, panels[i]!, PHASE_LABELS[phase]);
    drawPhase(group, panels[i]!, rows, data.published, phase, all, baseline);
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      `Energy of ${baseline} ÷ energy of the ternary machine, at equal ${match}. Diamonds: as published (arXiv 2402.17764, Figure 3), arithmetic only; ` +
      `dashed: the same arithmetic here. Lines: whole machines, ${context} tokens, with DRAM, SRAM, accumulators at their width and leakage; ` +
      `bands: low to high prices${errorOf(rows)}. Both have the same DRAM, with the ranks that the wider weights need (in the data), ` +
      'beyond what LPDDR4 has in large models, and pay its standby. Estimated in closed form (--fidelity analytic), layers beyond the second, and of a prefill ' +
      'sequences beyond the second, from the first two.',
    svg: toSvg(sheet),
    csv: csvOf(rows, data.published),
  };
}

function drawPhase(
  group: Sheet,
  panel: Panel,
  rows: readonly Row[],
  published: readonly PublishedRatio[],
  phase: PhaseName,
  all: readonly number[],
  baseline: string,
): void {
  const own = rows.filter((row) => row.phase === phase).toSorted((a, b) => a.params - b.params);
  const x = logAxis(
    [...own, ...published].map(({ params }) => params / BILLION),
    [panel.left, panel.right],
    'Parameters (billions)',
  );
  const y = logAxis(all, [panel.bottom, panel.top], `Energy of ${baseline} ÷ ternary (×)`);
  const batches = [...new Set(own.map(({ batch }) => batch))];
  const at = (row: { params: number }, ratio: number): Place => [
    x.scale(row.params / BILLION),
    y.scale(ratio),
  ];
  for (const [i, batch] of batches.entries()) {
    const line = own.filter((row) => row.batch === batch);
    const upper = line.map((row) => at(row, row.high));
    const lower = line.map((row) => at(row, row.low));
    drawBand(group, 'band', seriesStyle(i).colour, upper, lower);
  }
  const firstBatch = own.filter((row) => row.batch === batches[0]);
  drawSeries(group, panel, x, y, [
    {
      label: 'arithmetic',
      style: ARITHMETIC,
      points: firstBatch.map((row) => [row.params / BILLION, row.arithmetic_ratio]),
    },
    ...batches.map((batch, i): Series => ({
      label: batchLabel(batch),
      style: seriesStyle(i),
      points: own.filter((row) => row.batch === batch).map((row) => [row.params / BILLION, row.whole_ratio]),
    })),
  ]);
  for (const row of published) drawMarker(group, 'published', PUBLISHED, at(row, row.ratio), true);
}

/** The error that the bands do not hold. */
function errorOf(rows: readonly Row[]): string {
  const most = Math.max(...rows.map((row) => row.extrapolation_error ?? 0));
  return most === 0
    ? ''
    : `, without the ${formatPercent(most)} that extrapolated sequences were off at most`;
}

function batchLabel(batch: number): string {
  return `whole, batch ${batch}`;
}

function csvOf(rows: readonly Row[], published: readonly PublishedRatio[]): string {
  const columns = [
    'model',
    'params',
    'phase',
    'batch',
    'baseline',
    'match',
    'kind',
    'ratio',
    'low',
    'high',
    'ranks',
    'extrapolation_error',
  ] as const;
  type Line = Partial<Record<(typeof columns)[number], string | number>>;
  const lines = [
    ...rows.flatMap(({ model, params, phase, batch, baseline, match, low, high, ...row }): Line[] => {
      const key = { model, params, phase, batch, baseline, match };
      return [
        { ...key, kind: 'arithmetic', ratio: row.arithmetic_ratio },
        {
          ...key,
          kind: 'whole',
          ratio: row.whole_ratio,
          low,
          high,
          ranks: row.ranks,
          ...(row.extrapolation_error !== null && { extrapolation_error: row.extrapolation_error }),
        },
      ];
    }),
    ...published.map(({ id, params, ratio }): Line => ({ model: id, params, kind: 'published', ratio })),
  ];
  return toCsv(columns, lines);
}

function describe(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      const size = (row.params / BILLION).toFixed(1);
      return `${size} billion, ${row.phase}, batch ${row.batch}: ${row.whole_ratio.toFixed(2)} of ${row.arithmetic_ratio.toFixed(1)}.`;
    })
    .join(' ');
}
