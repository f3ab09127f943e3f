/**
 * The candidates for a whole phase: how its rows pass the model, and how large its tiles are.
 *
 * | choice | levels |
 * |---|---|
 * | stages | one of all operations, with every number of chunks from the fewest that fit to four times that, in one slot and in two; |
 * | | cut where the fewest bytes move; cut where the closed form of `stage-time.ts` is least |
 * | tiles | as large as fit, and of 1/2, 1/4 and 1/8 of the outputs: the first of them is sooner there, the last sooner done |
 *
 * All like projections have like tiles. NOT MODELLED: tiles or dataflow chosen for each projection apart.
 */
import type { Machine } from '../../hardware/machine.ts';
import { arrayShape } from '../../mapping/array-shape.ts';
import { mappingOfPlan, type ExplicitMapping, type StageChoice } from '../../mapping/explicit.ts';
import { activationsMisfit } from '../../mapping/fit.ts';
import { shortestStages } from '../../mapping/partition.ts';
import { tileTrace } from '../../mapping/tile-trace.ts';
import { rowsAccumulated, rowsThatFit, spanOf } from '../../mapping/stages.ts';
import { graphOf, type Graph } from '../../mapping/tensors.ts';
import { parts, type TileChoice } from '../../mapping/tiling.ts';
import { bitLinearsOf } from '../../trace/layout.ts';
import { clockPs, peakBytesPerPs, projectionCycles } from './bound.ts';
import type { Candidate, Candidates, Unfit } from './candidate.ts';
import { recordOf, stepRowsOf, type MapJob } from './job.ts';
import { stageTime } from './stage-time.ts';

const SCALES = [1, 2, 4, 8] as const;
/** Times the fewest chunks that fit. */
const MOST_CHUNKS = 4;

interface Way {
  readonly label: string;
  readonly stages: readonly StageChoice[];
}

/** @param start the default mapping, which is one of the ways where it differs from the others */
export function phaseCandidates(job: MapJob, start: Required<ExplicitMapping>): Candidates {
  const { machine, phase, trace } = job;
  const graph = graphOf(trace.manifest.operations, machine);
  const unfit: Unfit[] = [];
  const ways: Way[] = [{ label: 'the default stages', stages: start.stages[phase]! }];
  ways.push(...inOneStage(job, graph, unfit));
  for (const [label, length] of [
    ['stages of fewest bytes', undefined],
    ['stages of least time', stageTime(job, graph)],
  ] as const) {
    const found = shortestStages(trace.manifest, phase, graph, length);
    if (found === undefined) continue;
    const { stages } = mappingOfPlan({ partitions: { [phase]: found }, tilings: new Map() });
    ways.push({ label: `${label} (${found.stages.length})`, stages: stages[phase]! });
  }
  const seen = new Set<string>();
  const fit: Candidate[] = [];
  for (const way of ways) {
    const largest = tilesFor(job, way);
    for (const scale of SCALES) {
      const tiles = scaled(largest, scale, machine);
      const mapping = { stages: { [phase]: way.stages }, tiles };
      const key = JSON.stringify(mapping);
      if (seen.has(key)) continue;
      seen.add(key);
      const label = scale === 1 ? way.label : `${way.label}, tiles of 1/${scale} of the outputs`;
      fit.push({ label, machine, mapping, boundPs: boundOf(job, way.stages, mapping) });
    }
  }
  return { fit, unfit };
}

/** All operations in one stage, in more and more chunks. */
function inOneStage(job: MapJob, graph: Graph, unfit: Unfit[]): Way[] {
  const { machine, operations } = graph;
  const stepRows = stepRowsOf(job);
  const span = spanOf(graph, 0, operations.length);
  const most = Math.min(stepRows, rowsAccumulated(machine));
  const ways: Way[] = [];
  for (const slots of [1, 2] as const) {
    const fitting = rowsThatFit(span, machine, slots, most);
    if (fitting < 1) {
      const misfit = activationsMisfit(span, machine, 1, slots)!;
      unfit.push({ label: `one stage, a row in each of ${slots} slots`, ...misfit });
      continue;
    }
    const fewest = Math.ceil(stepRows / fitting);
    let before = 0;
    for (let chunks = fewest; chunks <= MOST_CHUNKS * fewest; chunks++) {
      const rows = Math.ceil(stepRows / chunks);
      // A second slot has nothing to hold where one chunk is all.
      if (rows === before || (slots === 2 && rows >= stepRows)) continue;
      before = rows;
      const label = `one stage, ${rows} rows at a time${slots === 1 ? '' : ', the next beside'}`;
      ways.push({ label, stages: [{ operations: operations.length, rows, slots, order: 'rows' }] });
    }
  }
  return ways;
}

/** The largest tiles for a way through the model. */
function tilesFor({ trace, machine, phase }: MapJob, { stages }: Way): Record<string, TileChoice> {
  const { manifest } = trace;
  // Stages whose weights stay ask for tiles; which they are follows from the rows that all stages take.
  const free = stages.map((stage) => ({ ...stage, order: 'rows' as const, slots: 1 as const }));
  return mappingOfPlan(tileTrace(manifest, machine, { stages: { [phase]: free } })).tiles;
}

function scaled(
  tiles: Readonly<Record<string, TileChoice>>,
  scale: number,
  { array }: Machine,
): Record<string, TileChoice> {
  const { outputs } = arrayShape(array);
  return Object.fromEntries(
    Object.entries(tiles).map(([name, { tileK, tileN }]) => {
      const part = Math.ceil(tileN / scale / outputs) * outputs;
      return [name, { tileK, tileN: Math.min(tileN, part) }];
    }),
  );
}

/** Array cycles of all projections; the weights' bytes, as often as they are read, at the DRAM's peak. */
function boundOf(job: MapJob, stages: readonly StageChoice[], mapping: ExplicitMapping): number {
  const { machine, trace, device, phase } = job;
  const { steps } = recordOf(job);
  const stepRows = stepRowsOf(job);
  const { partitions, tilings } = tileTrace(trace.manifest, machine, mapping);
  const rowsAt: number[] = stages.flatMap(({ operations, rows }) => Array<number>(operations).fill(rows));
  const at = new Map(trace.manifest.operations.map(({ name }, i) => [name, rowsAt[i]!]));
  const known = new Map<string, number>();
  let cycles = 0;
  for (const { name } of bitLinearsOf(trace.manifest)) {
    const tiling = tilings.get(name)!;
    const key = JSON.stringify([tiling, at.get(name)]);
    let own = known.get(key);
    if (own === undefined) {
      const chunks = parts(stepRows, at.get(name)!).map(({ size }) => size);
      own = projectionCycles(machine, tiling, chunks).array;
      known.set(key, own);
    }
    cycles += own;
  }
  const bytes = machine.packing.dram === 'bitmap-sign' ? 0 : partitions[phase]!.bytes;
  return Math.max(clockPs(machine, steps * cycles), bytes / peakBytesPerPs(machine, device));
}
