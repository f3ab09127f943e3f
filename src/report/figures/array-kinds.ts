/** Energy and time per token of machines that differ in their array, beside each other; prefill and decode apart. */
import type { ArrayKindRow } from '../../analysis/sweeps/array-kinds.ts';
import { formatSignificant } from '../../units/format.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { toCsv } from '../csv.ts';
import { axisUnit, barScale } from './bar-scale.ts';
import { drawAxis, drawEndLabel, drawText, endLabelWidth, newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawBar } from './marks.ts';
import { type Columns, fitText, SHEET_WIDTHS, STACK_FILLS, TEXT_SIZE, textWidth } from './theme.ts';

const NAME = 'array-kinds';
const TITLE = 'Kinds of arrays';
const TOP = 4;
const HEAD = 14;
const BAR = 9;
const GAP = 3;
const FOOT = 26;
const PANEL_GAP = 18;
const LONGEST_NAME = 80;

const MEASURES = [
  { key: 'energy_per_token_J', title: 'Energy per token', unit: 'J', fill: STACK_FILLS[1]! },
  { key: 'time_per_token_s', title: 'Time per token', unit: 's', fill: STACK_FILLS[2]! },
] as const;

export function arrayKinds(rows: readonly ArrayKindRow[], columns: Columns = 2): Figure {
  const width = SHEET_WIDTHS[columns];
  const phases = PHASES.filter((phase) => rows.some((row) => row.phase === phase));
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const names = machines.map((machine) => fitText(machine, TEXT_SIZE, LONGEST_NAME));
  const left = Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 8;
  const beside = columns === 1 ? 1 : MEASURES.length;
  const panelWidth = (width - 6 - left - (beside - 1) * PANEL_GAP) / beside;
  const height = HEAD + machines.length * (BAR + GAP) + FOOT;
  const cells = phases.flatMap((phase) => MEASURES.map((measure) => ({ phase, measure })));
  const sheet = newSheet(NAME, width, TOP + Math.ceil(cells.length / beside) * height, TITLE, describe(rows));
  for (const [i, { phase, measure }] of cells.entries()) {
    const column = i % beside;
    const top = TOP + Math.floor(i / beside) * height + HEAD;
    const x = left + column * (panelWidth + PANEL_GAP);
    const group = sheet.append('g').attr('id', `${NAME}-${phase}-${measure.unit}`) as unknown as Sheet;
    drawText(group, x, top - HEAD / 2 - 1, `${PHASE_LABELS[phase]}, ${measure.title.toLowerCase()}`, {
      size: TEXT_SIZE,
      weight: 'bold',
    });
    if (column === 0) {
      for (const [row, name] of names.entries()) {
        const middle = top + 2 + row * (BAR + GAP) + BAR / 2;
        drawText(group, left - 4, middle, name, { size: TEXT_SIZE, anchor: 'end' });
      }
    }
    const values = machines.map(
      (machine) => rows.find((row) => row.machine === machine && row.phase === phase)?.[measure.key] ?? 0,
    );
    drawPanel(group, values, measure, [x, x + panelWidth], [top, top + machines.length * (BAR + GAP) + 2]);
  }
  const estimated = rows.some(({ fidelity }) => fidelity === 'analytic');
  return {
    name: NAME,
    title: TITLE,
    caption:
      'Energy and time per token of machines that share buffers, DRAM, vector and float unit and do as many dense additions or multiply-adds a cycle. Every scale is linear ' +
      `and begins at zero.${estimated ? ' Estimated in closed form (--fidelity analytic) from the values of the trace.' : ''}`,
    svg: toSvg(sheet),
    csv: toCsv(['machine', 'phase', 'energy_per_token_J', 'time_per_token_s', 'fidelity'], rows),
  };
}

function drawPanel(
  group: Sheet,
  values: readonly number[],
  { title, unit: base, fill }: (typeof MEASURES)[number],
  [left, right]: readonly [number, number],
  frame: readonly [top: number, bottom: number],
): void {
  const { unit, factor } = axisUnit(Math.max(...values), base);
  const bars = values.map((value) => {
    const label = formatSignificant(value * factor);
    return { value: value * factor, label, labelWidth: endLabelWidth(label) };
  });
  const scale = barScale(bars, left, right);
  drawAxis(group, scale, frame, `${title} (${unit})`, 5);
  for (const [i, { value, label }] of bars.entries()) {
    const y = frame[0] + 2 + i * (BAR + GAP);
    drawBar(group, 'bar', fill, left, y, scale(value) - left, BAR);
    drawEndLabel(group, scale(value), y + BAR / 2, label);
  }
}

function describe(rows: readonly ArrayKindRow[]): string {
  return rows
    .map((row) => `${row.machine}, ${row.phase}: ${row.energy_per_token_J.toPrecision(3)} J.`)
    .join(' ');
}
