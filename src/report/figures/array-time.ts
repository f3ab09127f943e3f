/** What the array does with a phase's time: work, or wait, and for what. Bars of all machines, prefill and decode apart. */
import type { Run, RunPhase } from '../../analysis/run.ts';
import { TritsimError } from '../../errors/error.ts';
import { formatPercent } from '../../units/format.ts';
import { PHASE_LABELS, PHASES, type PhaseName } from '../components.ts';
import { toCsv } from '../csv.ts';
import { fitLabel, labelledMachines, runNumbersNote } from '../labels.ts';
import { drawAxis, drawEndLabel, drawText, endLabelWidth, newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { drawLegend, type LegendEntry, legendHeight } from './legend.ts';
import { drawBar } from './marks.ts';
import { type Columns, type Fill, SHEET_WIDTHS, STACK_FILLS, TEXT_SIZE, textWidth } from './theme.ts';
import { scaleLinear } from 'd3';

const NAME = 'array-time';
const TITLE = 'What the array does with its time';

const CAUSES = ['works', 'weights', 'kv', 'activations', 'output', 'refresh', 'dependency'] as const;
type Cause = (typeof CAUSES)[number];

const LABELS: Readonly<Record<Cause, string>> = {
  works: 'works',
  weights: 'waits for weights',
  kv: 'KV cache',
  activations: 'activations',
  output: 'output',
  refresh: 'refresh',
  dependency: 'other compute',
};

export interface ArrayTimeBar {
  readonly phase: PhaseName;
  readonly machine: string;
  /** Busy lane-cycles of all. */
  readonly utilisation: number;
  /** Shares of the phase's time; they add up to one. */
  readonly shares: Readonly<Record<Cause, number>>;
}

/** A bar for each machine and phase that was simulated; estimates have no stalls. */
export function selectArrayTime(runs: readonly Run[]): readonly ArrayTimeBar[] {
  return PHASES.flatMap((phase) =>
    labelledMachines(runs).flatMap(({ label: machine, run: { phases } }): ArrayTimeBar[] => {
      const own = phases[phase];
      if (own?.array_stalls_s === undefined) return [];
      const shares = sharesOf(own, own.array_stalls_s);
      return [{ phase, machine, utilisation: own.array_utilisation, shares }];
    }),
  );
}

function sharesOf(
  { time_s: time }: RunPhase,
  stalls: NonNullable<RunPhase['array_stalls_s']>,
): ArrayTimeBar['shares'] {
  const waits = Object.values(stalls).reduce((sum: number, seconds: number) => sum + seconds, 0);
  const share = (seconds: number): number => seconds / time;
  return {
    // Rounding of times may leave a little less than nothing.
    works: Math.max(0, share(time - waits)),
    weights: share(stalls.weights),
    kv: share(stalls.kv),
    activations: share(stalls.activations),
    output: share(stalls.output),
    refresh: share(stalls.refresh),
    dependency: share(stalls.dependency),
  };
}

const TOP = 8;
const HEAD = 14;
const BAR = 13;
const GAP = 4;
const FOOT = 26;
const LONGEST_NAME = 90;

/** @throws FIGURE_NO_DATA where all runs are estimates */
export function arrayTime(runs: readonly Run[], columns: Columns = 2): Figure {
  const bars = selectArrayTime(runs);
  if (bars.length === 0) {
    throw new TritsimError('FIGURE_NO_DATA', 'none of the runs says what the array waited for', {
      place: NAME,
      hint: 'An estimate does not know; simulate with --fidelity cycle.',
    });
  }
  const width = SHEET_WIDTHS[columns];
  const shown = CAUSES.filter((cause) => bars.some(({ shares }) => shares[cause] > 0));
  const entries = shown.map((cause): LegendEntry => ({ label: LABELS[cause], fill: fillOf(cause) }));
  const first = TOP + legendHeight(entries, width - 8);
  const phases = PHASES.filter((phase) => bars.some((bar) => bar.phase === phase));
  const heights = phases.map(
    (phase) => HEAD + bars.filter((bar) => bar.phase === phase).length * (BAR + GAP) + FOOT,
  );
  const height = first + heights.reduce((sum, value) => sum + value, 0);
  const sheet = newSheet(NAME, width, height, TITLE, describe(bars));
  drawLegend(sheet, 4, 3, width - 8, entries);
  const names = bars.map(({ machine }) => fitLabel(machine, TEXT_SIZE, LONGEST_NAME));
  const left = Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 8;
  const room = Math.max(...bars.map((bar) => endLabelWidth(label(bar))));
  let top = first;
  for (const [i, phase] of phases.entries()) {
    const group = sheet.append('g').attr('id', `${NAME}-${phase}`) as unknown as Sheet;
    drawText(group, left, top + HEAD / 2 - 1, PHASE_LABELS[phase], { size: TEXT_SIZE, weight: 'bold' });
    const own = bars.filter((bar) => bar.phase === phase);
    drawPhase(group, own, [top + HEAD - 2, top + heights[i]! - FOOT], [left, width - 4 - room]);
    top += heights[i]!;
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      "Shares of the phase's time in which the array has a command, or waits for one and why; each instant has one cause (docs/outputs.md). " +
      'At the end of each bar its utilisation, busy lane-cycles of all: less than the time it works where lanes are empty.' +
      runNumbersNote(runs),
    svg: toSvg(sheet),
    csv: toCsv(
      ['phase', 'machine', 'utilisation', ...CAUSES],
      bars.map(({ shares, ...bar }) => ({ ...bar, ...shares })),
    ),
  };
}

function drawPhase(
  group: Sheet,
  bars: readonly ArrayTimeBar[],
  frame: readonly [top: number, bottom: number],
  [left, right]: readonly [number, number],
): void {
  const scale = scaleLinear([0, 100], [left, right]);
  drawAxis(group, scale, frame, "Share of the phase's time (%)", 5);
  for (const [i, bar] of bars.entries()) {
    const { machine, shares } = bar;
    const y = frame[0] + 2 + i * (BAR + GAP);
    const name = fitLabel(machine, TEXT_SIZE, LONGEST_NAME);
    drawText(group, left - 4, y + BAR / 2, name, { size: TEXT_SIZE, anchor: 'end' });
    let sum = 0;
    for (const cause of CAUSES) {
      const from = scale(sum * 100);
      sum += shares[cause];
      drawBar(group, `bar ${cause}`, fillOf(cause), from, y, scale(sum * 100) - from, BAR);
    }
    drawEndLabel(group, scale(100), y + BAR / 2, label(bar));
  }
}

/** `53.1 % utilised` */
function label({ utilisation }: ArrayTimeBar): string {
  return `${formatPercent(utilisation)} utilised`;
}

function fillOf(cause: Cause): Fill {
  return STACK_FILLS[CAUSES.indexOf(cause)]!;
}

function describe(bars: readonly ArrayTimeBar[]): string {
  return bars
    .map(({ phase, machine, shares, utilisation }) => {
      return `${machine}, ${phase}: works ${formatPercent(shares.works)} of the time, utilisation ${formatPercent(utilisation)}.`;
    })
    .join(' ');
}
