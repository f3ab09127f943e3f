/** Energy per token against the size of the model, prefill and decode apart. Both axes are logarithmic: both span decades. */
import type { ModelSizeRow } from '../../analysis/sweeps/model-size.ts';
import { PHASE_LABELS, PHASES } from '../components.ts';
import { toCsv } from '../csv.ts';
import { drawPanelTitle, logAxis } from './axes.ts';
import { axisUnit } from './bar-scale.ts';
import { newSheet, type Sheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { asideFor, layOut } from './layout.ts';
import { drawSeries, type Series } from './lines.ts';
import { type Columns, seriesStyle } from './theme.ts';

const NAME = 'energy-by-model-size';
const TITLE = 'Energy per token against model size';
const BILLION = 1e9;

export function energyByModelSize(rows: readonly ModelSizeRow[], columns: Columns = 2): Figure {
  const phases = PHASES.filter((phase) => rows.some((row) => row.phase === phase));
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  const { width, height, panels } = layOut({
    columns,
    count: phases.length,
    perRow: 2,
    panelHeight: 120,
    top: 4,
    aside: asideFor(machines),
  });
  const sheet = newSheet(NAME, width, height, TITLE, describe(rows));
  for (const [i, phase] of phases.entries()) {
    const panel = panels[i]!;
    const own = rows.filter((row) => row.phase === phase);
    const energies = own.map((row) => row.energy_per_token_J);
    const { unit, factor } = axisUnit(Math.max(...energies), 'J');
    const x = logAxis(
      own.map(({ params }) => params / BILLION),
      [panel.left, panel.right],
      'Parameters (billions)',
    );
    const y = logAxis(
      energies.map((energy) => energy * factor),
      [panel.bottom, panel.top],
      `Energy per token (${unit})`,
    );
    const series = machines.map((machine, index): Series => ({
      label: machine,
      style: seriesStyle(index),
      points: own
        .filter((row) => row.machine === machine)
        .toSorted((a, b) => a.params - b.params)
        .map((row) => [row.params / BILLION, row.energy_per_token_J * factor]),
    }));
    const group = sheet.append('g').attr('id', `${NAME}-${phase}`) as unknown as Sheet;
    drawPanelTitle(group, panel, PHASE_LABELS[phase]);
    drawSeries(group, panel, x, y, series);
  }
  return {
    name: NAME,
    title: TITLE,
    caption:
      `Energy per token of one sequence: a prompt of ${rows[0]!.context} tokens, and the first token after it; all at equal peak. All ` +
      'machines have the same DRAM, with the ranks that the widest weights need (in the data), a power of two and beyond what LPDDR4 has in ' +
      'large models, and pay its standby. Estimated in closed form (--fidelity analytic), layers beyond the second from the first two.',
    svg: toSvg(sheet),
    csv: toCsv(['model', 'params', 'machine', 'phase', 'context', 'ranks', 'energy_per_token_J'], rows),
  };
}

function describe(rows: readonly ModelSizeRow[]): string {
  return rows
    .map(({ machine, phase, params, energy_per_token_J: energy }) => {
      return `${machine}, ${phase}, ${(params / BILLION).toFixed(1)} billion: ${energy.toPrecision(3)} J.`;
    })
    .join(' ');
}
