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
import {
  drawAxis,
  drawEndLabel,
  drawLegend,
  drawRect,
  drawText,
  endLabelWidth,
  newSheet,
  type Sheet,
  toSvg,
} from './drawing.ts';
import type { Figure } from './figure.ts';
import { fitText, ROLE_COLOURS, SMALL_SIZE, TEXT_SIZE, textWidth, SHEET_WIDTHS } from './theme.ts';

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
const WIDTH = SHEET_WIDTHS.twoColumns;
const TOP = 34;
const BAR = 6.5;
const ROW_GAP = 4.5;
const AXIS = 26;
const PANEL_GAP = 16;
const LONGEST_NAME = 80;
const LONGEST_LEGEND = 180;

export function timeByOperation(run: Run): Figure {
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
    svg: draw(groups),
    csv: toCsv(['phase', 'operation', 'role', 'machine', 'time_per_token_s'], rows),
  };
}

function draw(groups: readonly TimeGroup[]): string {
  const machines = groups[0]!.machines;
  const operations = [...new Set(groups.flatMap(({ rows }) => rows.map((row) => row.operation)))];
  const names = operations.map((name) => fitText(name, TEXT_SIZE, LONGEST_NAME));
  const left = Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 8;
  const rowHeight = machines.length * BAR + ROW_GAP;
  const bottom = TOP + operations.length * rowHeight;
  const sheet = newSheet(NAME, WIDTH, bottom + AXIS, TITLE, describe(groups));
  drawLegend(
    sheet,
    left,
    8,
    machines.map(({ role, name }) => ({
      label: fitText(name, SMALL_SIZE, LONGEST_LEGEND),
      colour: ROLE_COLOURS[role],
    })),
  );
  for (const [i, name] of names.entries()) {
    drawText(sheet, left - 4, TOP + i * rowHeight + (rowHeight - ROW_GAP) / 2, name, {
      size: TEXT_SIZE,
      anchor: 'end',
    });
  }
  const width = (WIDTH - 6 - left - (groups.length - 1) * PANEL_GAP) / groups.length;
  for (const [i, group] of groups.entries()) {
    const x = left + i * (width + PANEL_GAP);
    const panel = sheet.append('g').attr('id', `${NAME}-${group.phase}`) as unknown as Sheet;
    drawText(panel, x, TOP - 10, PHASE_LABELS[group.phase], { size: TEXT_SIZE, weight: 'bold' });
    drawPanel(panel, group, operations, rowHeight, [x, x + width], bottom);
  }
  return toSvg(sheet);
}

function drawPanel(
  panel: Sheet,
  { machines, rows }: TimeGroup,
  operations: readonly string[],
  rowHeight: number,
  [left, right]: readonly [number, number],
  bottom: number,
): void {
  const { unit, factor } = axisUnit(Math.max(...rows.flatMap((row) => row.times)), 's');
  const bars = rows.flatMap(({ operation, times }) =>
    times.map((time, machine) => {
      const value = time * factor;
      const label = value === 0 ? '0' : formatSignificant(value);
      const y = TOP + operations.indexOf(operation) * rowHeight + machine * BAR;
      return { value, label, labelWidth: endLabelWidth(label), y, role: machines[machine]!.role };
    }),
  );
  const scale = barScale(bars, left, right);
  drawAxis(panel, scale, [TOP - 3, bottom], `Time per token (${unit})`, 5);
  for (const { value, label, y, role } of bars) {
    drawRect(panel, `bar ${role}`, ROLE_COLOURS[role], left, y, scale(value) - left, BAR);
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
