/** What `tritsim map` prints: the default and the best candidates, then the others by what is against them. */
import path from 'node:path';
import { valueOf, type Cost, type Unfit } from '../explore/mapper/candidate.ts';
import { dataflowOf } from '../explore/mapper/dataflow.ts';
import { stepRowsOf, type MapJob } from '../explore/mapper/job.ts';
import type { MapResult, Ranked } from '../explore/mapper/search.ts';
import { renderTable } from '../report/table.ts';
import {
  formatBytes,
  formatCount,
  formatEnergy,
  formatPercent,
  formatSignificant,
  formatTime,
} from '../units/format.ts';

const SECONDS_PER_PS = 1e-12;

/** The result as `--json` gives it: seconds, joules, bytes. */
export function mapJson(job: MapJob, result: MapResult, top: number): Record<string, unknown> {
  const { machine, phase, trace } = job;
  const { objective, reference, chosen, ranked, unfit, bounded, unreached, refused } = result;
  return {
    machine: { name: machine.name, hash: machine.hash },
    // Not the path: the same trace gives the same result wherever it lies.
    trace: { name: path.basename(trace.name), hash: trace.hash },
    operation: operationOf(job),
    phase,
    objective,
    reference: rowOf(reference, reference, result),
    chosen: { ...rowOf(chosen, reference, result), mapping: chosen.mapping },
    candidates: ranked.slice(0, top).map((each) => rowOf(each, reference, result)),
    counts: countsOf(result),
    rejected: {
      does_not_fit: misfitsOf(result).map(({ buffer, count, nearest }) => ({
        buffer,
        count,
        nearest: nearest.label,
        missing_bytes: missingBytes(nearest),
      })),
      bound: bounded.length === 0 ? null : { count: bounded.length, ...boundRange(result) },
      unreached,
      refused,
    },
    not_fitting: unfit.slice(0, top).map((each) => ({
      mapping: each.label,
      buffer: each.buffer,
      missing_bytes: missingBytes(each),
    })),
  };
}

/** The result as text. */
export function mapText(job: MapJob, result: MapResult, top: number): string {
  const { reference, chosen, ranked, objective } = result;
  const counts = countsOf(result);
  const shown = ranked.slice(0, top);
  if (!shown.includes(reference)) shown.push(reference);
  const lines = renderTable(
    [
      ['', 'mapping', 'time', 'energy', 'DRAM', `${objective} to default`, 'by'],
      ...shown.map((each) => cellsOf(each, result)),
    ],
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
  const better = 1 - valueOf(chosen.simulated, objective) / valueOf(reference.simulated, objective);
  const verdict =
    chosen.label === reference.label
      ? 'The default mapping is the choice: none of those simulated is better.'
      : `The choice has ${formatPercent(better)} less ${objective} than the default mapping.`;
  return [
    `${job.machine.name}, ${describe(job)}`,
    '',
    ...lines,
    '',
    verdict,
    `${formatCount(counts.considered)} candidates: ${formatCount(counts.does_not_fit)} do not fit, ` +
      `${formatCount(counts.bounded)} left out by their bound, ${formatCount(counts.unreached)} beyond the budget, ` +
      `${formatCount(counts.refused)} refused, ${formatCount(counts.estimated)} estimated, ${formatCount(counts.simulated)} simulated.`,
    ...rejections(result),
  ].join('\n');
}

function cellsOf(each: Ranked, result: MapResult): string[] {
  const { objective, reference, chosen } = result;
  const cost = each.simulated ?? each.estimate;
  const base = each.simulated === undefined ? reference.estimate : reference.simulated;
  const mark = each.label === chosen.label ? '*' : '';
  return [
    mark,
    each.label === reference.label ? `default: ${labelOfDefault(each)}` : each.label,
    formatTime(cost.timePs * SECONDS_PER_PS),
    formatEnergy(cost.energyJ),
    formatBytes(cost.dramBytes),
    formatSignificant(valueOf(cost, objective) / valueOf(base, objective), 4),
    each.simulated === undefined ? 'estimate' : 'simulation',
  ];
}

/** The default in the words of a candidate. */
function labelOfDefault({ mapping, machine }: Ranked): string {
  const stages = Object.values(mapping.stages ?? {})[0] ?? [];
  const [first] = stages;
  const [tile, ...others] = Object.values(mapping.tiles ?? {});
  if (first === undefined || stages.length > 1) return `${stages.length} stages`;
  const size = others.length === 0 && tile !== undefined ? `, tile ${tile.tileK} × ${tile.tileN}` : '';
  const flow = others.length === 0 ? dataflowOf(machine) : null;
  return `${first.rows} rows${size}${flow === null ? '' : `, ${flow}`}`;
}

function rejections(result: MapResult): string[] {
  const { bounded, ranked, chosen, objective, refused } = result;
  const lines = misfitsOf(result).map(
    ({ buffer, count, nearest }) =>
      `Does not fit the ${buffer} buffer: ${formatCount(count)}; nearest by ${missingBytes(nearest)} bytes: ${nearest.label}.`,
  );
  if (bounded.length > 0) {
    const { least_over_best: least, most_over_best: most } = boundRange(result);
    lines.push(
      `No faster by their bound: ${formatCount(bounded.length)}; at least ${formatPercent(least)} to ${formatPercent(most)} over the best estimate.`,
    );
  }
  const estimates = ranked.filter((each) => each.simulated === undefined);
  if (estimates.length > 0) {
    const over = (each: Ranked): string =>
      formatPercent(valueOf(each.estimate, objective) / valueOf(chosen.estimate, objective) - 1);
    lines.push(
      `Dominated by estimate: ${formatCount(estimates.length)}; ${over(estimates[0]!)} to ${over(estimates.at(-1)!)} over the choice's.`,
    );
  }
  for (const [code, count] of Object.entries(refused))
    lines.push(`Refused with ${code}: ${formatCount(count)}.`);
  return lines;
}

function describe(job: MapJob): string {
  const operation = operationOf(job);
  if (operation === null) return `${job.phase} of ${path.basename(job.trace.name)}`;
  const { name, m, n, k } = operation;
  return `${name}: ${m} rows × ${n} outputs × ${k} inputs`;
}

function operationOf(job: MapJob): { name: string; m: number; n: number; k: number } | null {
  const { operations } = job.trace.manifest;
  const [only] = operations;
  if (operations.length > 1 || only?.kind !== 'bitlinear') return null;
  return { name: only.name, m: stepRowsOf(job), n: only.out, k: only.in };
}

function rowOf(
  { label, boundPs, estimate, simulated, machine }: Ranked,
  reference: Ranked,
  { objective, reference: { simulated: base } }: MapResult,
): Record<string, unknown> {
  const ratio =
    simulated === undefined
      ? valueOf(estimate, objective) / valueOf(reference.estimate, objective)
      : valueOf(simulated, objective) / valueOf(base, objective);
  return {
    label,
    dataflow: dataflowOf(machine),
    bound_s: boundPs * SECONDS_PER_PS,
    estimate: costJson(estimate),
    simulated: simulated === undefined ? null : costJson(simulated),
    to_default: ratio,
  };
}

function costJson({ timePs, energyJ, dramBytes }: Cost): Record<string, number> {
  return { time_s: timePs * SECONDS_PER_PS, energy_J: energyJ, dram_bytes: dramBytes };
}

interface Counts {
  readonly considered: number;
  readonly does_not_fit: number;
  readonly bounded: number;
  readonly unreached: number;
  readonly refused: number;
  readonly estimated: number;
  readonly simulated: number;
}

function countsOf({ ranked, unfit, bounded, unreached, refused }: MapResult): Counts {
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  return {
    considered: ranked.length + unfit.length + bounded.length + unreached + refusals,
    does_not_fit: unfit.length,
    bounded: bounded.length,
    unreached,
    refused: refusals,
    estimated: ranked.length,
    simulated: ranked.filter((each) => each.simulated !== undefined).length,
  };
}

interface MisfitGroup {
  readonly buffer: string;
  count: number;
  /** The one that misses the fewest bytes. */
  nearest: Unfit;
}

function misfitsOf({ unfit }: MapResult): MisfitGroup[] {
  const groups = new Map<string, MisfitGroup>();
  for (const each of unfit) {
    const group = groups.get(each.buffer) ?? { buffer: each.buffer, count: 0, nearest: each };
    group.count++;
    if (missingBytes(each) < missingBytes(group.nearest)) group.nearest = each;
    groups.set(each.buffer, group);
  }
  return [...groups.values()];
}

function missingBytes({ needed, capacity }: Unfit): number {
  return needed - capacity;
}

/** How far bounds lie over the best estimate. */
function boundRange({ bounded, ranked }: MapResult): { least_over_best: number; most_over_best: number } {
  const best = Math.min(...ranked.map(({ estimate }) => estimate.timePs));
  return {
    least_over_best: bounded[0]!.boundPs / best - 1,
    most_over_best: bounded.at(-1)!.boundPs / best - 1,
  };
}
