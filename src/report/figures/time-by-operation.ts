/**
 * Time per token by operation, both machines side by side, prefill and decode apart.
 *
 * Rows are the projections by name and everything else by kind, summed over the layers, in the order in which a token
 * meets them. Scales are linear, one per phase, and each bar's value is printed, so that the short ones can be read.
 *
 * Values: seconds attributed to the operation per token row of the phase; the rows of a machine add up to its time.
 */
import type { Run, RunOperation } from '../../analysis/run.ts';
import { formatSignificant } from '../../units/format.ts';
import { machinesOf, PHASE_LABELS, PHASES, type PhaseName } from '../components.ts';
import { toCsv } from '../csv.ts';
import { axisUnit, barScale } from './bar-scale.ts';
import { drawAxis, drawEndLabel, drawText, endLabelWidth, newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, legendHeight, type LegendEntry } from './legend.ts';
import { drawBar } from './marks.ts';
import {
  type Columns,
  fitText,
  ROLE_FILLS,
  SHEET_WIDTHS,
  SMALL_SIZE,
  TEXT_SIZE,
  textWidth,
} from './theme.ts';

export interface TimeRow {
  readonly operation: string;
  /** Seconds per token, in the order of `TimeGroup.machines`. */
  readonly times: readonly number[];
}

export interface TimeGroup {
  readonly phase: PhaseName;
  readonly machines: readonly { readonly role: 'machine' | 'baseline'; readonly name: string }[];
  readonly rows: readonly TimeRow[];
}

/** What the figure shows: a group per phase in the run, a row per projection or kind of operation. */
export function selectTimeByOperation(run: Run): readonly TimeGroup[] {
  return PHASES.filter((name) => run.phases[name] !== undefined).map((name) => {
    const machines = machinesOf(run).filter(({ run: { phases } }) => phases[name] !== undefined);
    const sums = machines.map(({ run: { phases } }) => timesPerToken(phases[name]!));
    const operations = [...new Set(sums.flatMap((times) => [...times.keys()]))];
    return {
      phase: name,
      machines: machines.map(({ role, run: { machine } }) => ({ role, name: machine.name })),
      rows: operations.map((operation) => ({
        operation,
        times: sums.map((times) => times.get(operation) ?? 0),
      })),
    };
  });
}

function timesPerToken(phase: { tokens: number; operations: readonly RunOperation[] }): Map<string, number> {
  const times = new Map<string, number>();
  for (const operation of phase.operations) {
    const row = rowOf(operation);
    times.set(row, (times.get(row) ?? 0) + operation.time_s / phase.tokens);
  }
  return times;
}

/** `layers.3.q_proj` is one of the rows `q_proj`; a norm is one of the rows `norm`. */
function rowOf({ name, kind }: RunOperation): string {
  return kind === 'bitlinear' ? name.slice(name.lastIndexOf('.') + 1) : kind;
}

const NAME = 'time-by-operation';
const TITLE = 'Time per token by operation';
const TOP = 8;
/** Height of a panel's title. */
const HEAD = 16;
const BAR = 6.5;
const ROW_GAP = 4.5;
const AXIS = 26;
const PANEL_GAP = 16;
const LONGEST_NAME = 80;
const LONGEST_LEGEND = 110;

/** @param columns in one column the phases are below each other */
export function timeByOperation(run: Run, columns: Columns = 2): Figure {
  const groups = selectTimeByOperation(run);
  const rows = groups.flatMap(({ phase, machines, rows: operations }) =>
    operations.flatMap(({ operation, times }) =>
      machines.map(({ role, name }, i) => ({
        phase,
        operation,
        role,
        machine: name,
        time_per_token_s: times[i]!,
      })),
    ),
  );
  return {
    name: NAME,
    title: TITLE,
    caption:
      'Time per token by projection and by kind of operation, summed over layers. Each phase has its own linear scale; ' +
      'time that several components share is attributed once, so that the rows add up to the time per token.',
    svg: draw(groups, columns),
    csv: toCsv(['phase', 'operation', 'role', 'machine', 'time_per_token_s'], rows),
  };
}

function draw(groups: readonly TimeGroup[], columns: Columns): string {
  const sheetWidth = SHEET_WIDTHS[columns];
  const operations = [...new Set(groups.flatMap(({ rows }) => rows.map((row) => row.operation)))];
  const names = operations.map((name) => fitText(name, TEXT_SIZE, LONGEST_NAME));
  const left = Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 8;
  const rowHeight = groups[0]!.machines.length * BAR + ROW_GAP;
  const entries = legend(groups[0]!);
  const first = TOP + legendHeight(entries, sheetWidth - 8);
  const height = HEAD + operations.length * rowHeight + AXIS;
  const stacked = columns === 1;
  const total = first + (stacked ? groups.length : 1) * height;
  const sheet = newSheet(NAME, sheetWidth, total, TITLE, describe(groups));
  drawLegend(sheet, 4, 3, sheetWidth - 8, entries);
  const beside = stacked ? 1 : groups.length;
  const width = (sheetWidth - 6 - left - (beside - 1) * PANEL_GAP) / beside;
  for (const [i, group] of groups.entries()) {
    const x = left + (stacked ? 0 : i * (width + PANEL_GAP));
    const top = first + HEAD + (stacked ? i * height : 0);
    if (stacked || i === 0) {
      for (const [row, name] of names.entries()) {
        const middle = top + row * rowHeight + (rowHeight - ROW_GAP) / 2;
        drawText(sheet, left - 4, middle, name, { size: TEXT_SIZE, anchor: 'end' });
      }
    }
    const panel = sheet.append('g').attr('id', `${NAME}-${group.phase}`) as unknown as Sheet;
    drawText(panel, x, top - 10, PHASE_LABELS[group.phase], { size: TEXT_SIZE, weight: 'bold' });
    drawPanel(panel, group, operations, rowHeight, [x, x + width], top);
  }
  return toSvg(sheet);
}

function legend({ machines }: TimeGroup): LegendEntry[] {
  return machines.map(({ role, name }) => ({
    label: fitText(name, SMALL_SIZE, LONGEST_LEGEND),
    fill: ROLE_FILLS[role],
  }));
}

function drawPanel(
  panel: Sheet,
  { machines, rows }: TimeGroup,
  operations: readonly string[],
  rowHeight: number,
  [left, right]: readonly [number, number],
  top: number,
): void {
  const { unit, factor } = axisUnit(Math.max(...rows.flatMap((row) => row.times)), 's');
  const bars = rows.flatMap(({ operation, times }) =>
    times.map((time, machine) => {
      const value = time * factor;
      const label = value === 0 ? '0' : formatSignificant(value);
      const y = top + operations.indexOf(operation) * rowHeight + machine * BAR;
      return { value, label, labelWidth: endLabelWidth(label), y, role: machines[machine]!.role };
    }),
  );
  const scale = barScale(bars, left, right);
  drawAxis(panel, scale, [top - 3, top + operations.length * rowHeight], `Time per token (${unit})`, 5);
  for (const { value, label, y, role } of bars) {
    drawBar(panel, `bar ${role}`, ROLE_FILLS[role], left, y, scale(value) - left, BAR);
    drawEndLabel(panel, scale(value), y + BAR / 2, label);
  }
}

function describe(groups: readonly TimeGroup[]): string {
  return groups
    .flatMap(({ phase, machines, rows }) =>
      machines.map(({ name }, i) => {
        const longest = rows.reduce((a, b) => (b.times[i]! > a.times[i]! ? b : a));
        return `${PHASE_LABELS[phase]} on ${name}: most time in ${longest.operation}.`;
      }),
    )
    .join(' ');
}
