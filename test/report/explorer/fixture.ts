/** The tests' small space on the shipped trace, with made-up energies, times and areas; every seventh point fails. */
import { readFileSync } from 'node:fs';
import { fileResources } from '../../../src/explore/engine/resources.node.ts';
import type { FindRow } from '../../../src/explore/results.ts';
import type { Row } from '../../../src/explore/row.ts';
import { parseSpace } from '../../../src/explore/space/space-file.ts';
import { OpenStudy, STUDY_SCHEMA, studyTrace } from '../../../src/explore/study.ts';
import { summarise } from '../../../src/explore/summary.ts';
import { loadMachineDocument } from '../../../src/hardware/load.node.ts';
import { exploredOf } from '../../../src/report/explorer/explored.ts';
import type { Exploration } from '../../../src/report/explorer/page.ts';
import { openTraceFile } from '../../../src/trace/file.node.ts';

const TINY = readFileSync('test/fixtures/explore/tiny.yaml', 'utf8');
const FAILING = 7;

export interface Changes {
  /** Text of the space. */
  readonly space?: string;
  /** Name of the trace. */
  readonly trace?: string;
  /** The base machine's data on top of `test-tiny`'s. */
  readonly base?: Readonly<Record<string, unknown>>;
}

export const tinySpace = (from: string, to: string): string => TINY.replace(from, () => to);

export async function tinyStudy(changes: Changes = {}): Promise<{ study: OpenStudy; find: FindRow }> {
  const trace = await openTraceFile('traces/tritsim-25m.p64d16.safetensors');
  const text = changes.space ?? TINY;
  const space = parseSpace(text, 'tiny.yaml');
  const traces = [studyTrace(space, changes.trace ?? 'made-up.safetensors', trace.hash, trace.manifest)];
  await trace.close();
  const { data } = await loadMachineDocument('test-tiny');
  const base = { ...data, ...changes.base };
  const study = new OpenStudy(
    { schema: STUDY_SCHEMA, name: space.name, program: 'p', space: text, base, traces },
    fileResources(),
  );
  const rows = new Map<string, Row>();
  for (let position = 0; position < study.sequence.length; position++) {
    const { key, machine } = await study.identify(study.at(position)!, 0, 'analytic');
    rows.set(key, rowOf(study, key, position, machine!.hash));
  }
  return { study, find: (key) => rows.get(key) };
}

export async function tinyExploration(changes: Changes = {}): Promise<Exploration> {
  const { study, find } = await tinyStudy(changes);
  const [summary] = await summarise(study, find);
  return {
    study,
    explored: await exploredOf(study, find, 0),
    summary: summary!,
    traceHash: study.study.traces[0]!.hash,
    reports: new Map(),
    runs: 'runs',
  };
}

function rowOf({ space }: OpenStudy, key: string, position: number, machine: string): Row {
  const row = { key, machine, trace: 't', fidelity: 'analytic' } as const;
  if (position % FAILING === 0) return { ...row, error: { code: 'MAPPING_DRAM_FULL', message: 'full' } };
  const workloads = space.workloads.map(({ phase }) => ({
    phase,
    context: 1,
    steps: 1,
    batch: 1,
    time_s: 1e-3 * (1 + ((position * 5) % 11)),
    energy_J: 1e-6 * (1 + ((position * 3) % 13)),
    cycles: 1,
    bottleneck: 'dram' as const,
    array_utilisation: 0.5,
  }));
  return { ...row, workloads, area_mm2: 1 + position };
}
