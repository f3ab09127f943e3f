/**
 * Energy per token by component, all machines of the runs side by side, prefill and decode apart.
 *
 * Left: stacked bars on a linear scale, because only there do the lengths of a stack's parts add up to its total; each
 * phase has its own scale. Right, where there is room: the same bars stretched to 100 %, because the better machine's bar is
 * short.
 *
 * Values: joules per token row of the phase (`tokens` in `run.json`).
 */
import { scaleLinear } from 'd3';
import type { ComponentName, Run } from '../../analysis/run.ts';
import { formatEnergy, formatRatio } from '../../units/format.ts';
import {
  COMPONENT_LABELS,
  COMPONENT_ORDER,
  componentEnergy,
  PHASE_LABELS,
  PHASES,
  type PhaseName,
} from '../components.ts';
import { toCsv } from '../csv.ts';
import { fitLabel, labelledMachines, runNumbersNote } from '../labels.ts';
import { axisUnit, barScale } from './bar-scale.ts';
import {
  drawAxis,
  drawEndLabel,
  drawRect,
  drawText,
  endLabelWidth,
  newSheet,
  type Sheet,
  toSvg,
} from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, legendHeight, type LegendEntry } from './legend.ts';
import { drawBar } from './marks.ts';
import {
  type Columns,
  COMPONENT_COLOURS,
  COMPONENT_HATCHES,
  type Fill,
  inkOn,
  SMALL_SIZE,
  TEXT_SIZE,
  textWidth,
  SHEET_WIDTHS,
} from './theme.ts';

export interface EnergyBar {
  readonly role: 'machine' | 'baseline';
  /** As `labelledMachines` calls it. */
  readonly machine: string;
  /** J per token. */
  readonly total: number;
  /** In the order of the stack. */
  readonly parts: readonly { readonly component: ComponentName; readonly energy: number }[];
  /** Baseline's energy ÷ this machine's; absent on the baseline and where there is none. */
  readonly ratio?: number;
}

export interface EnergyGroup {
  readonly phase: PhaseName;
  readonly bars: readonly EnergyBar[];
}

/** What the figure shows: a group per phase in the runs, a bar per machine. */
export function selectEnergyByComponent(runs: readonly Run[]): readonly EnergyGroup[] {
  return PHASES.map((phase) => ({ phase, bars: barsOf(runs, phase) })).filter(({ bars }) => bars.length > 0);
}

function barsOf(runs: readonly Run[], name: PhaseName): EnergyBar[] {
  return labelledMachines(runs).flatMap(({ role, label: machine, of, run: { phases } }): EnergyBar[] => {
    const phase = phases[name];
    if (phase === undefined) return [];
    const ratio = role === 'machine' ? of.comparison?.[name]?.energy_ratio : undefined;
    return [
      {
        role,
        machine,
        total: phase.energy_J / phase.tokens,
        parts: COMPONENT_ORDER.map((component) => ({
          component,
          energy: componentEnergy(phase, component) / phase.tokens,
        })),
        ...(ratio !== undefined && { ratio }),
      },
    ];
  });
}

const NAME = 'energy-by-component';
const TITLE = 'Energy per token by component';
const TOP = 8;
const GROUP_TITLE = 14;
const BAR = 15;
const GAP = 4;
const AXIS = 26;
const LONGEST_NAME = 90;

/** @param columns one column has no room for the shares */
export function energyByComponent(runs: readonly Run[], columns: Columns = 2): Figure {
  const groups = selectEnergyByComponent(runs);
  const matches = [...new Set(runs.flatMap(({ comparison }) => comparison?.match ?? []))];
  const rows = groups.flatMap(({ phase, bars }) =>
    bars.flatMap((bar) =>
      bar.parts.map(({ component, energy }) => ({ phase, ...bar, component, energy_per_token_J: energy })),
    ),
  );
  return {
    name: NAME,
    title: TITLE,
    caption:
      'Energy per token, prefill and decode each on their own linear scale, so that the parts of a bar add up to its ' +
      `printed total${columns === 2 ? '; at the right the same bars as shares' : ''}.` +
      (matches.length === 0 ? '' : ` Machines matched by ${matches.join(', ')}.`) +
      runNumbersNote(runs),
    svg: draw(groups, columns),
    csv: toCsv(['phase', 'role', 'machine', 'component', 'energy_per_token_J'], rows),
  };
}

function draw(groups: readonly EnergyGroup[], columns: Columns): string {
  const width = SHEET_WIDTHS[columns];
  const names = groups.flatMap(({ bars }) => bars.map((bar) => bar.machine));
  const nameWidth = Math.min(LONGEST_NAME, Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))));
  const left = nameWidth + 8;
  const share = columns === 2 ? ([360, width - 12] as const) : undefined;
  const right = share === undefined ? width - 4 : share[0] - 24;
  const entries = legend(groups);
  const legendWidth = width - 8;
  const first = TOP + legendHeight(entries, legendWidth);
  const heights = groups.map(({ bars }) => GROUP_TITLE + bars.length * (BAR + GAP) + AXIS);
  const height = first + heights.reduce((sum, value) => sum + value, 0);
  const sheet = newSheet(NAME, width, height, TITLE, describe(groups));
  drawLegend(sheet, 4, 3, legendWidth, entries);
  let top = first;
  for (const [i, group] of groups.entries()) {
    const panel = sheet.append('g').attr('id', `${NAME}-${group.phase}`) as unknown as Sheet;
    drawText(panel, left, top + GROUP_TITLE / 2 - 1, PHASE_LABELS[group.phase], {
      size: TEXT_SIZE,
      weight: 'bold',
    });
    const frame = [top + GROUP_TITLE - 2, top + heights[i]! - AXIS] as const;
    drawGroup(panel, group, frame, [left, right], share);
    top += heights[i]!;
  }
  return toSvg(sheet);
}

function drawGroup(
  panel: Sheet,
  { bars }: EnergyGroup,
  frame: readonly [top: number, bottom: number],
  [left, right]: readonly [number, number],
  shareRange: readonly [number, number] | undefined,
): void {
  const { unit, factor } = axisUnit(Math.max(...bars.map((bar) => bar.total)), 'J');
  const labelled = bars.map((bar) => ({
    value: bar.total * factor,
    labelWidth: endLabelWidth(label(bar)),
  }));
  const scale = barScale(labelled, left, right);
  drawAxis(panel, scale, frame, `Energy per token (${unit})`, 5);
  if (shareRange !== undefined) drawShares(panel, bars, frame, shareRange);
  for (const [i, bar] of bars.entries()) {
    const y = topOf(frame, i);
    const middle = y + BAR / 2;
    drawText(panel, left - 4, middle, fitLabel(bar.machine, TEXT_SIZE, LONGEST_NAME), {
      size: TEXT_SIZE,
      anchor: 'end',
    });
    for (const { component, from, to } of stackOf(bar)) {
      const [start, end] = [scale(from * factor), scale(to * factor)];
      drawBar(panel, `bar ${component}`, fillOf(component), start, y, end - start, BAR);
    }
    drawEndLabel(panel, scale(bar.total * factor), middle, label(bar));
  }
}

/** The bars stretched to 100 %, with the percentage in each part that has room for it. */
function drawShares(
  panel: Sheet,
  bars: readonly EnergyBar[],
  frame: readonly [top: number, bottom: number],
  range: readonly [number, number],
): void {
  const shares = scaleLinear([0, 100], range);
  drawAxis(panel, shares, frame, 'Share (%)', 5);
  for (const [i, bar] of bars.entries()) {
    const y = topOf(frame, i);
    for (const { component, from, to } of stackOf(bar)) {
      const [x0, x1] = [shares((from / bar.total) * 100), shares((to / bar.total) * 100)];
      const fill = fillOf(component);
      drawBar(panel, `share ${component}`, fill, x0, y, x1 - x0, BAR);
      const text = (((to - from) / bar.total) * 100).toFixed(1);
      const width = textWidth(text, SMALL_SIZE) + 2;
      if (width + 2 > x1 - x0) continue;
      const [x, middle] = [(x0 + x1) / 2, y + BAR / 2];
      if (fill.hatch !== 'none') {
        drawRect(panel, 'behind', fill.colour, x - width / 2, middle - SMALL_SIZE / 2, width, SMALL_SIZE);
      }
      drawText(panel, x, middle, text, { anchor: 'middle', fill: inkOn(fill.colour), role: 'on-fill' });
    }
  }
}

/** Where the parts of a bar begin and end, J; those without energy left out. */
function stackOf({ parts }: EnergyBar) {
  let sum = 0;
  return parts
    .map(({ component, energy }) => ({ component, from: sum, to: (sum += energy) }))
    .filter(({ from, to }) => to > from);
}

function fillOf(component: ComponentName): Fill {
  return { colour: COMPONENT_COLOURS[component], hatch: COMPONENT_HATCHES[component] };
}

function topOf([top]: readonly [top: number, bottom: number], bar: number): number {
  return top + 2 + bar * (BAR + GAP);
}

/** `41.2 µJ, 7.70× less` */
function label({ total, ratio }: EnergyBar): string {
  if (ratio === undefined) return formatEnergy(total);
  const comparison = ratio >= 1 ? `${formatRatio(ratio)} less` : `${formatRatio(1 / ratio)} more`;
  return `${formatEnergy(total)}, ${comparison}`;
}

function legend(groups: readonly EnergyGroup[]): LegendEntry[] {
  const parts = groups.flatMap(({ bars }) => bars.flatMap((bar) => bar.parts));
  return COMPONENT_ORDER.filter((name) =>
    parts.some((part) => part.component === name && part.energy > 0),
  ).map((name) => ({ label: COMPONENT_LABELS[name], fill: fillOf(name) }));
}

function describe(groups: readonly EnergyGroup[]): string {
  return groups
    .map(({ phase, bars }) => {
      const totals = bars.map((bar) => `${bar.machine} ${label(bar)}`);
      return `${PHASE_LABELS[phase]}: ${totals.join('; ')}.`;
    })
    .join(' ');
}
