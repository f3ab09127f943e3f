/**
 * Attention by tiles of keys, with a running maximum and sum (online softmax), so that scores never leave the chip.
 * The keys and values of this step's own tokens are still in the activation buffer; earlier ones come from the cache in
 * DRAM. The new ones are written to the cache for later steps.
 */
import type { AttentionOperation } from '../../trace/operation.ts';
import { kvBits, kvRowBytes } from '../packing.ts';
import type { Segment } from '../steps.ts';
import { attentionTileKeys, parts } from '../tiling.ts';
import type { Work } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';
import { addStore } from './spill.ts';

export function lowerAttention(context: LoweringContext, operation: AttentionOperation): void {
  const inputs = producers(context, operation.after);
  context.finished.set(
    operation.name,
    context.step.segments.map((segment) => lowerSegment(context, operation, segment, inputs)),
  );
}

function lowerSegment(
  context: LoweringContext,
  operation: AttentionOperation,
  segment: Segment,
  inputs: readonly number[],
): number {
  const { builder, machine, addresses, operandSlots, spills } = context;
  const { heads, kvHeads, headDim } = operation;
  const keyBytes = kvRowBytes(kvHeads * headDim, machine.kvCache.precision);
  const keys = addresses.keys(operation.name, segment.sequence);
  const values = keys + addresses.keyBytes;
  const written = segment.rows * keyBytes;
  const earlier = spills.cacheOf(operation.name, segment.sequence);
  addStore(context, keys + segment.position * keyBytes, written, inputs);
  const cached = addStore(context, values + segment.position * keyBytes, written, inputs);
  spills.addCached(operation.name, segment.sequence, cached);

  const tileKeys = attentionTileKeys(operation, machine);
  let previous = inputs;
  for (const tile of parts(segment.position, tileKeys)) {
    const bytes = tile.size * keyBytes;
    const load: Work = { unit: 'load', buffer: 'operands', bufferBytes: bytes, decoded: null, groups: 0 };
    const free = [operandSlots.freeAfter, earlier];
    const loaded = [keys, values].map((base) =>
      builder.addTransfer('dma.stream', load, base + tile.from * keyBytes, bytes, free),
    );
    const last = lowerTile(context, operation, segment.rows * tile.size, tile.size, segment, [
      ...loaded,
      ...previous,
    ]);
    operandSlots.take(last);
    previous = [last];
  }
  for (const tile of parts(segment.rows, tileKeys)) {
    // Causal: query i of the segment sees key j of the segment where j ≤ i.
    let pairs = 0;
    for (let j = tile.from; j < tile.from + tile.size; j++) pairs += segment.rows - j;
    previous = [lowerTile(context, operation, pairs, tile.size, segment, previous)];
  }
  const normalise: Work = {
    unit: 'vector',
    routine: 'normalise',
    elements: segment.rows * heads * headDim,
    groups: segment.rows * heads,
  };
  return builder.addCompute('vector', normalise, previous);
}

/** Scores of one tile of keys, softmax, weighted sum of its values; returns the last command. */
function lowerTile(
  context: LoweringContext,
  operation: AttentionOperation,
  /** Query-key pairs of one head that are not masked. */
  pairs: number,
  keys: number,
  segment: Segment,
  after: readonly number[],
): number {
  const { builder, machine } = context;
  const { heads, kvHeads, headDim } = operation;
  const operandBits = kvBits(machine.kvCache.precision);
  const width = segment.rows * heads * headDim;
  const product = (activationReads: number, results: number): Work => ({
    unit: 'float',
    multiplyAdds: pairs * heads * headDim,
    // A key (value) is read once for each query row; the heads of its group share it.
    operandReads: Math.min(pairs, segment.rows * keys) * kvHeads * headDim,
    operandBits,
    activationReads,
    results,
  });
  const scores = builder.addCompute('float', product(width, pairs * heads), after);
  const groups = segment.rows * heads;
  const softmax = builder.addCompute(
    'vector',
    { unit: 'vector', routine: 'softmax', elements: pairs * heads, groups },
    [scores],
  );
  const rescale = builder.addCompute(
    'vector',
    { unit: 'vector', routine: 'rescale', elements: width, groups: 0 },
    [softmax],
  );
  return builder.addCompute('float', product(pairs * heads + width, width), [rescale]);
}
