/**
 * All results of an exploration as one flat table, a line a point, trace and fidelity; the columns follow from the space alone. The
 * same records give the same table, whatever order they were written in.
 */
import { ParetoFront } from './front/pareto.ts';
import { METRIC_NAMES, METRICS } from './metrics.ts';
import { fidelitiesOf, resultsOf, type FindRow, type Result } from './results.ts';
import type { OpenStudy } from './study.ts';
import { labelsOf } from './summary.ts';

export type CellType = 'text' | 'number' | 'integer' | 'boolean';
export type Cell = string | number | boolean | null;

export interface Column {
  readonly name: string;
  readonly type: CellType;
  /** For the documentation of the table. */
  readonly what: string;
}

export interface ResultTable {
  readonly columns: readonly Column[];
  /** Lines in the order of the points; cells in the order of the columns. */
  lines(): AsyncGenerator<Cell[]>;
}

const WORKLOAD_COLUMNS = [
  { field: 'time_s', type: 'number', what: 'time of the phase' },
  { field: 'energy_J', type: 'number', what: 'energy of the phase' },
  { field: 'cycles', type: 'integer', what: "cycles of the array's clock" },
  { field: 'bottleneck', type: 'text', what: 'component that was busy longest' },
  { field: 'array_utilisation', type: 'number', what: 'busy lane-cycles ÷ all' },
] as const;

export function resultTable(study: OpenStudy, find: FindRow): ResultTable {
  const { axes, workloads } = study.space;
  const columns: Column[] = [
    { name: 'point', type: 'integer', what: 'position in the space' },
    { name: 'trace', type: 'text', what: 'file name of the trace' },
    ...axes.map(({ name, levels }): Column => {
      const numeric = levels.every(({ label }) => typeof label === 'number');
      return { name: `axis_${name}`, type: numeric ? 'number' : 'text', what: `level of the axis ${name}` };
    }),
    { name: 'fidelity', type: 'text', what: 'analytic or cycle' },
    {
      name: 'status',
      type: 'text',
      what: 'ok, infeasible (a constraint on metrics, or one unknown) or failed',
    },
    { name: 'front', type: 'boolean', what: 'on the Pareto front of its trace' },
    ...METRIC_NAMES.map((name): Column => {
      return { name: METRICS[name].column, type: 'number', what: `${name}, ${METRICS[name].unit}` };
    }),
    ...workloads.flatMap((workload) =>
      WORKLOAD_COLUMNS.map(({ field, type, what }): Column => {
        return { name: `${workload.name}_${field}`, type, what: `${what}, workload ${workload.name}` };
      }),
    ),
    { name: 'error_code', type: 'text', what: 'why the point failed' },
    { name: 'error_message', type: 'text', what: 'the same as a sentence' },
    { name: 'machine', type: 'text', what: 'hash of the machine' },
    { name: 'key', type: 'text', what: 'key of the record' },
  ];
  return { columns, lines: () => linesOf(study, find) };
}

async function* linesOf(study: OpenStudy, find: FindRow): AsyncGenerator<Cell[]> {
  const deciding = fidelitiesOf(study).at(-1)!;
  const fronts = study.study.traces.map(() => new ParetoFront());
  for await (const { point, trace, row, costs } of resultsOf(study, find))
    if (costs !== undefined && row.fidelity === deciding) fronts[trace]!.add({ id: point.position, costs });
  const onFront = fronts.map((front) => new Set(front.points().map(({ id }) => id)));
  for await (const result of resultsOf(study, find)) {
    const { point, trace, row } = result;
    yield lineOf(study, result, row.fidelity === deciding && onFront[trace]!.has(point.position));
  }
}

function lineOf(study: OpenStudy, { point, trace, row, metrics, feasible }: Result, front: boolean): Cell[] {
  const labels = Object.values(labelsOf(study, point.levels));
  const numeric = study.space.axes.map(({ levels }) =>
    levels.every(({ label }) => typeof label === 'number'),
  );
  return [
    point.position,
    study.study.traces[trace]!.name,
    ...labels.map((label, i) => (numeric[i] === true || label === null ? label : String(label))),
    row.fidelity,
    row.error !== undefined ? 'failed' : feasible ? 'ok' : 'infeasible',
    front,
    ...METRIC_NAMES.map((name) => metrics[name] ?? null),
    ...study.space.workloads.flatMap((_, i) =>
      WORKLOAD_COLUMNS.map(({ field }): Cell => row.workloads?.[i]?.[field] ?? null),
    ),
    row.error?.code ?? null,
    row.error?.message ?? null,
    row.machine,
    row.key,
  ];
}
