/**
 * Where things lie in DRAM. Weights are static, so each matrix is stored tile after tile in the order in which they are
 * read, every tile on a boundary of its own. Then the embedding table (also the head where tied), the head, the keys
 * and values of each layer and sequence, the logits, and what stages leave for one another (`spill.ts`).
 */
import type { Machine } from '../hardware/machine.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import { phasesOf } from '../trace/layout.ts';
import type { AttentionOperation, BitLinearOperation, Phase } from '../trace/operation.ts';
import type { TileNonzeros } from './nonzeros.ts';
import { floatBytes, kvRowBytes, tileBytes } from './packing.ts';
import type { Plan } from './plan.ts';
import { placeSpills, type SpillMap } from './spill.ts';
import { projectionsOf } from './tensors.ts';
import { parts, sameTiles, type Tiling } from './tiling.ts';

/** Every region and tile begins on a multiple of this many bytes: a multiple of every device's burst. */
export const ALIGNMENT = 128;

interface PlacedTile {
  readonly address: number;
  readonly bytes: number;
}

export interface AddressMap {
  /** Address of each tile of a projection, n-tile by n-tile, k-tiles inside. */
  readonly weightTiles: ReadonlyMap<string, readonly PlacedTile[]>;
  readonly embedding: number;
  readonly head: number;
  readonly logits: number;
  /** Address of the keys of a layer's sequence; the values follow after `keyBytes`. */
  readonly keys: (operation: string, sequence: number) => number;
  /** Bytes of one sequence's keys of one layer. */
  readonly keyBytes: number;
  /** What stages of a phase leave for one another. */
  readonly spills: (phase: Phase) => SpillMap;
  readonly totalBytes: number;
}

export function mapAddresses(
  manifest: TraceManifest,
  { graph, partitions, tilings }: Omit<Plan, 'addresses'>,
  nonzeros: TileNonzeros | undefined,
): AddressMap {
  const { machine } = graph;
  let next = 0;
  const take = (bytes: number): number => {
    const at = next;
    next += align(bytes);
    return at;
  };

  const weightTiles = new Map<string, PlacedTile[]>();
  manifest.operations.forEach((operation, i) => {
    if (operation.kind !== 'bitlinear' || weightTiles.has(operation.name)) return;
    const group = graph.groups.get(i);
    const own = tilings.get(operation.name)!;
    const members = group === undefined ? [operation] : projectionsOf(graph, group);
    // A group that no stage works out together may have unlike tiles; then each projection lies by itself.
    const turns = members.every(({ name }) => sameTiles(tilings.get(name)!, own));
    placeTiles(turns ? members : [operation], tilings, machine, nonzeros, take, weightTiles);
  });

  const { shape } = manifest.model;
  const value = floatBytes(machine.embedding.precision);
  const table = shape.vocab * shape.hidden * value;
  const embedding = take(table);
  const head = shape.tiedEmbeddings ? embedding : take(table);

  const positions = longestContext(manifest);
  const sequences = Math.max(...Object.values(manifest.phases).map((record) => record.batch));
  const keyBytes = align(positions * kvRowBytes(shape.kvHeads * shape.headDim, machine.kvCache.precision));
  const attentions = manifest.operations.filter((o): o is AttentionOperation => o.kind === 'attention');
  const cache = take(attentions.length * sequences * 2 * keyBytes);
  const order = new Map(attentions.map((operation, i) => [operation.name, i]));

  const logits = take(sequences * shape.vocab * floatBytes(machine.activations.format));
  // Phases run one after the other: what they spill takes the same place.
  let end = next;
  const spills = new Map<Phase, SpillMap>();
  for (const [phase, { batch, tokensPerStep }] of phasesOf(manifest)) {
    const placed = placeSpills(partitions[phase]!, graph, tilings, batch * tokensPerStep, next, align);
    spills.set(phase, placed.spills);
    end = Math.max(end, placed.end);
  }
  return {
    weightTiles,
    embedding,
    head,
    logits,
    keys: (operation, sequence) => cache + (order.get(operation)! * sequences + sequence) * 2 * keyBytes,
    keyBytes,
    spills: (phase) => spills.get(phase)!,
    totalBytes: end,
  };
}

/** Tiles in the order in which they are read: projections of a group take turns, a tile of outputs each. */
function placeTiles(
  projections: readonly BitLinearOperation[],
  tilings: ReadonlyMap<string, Tiling>,
  machine: Machine,
  nonzeros: TileNonzeros | undefined,
  take: (bytes: number) => number,
  placed: Map<string, PlacedTile[]>,
): void {
  for (const { name } of projections) placed.set(name, []);
  const { k, n, tileK, tileN } = tilings.get(projections[0]!.name)!;
  for (const outputs of parts(n, tileN)) {
    for (const { name } of projections) {
      const tiles = placed.get(name)!;
      for (const inputs of parts(k, tileK)) {
        const count = nonzeros?.get(name)?.[tiles.length] ?? 0;
        const bytes = tileBytes(outputs.size, inputs.size, machine.packing.dram, count);
        tiles.push({ address: take(bytes), bytes });
      }
    }
  }
}

/** Keys that the cache holds at the end of the last step. */
function longestContext(manifest: TraceManifest): number {
  return Math.max(
    ...Object.values(manifest.phases).map((record) => record.context + record.steps * record.tokensPerStep),
  );
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
