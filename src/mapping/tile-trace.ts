/**
 * A trace cut for a machine: stages and steps of each phase, and the tiles of each projection, which all phases share
 * since weights lie in DRAM once.
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { phasesOf } from '../trace/layout.ts';
import type { PhaseRecord, TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import { explicitPartition, explicitTiling, requireTiles, type ExplicitMapping } from './explicit.ts';
import { partition, type Partition, type Partitions } from './partition.ts';
import type { Plan } from './plan.ts';
import { plannedSteps, type PlannedStep } from './planned-step.ts';
import { groupIn } from './stages.ts';
import { graphOf, projectionsOf, type Graph } from './tensors.ts';
import { sameTiles, tileLinear, type TileChoice, type Tiling } from './tiling.ts';
import { bytesByWeights, spanBytes, weightBytes } from './traffic.ts';

/**
 * Cuts a trace into stages, steps and tiles; a projection's tiles are chosen for the chunk with the most rows.
 * @param mapping in place of what would be chosen, as far as it goes
 * @throws MAPPING_* and MACHINE_ACCUMULATOR_NARROW where the model does not fit the machine
 */
export function tileTrace(
  manifest: TraceManifest,
  machine: Machine,
  mapping: ExplicitMapping = {},
): Omit<Plan, 'addresses'> {
  const { stages = {}, tiles = {} } = mapping;
  requireTiles(manifest.operations, tiles);
  const graph = graphOf(manifest.operations, machine, tiles);
  const partitions: Partial<Record<Phase, Partition>> = {};
  const steps: Partial<Record<Phase, PlannedStep[]>> = {};
  const rows = new Int32Array(manifest.operations.length);
  for (const [phase, record] of phasesOf(manifest)) {
    const asked = stages[phase];
    const found =
      asked === undefined
        ? partition(manifest, phase, graph)
        : explicitPartition(manifest, phase, graph, asked);
    partitions[phase] = found;
    steps[phase] = plannedSteps(phase, record, found);
    for (const { span, rows: most } of found.stages) {
      for (let i = span.from; i < span.to; i++) rows[i] = Math.max(rows[i]!, most);
    }
  }
  const tilings = tilingsOf(graph, rows);
  const alike = likeTiles(graph, partitions, tilings, tiles);
  // The tiles that were found to differ are given; planned with them, the stages' bytes are theirs.
  if (alike !== undefined) return tileTrace(manifest, machine, { stages, tiles: { ...tiles, ...alike } });
  for (const [phase, record] of phasesOf(manifest)) {
    partitions[phase] = withTiles(partitions[phase]!, record, manifest, graph, tilings);
  }
  return { graph, partitions, steps, tilings };
}

/** By projection: the chosen tile, else that for so many token rows at a time. */
function tilingsOf({ operations, machine, tiles }: Graph, rows: Int32Array): Map<string, Tiling> {
  const tilings = new Map<string, Tiling>();
  const known = new Map<string, Tiling>();
  operations.forEach((operation, i) => {
    if (operation.kind !== 'bitlinear') return;
    const tile = tiles.get(operation.name);
    if (tile !== undefined) {
      tilings.set(operation.name, explicitTiling(operation, rows[i]!, machine, tile));
      return;
    }
    const key = `${operation.in} ${operation.out} ${rows[i]}`;
    const tiling = known.get(key) ?? tileLinear(operation, rows[i]!, machine);
    known.set(key, tiling);
    tilings.set(operation.name, tiling);
  });
  return tilings;
}

/**
 * Projections of a group that some stage works out together, tile by tile, need the same tiles. Where another phase cuts the
 * group, their chunks may have had unequal rows: then the tile with the fewest outputs, which fits them all, is to
 * serve each of them. Undefined where nothing needs to change.
 * @throws MAPPING_TILE where tiles that differ were asked for
 */
function likeTiles(
  graph: Graph,
  partitions: Partitions,
  tilings: ReadonlyMap<string, Tiling>,
  asked: Readonly<Record<string, TileChoice>>,
): Record<string, TileChoice> | undefined {
  const spans = Object.values(partitions).flatMap(({ stages }) => stages.map(({ span }) => span));
  const changes: Record<string, TileChoice> = {};
  for (const group of new Set(graph.groups.values())) {
    if (!spans.some((span) => groupIn(graph, span, group.first) !== undefined)) continue;
    const names = projectionsOf(graph, group).map(({ name }) => name);
    const own = names.map((name) => tilings.get(name)!);
    const least = own.reduce((a, b) => (b.tileN < a.tileN ? b : a));
    const other = own.findIndex((tiling) => !sameTiles(tiling, own[0]!));
    if (other < 0) continue;
    if (names.some((name) => asked[name] !== undefined)) {
      throw new TritsimError('MAPPING_TILE', 'projections of a group need the same tiles', {
        place: names[other]!,
        found: `${own[other]!.tileK} × ${own[other]!.tileN}`,
        allowed: [`${own[0]!.tileK} × ${own[0]!.tileN} as ${names[0]!}`],
      });
    }
    for (const name of names) changes[name] = { tileK: least.tileK, tileN: least.tileN };
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/**
 * The closed form with the tiles as they came out. Where weights stay, a stage is planned with the tiles that the other
 * phase's whole steps would need; where those are cut too, the tiles may be wider, and rows stream past fewer of them.
 */
function withTiles(
  found: Partition,
  { steps, batch, tokensPerStep }: PhaseRecord,
  manifest: TraceManifest,
  { operations, machine }: Graph,
  tilings: ReadonlyMap<string, Tiling>,
): Partition {
  if (found.stages.every(({ order }) => order === 'rows')) return found;
  const weights = operations.map((operation) =>
    weightBytes(operation, machine, manifest, tilings.get(operation.name)),
  );
  const stages = found.stages.map((stage) => {
    if (stage.order === 'rows') return stage;
    const { n, tileN } = tilings.get(operations[stage.span.from]!.name)!;
    const form = spanBytes(stage.span, operations, weights, machine);
    const rows = batch * tokensPerStep * steps;
    return { ...stage, bytes: bytesByWeights(form, steps, rows, Math.ceil(n / tileN)) };
  });
  return { ...found, stages, bytes: stages.reduce((sum, { bytes }) => sum + bytes, 0) };
}
