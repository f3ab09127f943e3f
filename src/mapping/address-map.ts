/**
 * Where things lie in DRAM. Weights are static, so each matrix is stored tile after tile in the order in which they are
 * read, every tile on a boundary of its own. Then the embedding table (also the head where tied), the head, the keys
 * and values of each layer and sequence, and the logits.
 */
import type { Machine } from '../hardware/machine.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { AttentionOperation, BitLinearOperation } from '../trace/operation.ts';
import type { TileNonzeros } from './nonzeros.ts';
import { floatBytes, kvRowBytes, tileBytes } from './packing.ts';
import { parts, type Tiling } from './tiling.ts';

/** Every region and tile begins on a multiple of this many bytes: a multiple of every device's burst. */
export const ALIGNMENT = 128;

export interface AddressMap {
  /** Address of each tile of a projection, n-tile by n-tile, k-tiles inside. */
  readonly weightTiles: ReadonlyMap<string, readonly { address: number; bytes: number }[]>;
  readonly embedding: number;
  readonly head: number;
  readonly logits: number;
  /** Address of the keys of a layer's sequence; the values follow after `keyBytes`. */
  readonly keys: (operation: string, sequence: number) => number;
  /** Bytes of one sequence's keys of one layer. */
  readonly keyBytes: number;
  readonly totalBytes: number;
}

export function mapAddresses(
  manifest: TraceManifest,
  machine: Machine,
  tilings: ReadonlyMap<string, Tiling>,
  nonzeros: TileNonzeros | undefined,
): AddressMap {
  let next = 0;
  const take = (bytes: number): number => {
    const at = next;
    next += align(bytes);
    return at;
  };

  const weightTiles = new Map<string, { address: number; bytes: number }[]>();
  for (const operation of manifest.operations) {
    if (operation.kind !== 'bitlinear') continue;
    const tiling = tilings.get(operation.name)!;
    weightTiles.set(
      operation.name,
      placeTiles(operation, tiling, machine, nonzeros?.get(operation.name), take),
    );
  }

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
  return {
    weightTiles,
    embedding,
    head,
    logits,
    keys: (operation, sequence) => cache + (order.get(operation)! * sequences + sequence) * 2 * keyBytes,
    keyBytes,
    totalBytes: next,
  };
}

function placeTiles(
  operation: BitLinearOperation,
  tiling: Tiling,
  machine: Machine,
  nonzeros: Float64Array | undefined,
  take: (bytes: number) => number,
): { address: number; bytes: number }[] {
  let tile = 0;
  return parts(operation.out, tiling.tileN).flatMap((n) =>
    parts(operation.in, tiling.tileK).map((k) => {
      const bytes = tileBytes(n.size, k.size, machine.packing.dram, nonzeros?.[tile++] ?? 0);
      return { address: take(bytes), bytes };
    }),
  );
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
