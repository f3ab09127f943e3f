/** Energy of a decoded token against the length of its context, a line for each precision of the KV cache. */
import type { ContextRow } from '../../analysis/sweeps/context.ts';
import { formatCount } from '../../units/format.ts';
import { toCsv } from '../csv.ts';
import { type Axis, linearAxis, logAxis } from './axes.ts';
import { axisUnit } from './bar-scale.ts';
import { newSheet, toSvg } from './drawing.ts';
import type { Figure } from './figure.ts';
import { asideFor, layOut } from './layout.ts';
import { drawSeries, type Series } from './lines.ts';
import { type Columns, seriesStyle } from './theme.ts';

const NAME = 'energy-by-context';
const TITLE = 'Energy per decoded token against context';

export function energyByContext(rows: readonly ContextRow[], columns: Columns = 2): Figure {
  const { model, machine } = rows[0]!;
  const precisions = [...new Set(rows.map((row) => row.kv_bits))];
  const labels = precisions.map((bits) => `KV ${bits} bit`);
  const { width, height, panels } = layOut({
    columns,
    count: 1,
    perRow: 1,
    panelHeight: 130,
    top: 4,
    head: 4,
    aside: asideFor(labels),
  });
  const panel = panels[0]!;
  const { unit, factor } = axisUnit(Math.max(...rows.map((row) => row.energy_per_token_J)), 'J');
  const contexts = [...new Set(rows.map(({ context }) => context))];
  const x: Axis = {
    ...logAxis(contexts, [panel.left, panel.right], 'Context (tokens in the KV cache)'),
    ticks: contexts
      .filter((_, i) => columns === 2 || (contexts.length - 1 - i) % 2 === 0)
      .map((value) => ({ value, label: formatCount(value) })),
    minors: [],
  };
  const y = linearAxis(
    Math.max(...rows.map((row) => row.energy_per_token_J * factor)),
    [panel.bottom, panel.top],
    `Energy per token (${unit})`,
  );
  const series = precisions.map((bits, i): Series => ({
    label: labels[i]!,
    style: seriesStyle(i),
    points: rows
      .filter((row) => row.kv_bits === bits)
      .toSorted((a, b) => a.context - b.context)
      .map((row) => [row.context, row.energy_per_token_J * factor]),
  }));
  const sheet = newSheet(NAME, width, height, TITLE, describe(rows));
  drawSeries(sheet, panel, x, y, series);
  return {
    name: NAME,
    title: TITLE,
    caption:
      `One decoded token of ${model} on ${machine}, one sequence, against the length of the KV cache before it. The energy axis is linear and begins at zero. ` +
      'Scales and conversion of quantized caches are not modelled, nor what they do to the output. Estimated in closed form (--fidelity analytic).',
    svg: toSvg(sheet),
    csv: toCsv(['model', 'machine', 'context', 'kv_bits', 'energy_per_token_J'], rows),
  };
}

function describe(rows: readonly ContextRow[]): string {
  return rows
    .map((row) => `${row.context} tokens at ${row.kv_bits} bit: ${row.energy_per_token_J.toPrecision(3)} J.`)
    .join(' ');
}
