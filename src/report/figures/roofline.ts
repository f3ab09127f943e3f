/** The phases of the runs under the roofs of their machines; one roof where the machines share it. */
import type { RooflineRow } from '../../analysis/sweeps/roofline.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { toCsv } from '../csv.ts';
import { drawAcross, drawUp, logAxis } from './axes.ts';
import { drawText, newSheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, layOutUnderLegend, type LegendEntry } from './legend.ts';
import { drawMarker, drawPolyline, MARKER_RADIUS, type Place } from './marks.ts';
import { type Columns, INK, type Marker, MUTED, seriesStyle, SMALL_SIZE, textWidth } from './theme.ts';

const NAME = 'roofline';
const TITLE = 'Phases under the roofs of their machines';
const GIGA = 1e9;
const MARKERS: Readonly<Record<RooflineRow['phase'], Marker>> = { prefill: 'square', decode: 'circle' };

export function roofline(rows: readonly RooflineRow[], columns: Columns = 2): Figure {
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const colourOf = (machine: string): string => seriesStyle(machines.indexOf(machine)).colour;
  const entries = legend(machines, colourOf);
  const { width, height, panel, legendWidth } = layOutUnderLegend(entries, columns);
  const sheet = newSheet(NAME, width, height, TITLE, describe(rows));
  drawLegend(sheet, 4, 2, legendWidth, entries);
  const roofs = roofsOf(rows);
  const knees = roofs.map(({ peak, bandwidth }) => peak / bandwidth);
  const x = logAxis(
    [...rows.map((row) => row.intensity_per_B), ...knees.map((knee) => knee * 4)],
    [panel.left, panel.right],
    'Intensity (multiply-adds per DRAM byte)',
  );
  const y = logAxis(
    [...rows.map((row) => row.multiply_adds_per_s), ...roofs.map(({ peak }) => peak * 1.5)].map(
      (v) => v / GIGA,
    ),
    [panel.bottom, panel.top],
    'Billion multiply-adds per second',
  );
  drawAcross(sheet, x, panel);
  drawUp(sheet, y, panel);
  const leftMost = Math.min(...rows.map((row) => row.intensity_per_B)) / 1.25;
  const rightMost =
    Math.max(...rows.map((row) => row.intensity_per_B), ...knees.map((knee) => knee * 4)) * 1.25;
  const places = rows.map((row): Place => [
    x.scale(row.intensity_per_B),
    y.scale(row.multiply_adds_per_s / GIGA),
  ]);
  for (const { peak, bandwidth } of roofs) {
    const knee = peak / bandwidth;
    const lowest = Math.min(...rows.map((row) => row.multiply_adds_per_s)) / 1.25;
    const from = Math.max(leftMost, lowest / bandwidth);
    const corners = [
      [from, from * bandwidth],
      [knee, peak],
      [rightMost, peak],
    ] as const;
    drawPolyline(
      sheet,
      'roof',
      { colour: INK, dash: '' },
      corners.map(([a, b]): Place => [x.scale(a), y.scale(b / GIGA)]),
    );
    const name = (text: string, right: number, middle: number): void =>
      drawText(sheet, right, above(places, text, right, middle), text, { anchor: 'end' });
    name(`${peak / GIGA} billion a second`, panel.right - 2, y.scale(peak / GIGA) - 6);
    const slope = Math.sqrt(from * knee);
    name(`${bandwidth / GIGA} GB/s`, x.scale(slope) - 5, y.scale((slope * bandwidth) / GIGA) - 5);
  }
  for (const [i, row] of rows.entries()) {
    const place = places[i]!;
    const style = { colour: colourOf(row.machine), marker: MARKERS[row.phase] };
    drawMarker(sheet, 'point', style, place, row.part === 'whole phase');
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      "Simulated phases under the array's peak, without skipping, and the DRAM's bandwidth. Filled: the projections, which run on the array; hollow: the whole phase, " +
      'with attention and head, which run on the float unit. Multiply-adds of ternary machines are select-and-adds. Time that overlaps is counted to ' +
      'one operation, the oldest that is computing, so projections whose weights came, or that the array worked on, while an older one was ' +
      'not finished may touch or pass the slope and the flat roof.',
    svg: toSvg(sheet),
    csv: toCsv(
      [
        'machine',
        'phase',
        'part',
        'intensity_per_B',
        'multiply_adds_per_s',
        'peak_per_s',
        'bandwidth_B_per_s',
      ],
      rows,
    ),
  };
}

/** The middle of a text that ends at `right`: at `middle`, or as far above as the marks under it need. */
function above(places: readonly Place[], text: string, right: number, middle: number): number {
  const left = right - textWidth(text, SMALL_SIZE);
  const apart = MARKER_RADIUS + SMALL_SIZE / 2 + 1;
  const near = places.filter(([x]) => x > left - MARKER_RADIUS && x < right + MARKER_RADIUS);
  return near
    .toSorted(([, a], [, b]) => b - a)
    .reduce((at, [, y]) => (Math.abs(y - at) < apart ? y - apart : at), middle);
}

function roofsOf(rows: readonly RooflineRow[]): { peak: number; bandwidth: number }[] {
  const roofs = new Map(
    rows.map((row) => [
      `${row.peak_per_s} ${row.bandwidth_B_per_s}`,
      { peak: row.peak_per_s, bandwidth: row.bandwidth_B_per_s },
    ]),
  );
  return [...roofs.values()];
}

function entry(label: string, colour: string, marker: Marker, hollow = false): LegendEntry {
  return { label, style: { colour, marker, dash: '' }, kind: hollow ? 'hollow' : 'point' };
}

function legend(machines: readonly string[], colourOf: (machine: string) => string): LegendEntry[] {
  return [
    ...machines.flatMap((machine) =>
      PHASES.map((phase) =>
        entry(`${machine}, ${PHASE_LABELS[phase].toLowerCase()}`, colourOf(machine), MARKERS[phase]),
      ),
    ),
    entry('projections', MUTED, 'diamond'),
    entry('whole phase', MUTED, 'diamond', true),
  ];
}

function describe(rows: readonly RooflineRow[]): string {
  return rows
    .map((row) => {
      const share =
        row.multiply_adds_per_s / Math.min(row.peak_per_s, row.intensity_per_B * row.bandwidth_B_per_s);
      return `${row.machine}, ${row.phase}, ${row.part}: ${(share * 100).toFixed(0)} % of the roof.`;
    })
    .join(' ');
}
