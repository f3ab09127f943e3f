/** What the terminal shows of a run: prefill and decode apart, the machine beside its baseline, and what was checked. */
import pc from 'picocolors';
import type { Run } from '../analysis/run.ts';
import { formatCount, formatPercent, formatRatio, formatSignificant } from '../units/format.ts';
import { machinesOf, PHASE_LABELS, PHASES, phasesOf } from './components.ts';
import { weakestGrade } from './grades.ts';
import { headline, type HeadlineRow, type HeadlineSection } from './headline.ts';
import { type Cell, renderTable } from './table.ts';

type Colours = ReturnType<typeof pc.createColors>;

/** Letters of a hash that are shown where the whole of it would be noise. */
const SHORT_HASH = 12;

/**
 * The tables of a run as text, ending in a newline; at most 100 columns with machine names up to 20 letters.
 *
 * @param colour whether to write ANSI colours.
 */
export function summarise(run: Run, colour: boolean): string {
  const colours = pc.createColors(colour);
  const sections = headline(run);
  // One table for both phases, so that their columns line up.
  const lines = renderTable(
    sections.flatMap((section, i) => [...(i === 0 ? [] : [[]]), ...sectionRows(section, colours)]),
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
  return [titleOf(run, colours), '', ...lines, '', ...footer(run, colours), ''].join('\n');
}

function titleOf(run: Run, colours: Colours): string {
  const machines = machinesOf(run).map(({ run: { machine } }) => colours.bold(machine.name));
  const matched = run.comparison === undefined ? '' : `, matched by ${run.comparison.match}`;
  const estimated = run.fidelity === 'analytic' ? ', estimated in closed form' : '';
  return `${machines.join(' against ')} on ${run.trace.name}${matched}${estimated}`;
}

function sectionRows(
  { phase, extent, machines, rows }: HeadlineSection,
  colours: Colours,
): (Cell | string)[][] {
  const heading: Cell[] = [
    { text: `${PHASE_LABELS[phase]}, ${extent}`, style: colours.bold },
    ...machines.flatMap((name) => [{ text: name, style: colours.bold }, { text: 'share' }]),
  ];
  if (machines.length > 1) heading.push({ text: 'ratio' });
  return [heading, ...rows.map((row) => cellsOf(row, colours))];
}

const plain = (text: string): string => text;

function cellsOf({ label, part, values, ratio }: HeadlineRow, colours: Colours): Cell[] {
  const style = part ? colours.dim : plain;
  const cells: Cell[] = [
    { text: `${part ? '    ' : '  '}${label}`, style },
    ...values.flatMap(({ value, share = '' }) => [
      { text: value, style },
      { text: share, style },
    ]),
  ];
  if (ratio === undefined) return cells;
  const better = ratio >= 1 ? colours.green : colours.red;
  return [...cells, { text: formatRatio(ratio), style: part ? colours.dim : better }];
}

function footer(run: Run, colours: Colours): string[] {
  const blocks: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ['share', ['of the energy; on the rows of the bottleneck and of what the array waits for, of the time']],
    ['ratio', ratioOf(run)],
    ['area', areasOf(run)],
    ['checks', checksOf(run)],
    ['prices', pricesOf(run)],
    ['hashes', hashesOf(run)],
  ];
  const rows = blocks.flatMap(([label, texts]) =>
    texts.map((text, i) => [{ text: i === 0 ? label : '', style: colours.dim }, text]),
  );
  return renderTable(rows);
}

function ratioOf({ machine, baseline, comparison }: Run): string[] {
  if (baseline === undefined) return [];
  const bands = PHASES.flatMap((name) => {
    const ratios = comparison?.[name];
    if (ratios === undefined) return [];
    const { energy_ratio: ratio, energy_ratio_low: low, energy_ratio_high: high } = ratios;
    const range = `${formatRatio(low)} to ${formatRatio(high)}`;
    return [`energy of ${name} ${formatRatio(ratio)}, ${range} over the prices' ranges`];
  });
  return [`${baseline.machine.name} ÷ ${machine.name}: above 1 where ${machine.name} is better`, ...bands];
}

function areasOf(run: Run): string[] {
  const areas = machinesOf(run).map(({ run: { machine, area } }) => {
    const [mm2, low, high] = [area.mm2, area.low_mm2, area.high_mm2].map((each) => formatSignificant(each));
    return `${machine.name} ${mm2} mm2, ${low} to ${high}`;
  });
  if (run.comparison === undefined) return areas;
  const { kind, inputs, outputs } = run.comparison.baseline_array;
  return [...areas, `the baseline's array is ${kind} ${inputs} × ${outputs}`];
}

function checksOf(run: Run): string[] {
  return machinesOf(run).map(({ run: { machine, checks } }) => {
    const { compared, mismatches, reason } = checks.functional;
    const functional =
      compared === 0
        ? (reason ?? 'the trace has no values to compare')
        : `${formatCount(compared)} int32 outputs compared, ${formatCount(mismatches)} mismatches`;
    return `${machine.name}: ${functional}; conservation ${checks.conservation}`;
  });
}

function pricesOf({ prices, phases, energy, activity }: Run): string[] {
  const weakest = phasesOf(phases).flatMap(({ name }) => {
    const found = weakestGrade(energy.filter((line) => line.phase === name));
    if (found === undefined) return [];
    const { grade, share, action } = found;
    return [`weakest with 5 % of ${name}: ${grade}, ${formatPercent(share)} (mostly ${action})`];
  });
  const toggling = activity === 'real' ? ', toggling of recorded operands' : ', average activity';
  return [`${prices.table}, ${prices.node_nm} nm${toggling}`, ...weakest];
}

function short(name: string, hash: string): string {
  return `${name} ${hash.slice(0, SHORT_HASH)}`;
}

function hashesOf(run: Run): string[] {
  const machines = machinesOf(run).map(
    ({ role, run: { machine, device } }) => `${short(role, machine.hash)}, ${short('its DRAM', device.hash)}`,
  );
  const { trace, prices, program } = run;
  return [
    ...machines,
    `${short('trace', trace.hash)}, ${short('prices', prices.hash)}, ${short('program', program)}`,
  ];
}
