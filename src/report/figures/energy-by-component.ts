/**
 * Energy per token by component, both machines, prefill and decode apart.
 *
 * Left: stacked bars on a linear scale, because only there do the lengths of a stack's parts add up to its total; each
 * phase has its own scale. Right: the same bars stretched to 100 %, because the better machine's bar is short.
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
  machinesOf,
  PHASE_LABELS,
  PHASES,
  type PhaseName,
} from '../components.ts';
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
import {
  COMPONENT_COLOURS,
  fitText,
  inkOn,
  SMALL_SIZE,
  TEXT_SIZE,
  textWidth,
  SHEET_WIDTHS,
} from './theme.ts';

export interface EnergyBar {
  readonly role: 'machine' | 'baseline';
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

/** What the figure shows: a group per phase in the run, a bar per machine. */
export function selectEnergyByComponent(run: Run): readonly EnergyGroup[] {
  return PHASES.filter((phase) => run.phases[phase] !== undefined).map((name) => ({
    phase: name,
    bars: machinesOf(run).flatMap(({ role, run: { machine, phases } }): EnergyBar[] => {
      const phase = phases[name];
      if (phase === undefined) return [];
      const ratio = role === 'machine' ? run.comparison?.[name]?.energy_ratio : undefined;
      return [
        {
          role,
          machine: machine.name,
          total: phase.energy_J / phase.tokens,
          parts: COMPONENT_ORDER.map((component) => ({
            component,
            energy: componentEnergy(phase, component) / phase.tokens,
          })),
          ...(ratio !== undefined && { ratio }),
        },
      ];
    }),
  }));
}

const NAME = 'energy-by-component';
const TITLE = 'Energy per token by component';
const WIDTH = SHEET_WIDTHS.twoColumns;
const TOP = 18;
const GROUP_TITLE = 14;
const BAR = 15;
const GAP = 4;
const AXIS = 26;
const LONGEST_NAME = 90;

export function energyByComponent(run: Run): Figure {
  const groups = selectEnergyByComponent(run);
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
      'printed total; at the right the same bars as shares.' +
      (run.comparison === undefined ? '' : ` Machines matched by ${run.comparison.match}.`),
    svg: draw(groups),
    csv: toCsv(['phase', 'role', 'machine', 'component', 'energy_per_token_J'], rows),
  };
}

function draw(groups: readonly EnergyGroup[]): string {
  const names = groups.flatMap(({ bars }) => bars.map((bar) => bar.machine));
  const nameWidth = Math.min(LONGEST_NAME, Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))));
  const left = nameWidth + 8;
  const shareLeft = 370;
  const shareRight = WIDTH - 12;
  const heights = groups.map(({ bars }) => GROUP_TITLE + bars.length * (BAR + GAP) + AXIS);
  const height = TOP + heights.reduce((sum, value) => sum + value, 0);
  const sheet = newSheet(NAME, WIDTH, height, TITLE, describe(groups));
  drawLegend(sheet, left, 8, legend(groups));
  let top = TOP;
  for (const [i, group] of groups.entries()) {
    const panel = sheet.append('g').attr('id', `${NAME}-${group.phase}`) as unknown as Sheet;
    drawText(panel, left, top + GROUP_TITLE / 2 - 1, PHASE_LABELS[group.phase], {
      size: TEXT_SIZE,
      weight: 'bold',
    });
    const frame = [top + GROUP_TITLE - 2, top + heights[i]! - AXIS] as const;
    drawGroup(panel, group, frame, [left, shareLeft - 24], [shareLeft, shareRight]);
    top += heights[i]!;
  }
  return toSvg(sheet);
}

function drawGroup(
  panel: Sheet,
  { bars }: EnergyGroup,
  frame: readonly [top: number, bottom: number],
  [left, right]: readonly [number, number],
  shareRange: readonly [number, number],
): void {
  const { unit, factor } = axisUnit(Math.max(...bars.map((bar) => bar.total)), 'J');
  const labelled = bars.map((bar) => ({
    value: bar.total * factor,
    labelWidth: endLabelWidth(label(bar)),
  }));
  const scale = barScale(labelled, left, right);
  const shares = scaleLinear([0, 100], shareRange);
  drawAxis(panel, scale, frame, `Energy per token (${unit})`, 5);
  drawAxis(panel, shares, frame, 'Share (%)', 5);
  for (const [i, bar] of bars.entries()) {
    const y = frame[0] + 2 + i * (BAR + GAP);
    const middle = y + BAR / 2;
    drawText(panel, left - 4, middle, fitText(bar.machine, TEXT_SIZE, LONGEST_NAME), {
      size: TEXT_SIZE,
      anchor: 'end',
    });
    let sum = 0;
    for (const { component, energy } of bar.parts) {
      const fill = COMPONENT_COLOURS[component];
      const [from, to] = [sum, sum + energy];
      sum = to;
      if (energy === 0) continue;
      const [start, end] = [scale(from * factor), scale(to * factor)];
      drawRect(panel, `bar ${component}`, fill, start, y, end - start, BAR);
      const [x0, x1] = [shares((from / bar.total) * 100), shares((to / bar.total) * 100)];
      drawRect(panel, `share ${component}`, fill, x0, y, x1 - x0, BAR);
      const text = ((energy / bar.total) * 100).toFixed(1);
      if (textWidth(text, SMALL_SIZE) + 4 <= x1 - x0) {
        drawText(panel, (x0 + x1) / 2, middle, text, {
          anchor: 'middle',
          fill: inkOn(fill),
          role: 'on-fill',
        });
      }
    }
    drawEndLabel(panel, scale(bar.total * factor), middle, label(bar));
  }
}

/** `41.2 µJ, 7.70× less` */
function label({ total, ratio }: EnergyBar): string {
  if (ratio === undefined) return formatEnergy(total);
  const comparison = ratio >= 1 ? `${formatRatio(ratio)} less` : `${formatRatio(1 / ratio)} more`;
  return `${formatEnergy(total)}, ${comparison}`;
}

function legend(groups: readonly EnergyGroup[]) {
  const parts = groups.flatMap(({ bars }) => bars.flatMap((bar) => bar.parts));
  return COMPONENT_ORDER.filter((name) =>
    parts.some((part) => part.component === name && part.energy > 0),
  ).map((name) => ({ label: COMPONENT_LABELS[name], colour: COMPONENT_COLOURS[name] }));
}

function describe(groups: readonly EnergyGroup[]): string {
  return groups
    .map(({ phase, bars }) => {
      const totals = bars.map((bar) => `${bar.machine} ${label(bar)}`);
      return `${PHASE_LABELS[phase]}: ${totals.join('; ')}.`;
    })
    .join(' ');
}
