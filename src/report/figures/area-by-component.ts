/** Area of the machines by component: stacked bars on a linear scale, so that the parts add up to the printed total. */
import { scaleLinear } from 'd3';
import type { AreaRow } from '../../analysis/sweeps/areas.ts';
import { formatSignificant } from '../../units/format.ts';
import { toCsv } from '../csv.ts';
import { drawAxis, drawEndLabel, drawText, endLabelWidth, newSheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, type LegendEntry, legendHeight } from './legend.ts';
import { drawBar } from './marks.ts';
import { type Columns, fitText, SHEET_WIDTHS, STACK_FILLS, TEXT_SIZE, textWidth } from './theme.ts';

const NAME = 'area-by-component';
const TITLE = 'Area by component';
const TOP = 8;
const HEAD = 4;
const BAR = 14;
const GAP = 4;
const FOOT = 26;
const LONGEST_NAME = 90;

export function areaByComponent(rows: readonly AreaRow[], columns: Columns = 2): Figure {
  const width = SHEET_WIDTHS[columns];
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const components = [...new Set(rows.map(({ component }) => component))];
  const fillOf = (component: string) => STACK_FILLS[components.indexOf(component) % STACK_FILLS.length]!;
  const entries = components.map((component): LegendEntry => ({
    label: labelOf(component),
    fill: fillOf(component),
  }));
  const frameTop = TOP + legendHeight(entries, width - 8) + HEAD;
  const frame = [frameTop, frameTop + machines.length * (BAR + GAP) + 2] as const;
  const sheet = newSheet(NAME, width, frame[1] + FOOT, TITLE, describe(rows, machines));
  drawLegend(sheet, 4, 3, width - 8, entries);
  const names = machines.map((machine) => fitText(machine, TEXT_SIZE, LONGEST_NAME));
  const left = Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 8;
  const labels = machines.map((machine) => totalLabel(rows, machine));
  const room = Math.max(...labels.map(endLabelWidth));
  const largest = Math.max(...machines.map((machine) => totalOf(rows, machine, 'area_mm2')));
  const scale = scaleLinear([0, largest], [left, width - 4 - room]);
  drawAxis(sheet, scale, frame, 'Area (mm²)', 5);
  for (const [i, machine] of machines.entries()) {
    const y = frame[0] + 2 + i * (BAR + GAP);
    drawText(sheet, left - 4, y + BAR / 2, names[i]!, { size: TEXT_SIZE, anchor: 'end' });
    let sum = 0;
    for (const { component, area_mm2: area } of rows.filter((row) => row.machine === machine)) {
      const from = scale(sum);
      sum += area;
      drawBar(sheet, `bar ${component}`, fillOf(component), from, y, scale(sum) - from, BAR);
    }
    drawEndLabel(sheet, scale(sum), y + BAR / 2, labels[i]!);
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      'Area of each machine, cells of the logic, what placement leaves empty between them, and buffers; at the end of each bar the total, and in brackets the ends of ' +
      "its rows' bands. DMA engines, controllers, DRAM interface and pads are not modelled.",
    svg: toSvg(sheet),
    csv: toCsv(['machine', 'component', 'area_mm2', 'low_mm2', 'high_mm2'], rows),
  };
}

function totalOf(
  rows: readonly AreaRow[],
  machine: string,
  key: 'area_mm2' | 'low_mm2' | 'high_mm2',
): number {
  return rows.filter((row) => row.machine === machine).reduce((sum, row) => sum + row[key], 0);
}

/** `2.31 mm² (1.9–3.1)` */
function totalLabel(rows: readonly AreaRow[], machine: string): string {
  const [total, low, high] = (['area_mm2', 'low_mm2', 'high_mm2'] as const).map((key) =>
    formatSignificant(totalOf(rows, machine, key), key === 'area_mm2' ? 3 : 2),
  );
  return `${total} mm² (${low}–${high})`;
}

/** `buffer.weights` as people say it. */
function labelOf(component: string): string {
  const [first, second] = component.split('.');
  if (second !== undefined) return `${second} ${first}`;
  return first === 'vector' ? 'vector unit' : first!.replaceAll('_', ' ');
}

function describe(rows: readonly AreaRow[], machines: readonly string[]): string {
  return machines.map((machine) => `${machine}: ${totalLabel(rows, machine)}.`).join(' ');
}
