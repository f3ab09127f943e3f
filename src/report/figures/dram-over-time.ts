/** Bandwidth and row hits of the DRAM in windows of time; prefill and decode beside each other. */
import type { DramWindow } from '../../analysis/sweeps/dram-windows.ts';
import { PHASE_LABELS, PHASES, type PhaseName } from '../components.ts';
import { toCsv } from '../csv.ts';
import { type Axis, drawAcross, drawPanelTitle, drawUp, exactAxis, linearAxis, type Panel } from './axes.ts';
import { axisUnit } from './bar-scale.ts';
import { newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { layOut } from './layout.ts';
import { drawLegend, type LegendEntry, legendHeight } from './legend.ts';
import { drawPolyline, type Place } from './marks.ts';
import { type Columns, INK, seriesStyle, SHEET_WIDTHS } from './theme.ts';

export interface DramTimeData {
  readonly trace: string;
  /** Steps of decode that are shown. */
  readonly decodeSteps: number;
  /** Of all channels together, bytes a second. */
  readonly peak_B_per_s: number;
  readonly windows: readonly DramWindow[];
}

const NAME = 'dram-over-time';
const TITLE = 'Bandwidth and row hits of the DRAM over time';
const GIGA = 1e9;
const READ = { ...seriesStyle(1), dash: '' };
const WRITE = { ...seriesStyle(0), dash: '1.5 0.8' };
const HITS = { ...seriesStyle(2), dash: '' };

export function dramOverTime(data: DramTimeData, columns: Columns = 2): Figure {
  const { windows, peak_B_per_s: peak, trace, decodeSteps } = data;
  const phases = PHASES.filter((phase) => windows.some((window) => window.phase === phase));
  const entries: LegendEntry[] = [
    { label: 'reads', style: READ, kind: 'bare' },
    { label: 'writes', style: WRITE, kind: 'bare' },
    { label: 'row hits', style: HITS, kind: 'bare' },
  ];
  const legendWidth = SHEET_WIDTHS[columns] - 8;
  // In one column a phase's panels follow each other; in two the phases stand side by side.
  const kinds = ['bandwidth', 'row hits'] as const;
  const cells =
    columns === 1
      ? phases.flatMap((phase) => kinds.map((kind) => ({ phase, kind })))
      : kinds.flatMap((kind) => phases.map((phase) => ({ phase, kind })));
  const { width, height, panels } = layOut({
    columns,
    count: cells.length,
    perRow: phases.length,
    panelHeight: 76,
    top: 4 + legendHeight(entries, legendWidth),
  });
  const sheet = newSheet(NAME, width, height, TITLE, describe(windows));
  drawLegend(sheet, 4, 2, legendWidth, entries);
  for (const [i, { phase, kind }] of cells.entries()) {
    const own = windows.filter((window) => window.phase === phase);
    const group = sheet
      .append('g')
      .attr('id', `${NAME}-${phase}-${kind.replace(' ', '-')}`) as unknown as Sheet;
    const panel = panels[i]!;
    drawPanelTitle(group, panel, `${PHASE_LABELS[phase]}, ${kind}`);
    const { axis, factor } = timeAxis(own, panel);
    drawAcross(group, axis, panel);
    if (kind === 'bandwidth') drawBandwidth(group, panel, own, peak, (s) => axis.scale(s * factor));
    else drawHits(group, panel, own, (s) => axis.scale(s * factor));
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      `${windows[0]!.machine} on ${trace}: the prompt and ${decodeSteps} decoded token${decodeSteps === 1 ? '' : 's'}, in windows of equal length. The line across the top is the ` +
      'peak of all channels. Row hits: reads and writes that needed no activation of their own; windows without any have no line; their axis does not begin at zero.',
    svg: toSvg(sheet),
    csv: toCsv(
      ['machine', 'phase', 'from_s', 'to_s', 'read_B_per_s', 'write_B_per_s', 'row_hit_share'],
      windows,
    ),
  };
}

function timeAxis(own: readonly DramWindow[], { left, right }: Panel): { axis: Axis; factor: number } {
  const end = own.at(-1)!.to_s;
  const { unit, factor } = axisUnit(end, 's');
  return { axis: exactAxis(end * factor, [left, right], `Time (${unit})`), factor };
}

function drawBandwidth(
  group: Sheet,
  panel: Panel,
  own: readonly DramWindow[],
  peak: number,
  across: (seconds: number) => number,
): void {
  const y = linearAxis(peak / GIGA, [panel.bottom, panel.top], 'Bandwidth (GB/s)', 4);
  drawUp(group, y, panel);
  const roof = y.scale(peak / GIGA);
  drawPolyline(
    group,
    'peak',
    { colour: INK, dash: '1.5 1.5' },
    [
      [panel.left, roof],
      [panel.right, roof],
    ],
    0.6,
  );
  for (const [role, style, of] of [
    ['read', READ, (window: DramWindow) => window.read_B_per_s],
    ['write', WRITE, (window: DramWindow) => window.write_B_per_s],
  ] as const) {
    const steps = own.flatMap((window): Place[] => {
      const at = y.scale(of(window) / GIGA);
      return [
        [across(window.from_s), at],
        [across(window.to_s), at],
      ];
    });
    drawPolyline(group, role, style, steps, 0.8);
  }
}

function drawHits(
  group: Sheet,
  panel: Panel,
  own: readonly DramWindow[],
  across: (seconds: number) => number,
): void {
  const shares = own.flatMap(({ row_hit_share: share }) => (share === null ? [] : [share * 100]));
  const y = linearAxis(100, [panel.bottom, panel.top], 'Row hits (%)', 4, Math.min(99, ...shares));
  drawUp(group, y, panel);
  for (const run of runsWithHits(own)) {
    const steps = run.flatMap(({ from_s: from, to_s: to, row_hit_share: share }): Place[] => {
      const at = y.scale(share! * 100);
      return [
        [across(from), at],
        [across(to), at],
      ];
    });
    drawPolyline(group, 'hits', HITS, steps, 0.8);
  }
}

/** Windows that follow each other and have column commands. */
function runsWithHits(windows: readonly DramWindow[]): DramWindow[][] {
  const runs: DramWindow[][] = [];
  for (const [i, window] of windows.entries()) {
    if (window.row_hit_share === null) continue;
    if (i === 0 || windows[i - 1]!.row_hit_share === null) runs.push([]);
    runs.at(-1)!.push(window);
  }
  return runs;
}

function describe(windows: readonly DramWindow[]): string {
  const mean = (phase: PhaseName): string => {
    const own = windows.filter((window) => window.phase === phase);
    const sum = own.reduce((total, window) => total + window.read_B_per_s + window.write_B_per_s, 0);
    return `${PHASE_LABELS[phase]}: ${(sum / own.length / GIGA).toFixed(1)} GB/s on average.`;
  };
  return PHASES.filter((phase) => windows.some((window) => window.phase === phase))
    .map(mean)
    .join(' ');
}
