/** Share of zeros by layer in a recorded trace: weights of each projection, and the int8 values that each reads. */
import { PROJECTIONS } from '../../model/shape.ts';
import type { InspectionRow } from '../../trace/inspect.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { toCsv } from '../csv.ts';
import { type Axis, drawPanelTitle, linearAxis, type Panel } from './axes.ts';
import { newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { asideFor, layOut } from './layout.ts';
import { drawSeries, type Series } from './lines.ts';
import { type Columns, seriesStyle, type SeriesStyle } from './theme.ts';

export interface SparsityData {
  /** Name of the trace. */
  readonly trace: string;
  readonly rows: readonly InspectionRow[];
}

interface Curve {
  readonly label: string;
  /** By layer. */
  readonly points: readonly (readonly [layer: number, percent: number])[];
}

interface SparsityPanel {
  readonly id: string;
  readonly title: string;
  readonly curves: readonly Curve[];
}

const NAME = 'sparsity-by-layer';
const TITLE = 'Zeros by layer';

/** Projections that read the same values are one curve of the activations: q, k and v; gate and up. */
export function selectSparsity({ rows }: SparsityData): readonly SparsityPanel[] {
  const phases = PHASES.filter((phase) => rows.some((row) => row.phase === phase));
  const weights = rows.filter(({ phase }) => phase === phases[0]);
  return [
    {
      id: 'weights',
      title: 'Weights',
      curves: curvesOf(weights, (row) => row.weight_zero_fraction, projectionOf),
    },
    ...phases.map((phase) => ({
      id: phase,
      title: `Activations, ${PHASE_LABELS[phase].toLowerCase()}`,
      curves: curvesOf(
        rows.filter((row) => row.phase === phase && row.activation_zero_fraction !== null),
        (row) => row.activation_zero_fraction!,
        (row) => READERS[projectionOf(row)],
      ),
    })),
  ].filter(({ curves }) => curves.length > 0);
}

/** Label of the values that a projection reads; projections that read those of another have none. */
const READERS: Readonly<Record<string, string>> = { q: 'q, k, v', o: 'o', gate: 'gate, up', down: 'down' };

/** `q` of `layers.3.q_proj`. */
function projectionOf({ operation }: InspectionRow): string {
  return operation.slice(operation.lastIndexOf('.') + 1).replace('_proj', '');
}

function curvesOf(
  rows: readonly InspectionRow[],
  valueOf: (row: InspectionRow) => number,
  labelOf: (row: InspectionRow) => string | undefined,
): Curve[] {
  const curves = new Map<string, [number, number][]>();
  for (const row of rows) {
    const label = labelOf(row);
    if (label === undefined || row.layer === null) continue;
    const points = curves.get(label) ?? [];
    points.push([row.layer, valueOf(row) * 100]);
    curves.set(label, points);
  }
  return [...curves].map(([label, points]) => ({ label, points: points.toSorted((a, b) => a[0] - b[0]) }));
}

export function sparsityByLayer(data: SparsityData, columns: Columns = 2): Figure {
  const panels = selectSparsity(data);
  const labels = panels.flatMap(({ curves }) => curves.map(({ label }) => label));
  const layout = layOut({
    columns,
    count: panels.length,
    perRow: 3,
    panelHeight: 110,
    top: 4,
    aside: asideFor(labels),
  });
  const sheet = newSheet(NAME, layout.width, layout.height, TITLE, describe(panels));
  for (const [i, { id, title, curves }] of panels.entries()) {
    const group = sheet.append('g').attr('id', `${NAME}-${id}`) as unknown as Sheet;
    const panel = layout.panels[i]!;
    drawPanelTitle(group, panel, title);
    const values = curves.flatMap(({ points }) => points.map(([, percent]) => percent));
    const least = id === 'weights' ? Math.min(...values) : 0;
    const y = linearAxis(Math.max(...values), [panel.bottom, panel.top], 'Zeros (%)', 5, least);
    const series = curves.map((curve): Series => ({ ...curve, style: styleOf(curve.label) }));
    drawSeries(group, panel, layerAxis(curves, panel), y, series);
  }
  return {
    name: NAME,
    title: TITLE,
    caption: `Share of zeros among the ternary weights and among the int8 values that the projections read, by layer, as recorded in ${data.trace}. The axis of the weights does not begin at zero.`,
    svg: toSvg(sheet),
    csv: toCsv(
      [
        'layer',
        'operation',
        'phase',
        'weight_zero_fraction',
        'activation_zero_fraction',
        'weight_zero_basis',
      ],
      data.rows,
    ),
  };
}

/** A projection and what it reads look alike. */
function styleOf(label: string): SeriesStyle {
  const at = PROJECTIONS.findIndex((projection) => projection === `${label.split(',')[0]!}_proj`);
  return seriesStyle(at);
}

/** Whole layers, a few of them labelled. */
function layerAxis(curves: readonly Curve[], { left, right }: Panel): Axis {
  const last = Math.max(...curves.flatMap(({ points }) => points.map(([layer]) => layer)));
  const axis = linearAxis(Math.max(1, last), [left + 3, right], 'Layer', 5);
  const scale = (layer: number): number => left + 3 + ((right - left - 3) * layer) / Math.max(1, last);
  const ticks = axis.ticks.filter(({ value }) => Number.isInteger(value) && value <= last);
  return { ...axis, scale, ticks };
}

function describe(panels: readonly SparsityPanel[]): string {
  return panels
    .map(({ title, curves }) => {
      const values = curves.flatMap(({ points }) => points.map(([, percent]) => percent));
      return `${title}: ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)} %.`;
    })
    .join(' ');
}
