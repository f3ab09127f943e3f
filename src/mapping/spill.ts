/**
 * Where values lie in DRAM between stages. A tensor that is written tile by tile of its outputs is kept in blocks of rows, as many
 * as its first reader takes at a time, and within a block panel by panel, a panel being the columns of a tile:
 *
 *     block 0: panel 0 (rows × columns), panel 1, …   block 1: panel 0, …
 *
 * So the reader's chunk is one piece, and a writer's tile one piece a block. Other tensors are one panel: row by row.
 * A region is used again once the last stage that reads it is over; stages do not overlap.
 *
 * Units: bytes, rows of a step.
 */
import { floatBytes } from './packing.ts';
import type { Partition } from './partition.ts';
import { groupIn, type Span } from './stages.ts';
import type { Graph, Tensor } from './tensors.ts';
import { parts, type Tiling } from './tiling.ts';

export interface SpillRegion {
  readonly address: number;
  /** Rows of the step, and of a block. */
  readonly rows: number;
  readonly blockRows: number;
  /** Bytes of a row of each panel, in the order in which panels are written. */
  readonly panels: readonly number[];
  /** Bytes of a row of all of them. */
  readonly rowBytes: number;
}

/** A contiguous piece of a region. */
export interface Piece {
  readonly address: number;
  readonly bytes: number;
}

/** By tensor's name. */
export type SpillMap = ReadonlyMap<string, SpillRegion>;

/** Rows `from` … `from + rows − 1` of one panel, a piece for each block. */
export function panelPieces(region: SpillRegion, panel: number, from: number, rows: number): Piece[] {
  const before = region.panels.slice(0, panel).reduce((sum, bytes) => sum + bytes, 0);
  const own = region.panels[panel]!;
  return blocksOf(region, from, rows).map(({ begins, size, first, count }) => ({
    address: region.address + begins * region.rowBytes + before * size + (first - begins) * own,
    bytes: count * own,
  }));
}

/** Rows `from` … `from + rows − 1` of all panels: blocks that are wanted whole in one piece, others panel by panel. */
export function rowPieces(region: SpillRegion, from: number, rows: number): Piece[] {
  const pieces: { address: number; bytes: number }[] = [];
  for (const { size, first, count } of blocksOf(region, from, rows)) {
    const whole = count === size || region.panels.length === 1;
    const own = whole
      ? [{ address: region.address + first * region.rowBytes, bytes: count * region.rowBytes }]
      : region.panels.flatMap((_, panel) => panelPieces(region, panel, first, count));
    const last = pieces.at(-1);
    if (whole && last !== undefined && last.address + last.bytes === own[0]!.address) {
      last.bytes += own[0]!.bytes;
    } else pieces.push(...own);
  }
  return pieces;
}

interface BlockPart {
  /** First row of the block, and its rows. */
  readonly begins: number;
  readonly size: number;
  /** First row that is wanted of it, and how many. */
  readonly first: number;
  readonly count: number;
}

function blocksOf({ rows: all, blockRows }: SpillRegion, from: number, rows: number): BlockPart[] {
  const list: BlockPart[] = [];
  for (let at = from; at < from + rows;) {
    const begins = at - (at % blockRows);
    const size = Math.min(blockRows, all - begins);
    const count = Math.min(from + rows, begins + size) - at;
    list.push({ begins, size, first: at, count });
    at += count;
  }
  return list;
}

/**
 * Places what the stages of a phase leave for one another.
 * @param rows of a step
 * @param base address behind everything else
 * @returns the regions, and the address behind them
 */
export function placeSpills(
  { stages }: Partition,
  graph: Graph,
  tilings: ReadonlyMap<string, Tiling>,
  rows: number,
  base: number,
  align: (bytes: number) => number,
): { readonly spills: SpillMap; readonly end: number } {
  const spills = new Map<string, SpillRegion>();
  const free: { address: number; bytes: number }[] = [];
  let end = base;
  const take = (bytes: number): number => {
    const at = free.findIndex((block) => block.bytes >= bytes);
    if (at < 0) {
      end += bytes;
      return end - bytes;
    }
    const block = free[at]!;
    free.splice(at, 1);
    if (block.bytes > bytes) free.push({ address: block.address + bytes, bytes: block.bytes - bytes });
    return block.address;
  };
  const alive: { tensor: Tensor; address: number; bytes: number }[] = [];
  for (const { span } of stages) {
    for (const tensor of span.stores) {
      const bytes = align(tensor.rowBytes * rows);
      const address = take(bytes);
      alive.push({ tensor, address, bytes });
      const reader = tensor.consumers.find((i) => i >= span.to)!;
      const blockRows = stages.find((stage) => stage.span.to > reader)!.rows;
      const panels = panelsOf(tensor, span, graph, tilings);
      spills.set(tensor.name, { address, rows, blockRows, panels, rowBytes: tensor.rowBytes });
    }
    for (const { tensor, address, bytes } of alive) {
      const last = tensor.consumers.at(-1)!;
      if (span.from <= last && last < span.to) free.push({ address, bytes });
    }
  }
  return { spills, end };
}

/** Bytes of a row of each panel. */
function panelsOf(tensor: Tensor, span: Span, graph: Graph, tilings: ReadonlyMap<string, Tiling>): number[] {
  const group = groupIn(graph, span, tensor.producer);
  const projection = graph.operations[group?.first ?? tensor.producer]!;
  if (projection.kind !== 'bitlinear') return [tensor.rowBytes];
  const value = floatBytes(graph.machine.activations.format);
  return parts(projection.out, tilings.get(projection.name)!.tileN).map(({ size }) => size * value);
}
