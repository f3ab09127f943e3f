/** Machines of a study looked at closely: simulated once more at cycle level, with the bands that records of an exploration leave out. */
import { compareRuns } from '../../src/analysis/compare.ts';
import { type Measurement, measureWhole } from '../../src/analysis/measure.ts';
import type { Exploration } from '../../src/explore/run.node.ts';
import { workSetsOf } from '../../src/explore/workloads.ts';
import { phasesOf } from '../../src/report/components.ts';
import { toCsv } from '../../src/report/csv.ts';
import { openTraceFile } from '../../src/trace/file.node.ts';
import type { Chosen } from './study.ts';

/** CSV, a line a machine and phase; ratios are this machine ÷ the first, with the band that prices of both allow. */
export async function machinesCsv(
  { study }: Exploration,
  traceFile: string,
  chosen: readonly Chosen[],
): Promise<string> {
  const trace = await openTraceFile(traceFile);
  try {
    const [set, ...others] = workSetsOf(study.space.workloads, trace);
    if (others.length > 0) throw new Error('a study has one workload a phase');
    const rows: Record<string, string | number>[] = [];
    let first: Measurement | undefined;
    for (const { label, line } of chosen) {
      const point = study.at(Number(line['point']))!;
      const identified = await study.identify(point, 0, 'cycle');
      if (identified.machine === undefined) throw new Error(identified.refusal.message);
      const measured = await measureWhole(set!.trace, identified);
      first ??= measured;
      rows.push(...linesOf(label, line['point']!, measured, first));
    }
    return toCsv(Object.keys(rows[0]!), rows);
  } finally {
    await trace.close();
  }
}

function linesOf(
  label: string,
  point: string,
  measured: Measurement,
  first: Measurement,
): Record<string, string | number>[] {
  const { run } = measured;
  const ratios = compareRuns(first, measured, 'bandwidth');
  return phasesOf(run.phases).map(({ name, phase }) => ({
    machine: label,
    point,
    phase: name,
    tokens: phase.tokens,
    time_s: phase.time_s,
    energy_J: phase.energy_J,
    energy_low_J: phase.energy_low_J,
    energy_high_J: phase.energy_high_J,
    ratio: ratios[name]!.energy_ratio,
    ratio_low: ratios[name]!.energy_ratio_low,
    ratio_high: ratios[name]!.energy_ratio_high,
    bottleneck: phase.bottleneck,
    array_utilisation: phase.array_utilisation,
    ...Object.fromEntries(phase.components.map((each) => [`${each.name}_J`, each.energy_J])),
    area_mm2: run.area.mm2,
    area_low_mm2: run.area.low_mm2,
    area_high_mm2: run.area.high_mm2,
  }));
}
