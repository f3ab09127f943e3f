/**
 * A stage: consecutive operations that all rows of a step pass before the next stage begins, so many rows at a time as
 * fit the activation buffer. Within a stage values stay on the chip; between stages they lie in DRAM ("spilled"). One
 * stage of all operations is the chunked mapping, in which weights are read again for every chunk of rows.
 *
 *     slots × rows × bytes of a row at the widest point + staging ≤ buffer
 *
 * A row needs what is alive: what was read into the stage or made in it and is still to be read in it; what is to be
 * stored, until its chunk ends. A norm, RoPE, activation or residual writes over its input where nobody reads that again.
 * Results of a projection that nobody in the stage reads leave tile by tile through two staging slots; a tile has no more
 * values than a slot of the accumulator buffer has sums. With two slots for chunks, one is filled and emptied while the other is
 * worked on.
 *
 * Bytes of DRAM of a stage, in closed form (`stageTraffic`): chunks × weights + rows × (values in + values out), with keys
 * and values of earlier rows read again for each chunk. In the order `weights` a projection's tile of weights stays
 * while all rows stream past it: weights + tiles × rows × values in + rows × values out.
 *
 * Units: bytes. NOT MODELLED: fragmentation of the buffer.
 */
import type { Machine } from '../hardware/machine.ts';
import type { BitLinearOperation } from '../trace/operation.ts';
import { arrayShape } from './array-shape.ts';
import { floatBytes } from './packing.ts';
import { operandRowBytes, type Graph, type Group, type Tensor } from './tensors.ts';
import { attentionTileKeys, outputsThatFit, SLOTS, tileInputs } from './tiling.ts';

/** Operations `from` … `to − 1`, and what they keep on the chip. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Tensors read from DRAM, and written to it. */
  readonly loads: readonly Tensor[];
  readonly stores: readonly Tensor[];
  /** Bytes that one row needs at the widest point, and which operation that is. */
  readonly rowBytes: number;
  readonly widest: number;
  readonly staging: readonly Staging[];
}

/** Tiles of results that pass the activation buffer without ever being whole in it, of one projection or group. */
interface Staging {
  /** Tiles that the vector unit alone uses, one after the other, and whether results leave through slots. */
  readonly kept: number;
  readonly streams: boolean;
  /** Outputs of the projection, and of a tile of it at most. */
  readonly outputs: number;
  readonly tile: number;
}

/** The group of an operation, where a stage of `from` … `to − 1` has all of it. */
export function groupIn(
  { groups }: Graph,
  { from, to }: Pick<Span, 'from' | 'to'>,
  at: number,
): Group | undefined {
  const group = groups.get(at);
  return group !== undefined && from <= group.first && group.end <= to ? group : undefined;
}

/** What a stage of operations `from` … `to − 1` reads, writes and needs. */
export function spanOf(graph: Graph, from: number, to: number): Span {
  const { operations, tensors } = graph;
  const inside = (i: number): boolean => i >= from && i < to;
  const loads = new Map<string, Tensor>();
  for (let i = from; i < to; i++) {
    for (const tensor of graph.inputs[i]!) if (tensor.producer < from) loads.set(tensor.name, tensor);
  }
  const stores = tensors
    .slice(from, to)
    .filter(({ consumers }) => consumers.length > 0 && consumers.at(-1)! >= to);
  const stored = new Set(stores);
  /** The last operation of the stage at which a tensor takes its place in the buffer; −1 where it never does whole. */
  const aliveUntil = (tensor: Tensor): number => {
    const last = tensor.consumers.findLast(inside) ?? -1;
    if (tensor.producer < from) return last;
    const { kind } = operations[tensor.producer]!;
    const group = groupIn(graph, { from, to }, tensor.producer);
    const streams = kind === 'bitlinear' || group !== undefined;
    if (group !== undefined && tensor.producer < group.end - 1) return -1;
    if (stored.has(tensor)) return streams && last < 0 ? -1 : to - 1;
    return Math.max(last, tensor.producer);
  };
  const resident = [...loads.values(), ...tensors.slice(from, to)].map((tensor) => ({
    tensor,
    begins: Math.max(from, tensor.producer),
    until: aliveUntil(tensor),
  }));
  let rowBytes = 0;
  let widest = from;
  const staging: Staging[] = [];
  for (let i = from; i < to; i++) {
    const group = groupIn(graph, { from, to }, i);
    const made = group === undefined ? i : group.end - 1;
    let bytes = workspace(graph, i);
    for (const { tensor, begins, until } of resident) {
      if (until < 0 || begins > made || until < (group?.first ?? i)) continue;
      const inPlace = tensor.producer === i ? replaced(graph, i, resident) : 0;
      bytes += Math.max(0, tensor.rowBytes - inPlace);
    }
    if (bytes > rowBytes) [rowBytes, widest] = [bytes, i];
    const operation = graph.operations[i]!;
    if (operation.kind !== 'bitlinear' || (group !== undefined && group.first < i)) continue;
    const streams = aliveUntil(tensors[made]!) < 0;
    const kept = made - i - (streams && group !== undefined ? 1 : 0);
    if (!streams && kept === 0) continue;
    staging.push({ kept, streams, outputs: operation.out, tile: widestTile(operation, graph) });
  }
  return { from, to, loads: [...loads.values()], stores, rowBytes, widest, staging };
}

/** Outputs of a projection's tile at most: the chosen ones, else those whose weights fit. */
function widestTile(operation: BitLinearOperation, { machine, tiles }: Graph): number {
  const chosen = tiles.get(operation.name);
  if (chosen !== undefined) return chosen.tileN;
  return Math.min(operation.out, outputsThatFit(tileInputs(operation, machine), machine));
}

/** Bytes of the activation buffer that `rows` rows need with `slots` slots for chunks. */
export function bytesNeeded(
  { rowBytes, staging }: Span,
  machine: Machine,
  rows: number,
  slots: number,
): number {
  const sums = Math.floor(
    (machine.buffers.accumulators.capacityBytes * 8) / SLOTS / machine.array.accumulatorBits,
  );
  let staged = 0;
  for (const { kept, streams, outputs, tile } of staging) {
    const inTiles = (kept + (streams ? SLOTS : 0)) * Math.min(sums, rows * tile);
    // Never more than the results of the chunks whole.
    const whole = (kept + (streams ? slots : 0)) * rows * outputs;
    staged = Math.max(staged, Math.min(inTiles, whole));
  }
  return slots * rows * rowBytes + staged * floatBytes(machine.activations.format);
}

/** Bytes of a row that an operation needs beside its inputs and its result. */
function workspace({ operations, machine }: Graph, at: number): number {
  const operation = operations[at]!;
  switch (operation.kind) {
    case 'attention':
      return operation.heads * attentionTileKeys(operation, machine) * floatBytes(machine.activations.format);
    case 'bitlinear':
      // A product on its own finds its inputs on the chip.
      return operation.after.length === 0 ? operandRowBytes(operation.in, machine) : 0;
    default:
      return 0;
  }
}

/** Bytes of an input whose place the result takes. */
function replaced(
  graph: Graph,
  at: number,
  resident: readonly { readonly tensor: Tensor; readonly until: number }[],
): number {
  const { kind } = graph.operations[at]!;
  if (kind !== 'norm' && kind !== 'rope' && kind !== 'activation' && kind !== 'residual') return 0;
  const { name } = graph.tensors[at]!;
  const ending = resident.filter(
    ({ tensor, until }) => until === at && tensor.name !== name && tensor.consumers.includes(at),
  );
  const bytes = ending.map(({ tensor }) => tensor.rowBytes);
  return kind === 'rope' ? bytes.reduce((sum, size) => sum + size, 0) : Math.max(0, ...bytes);
}

/** Rows that fit the activation buffer at a time with `slots` slots for chunks, `most` at most; 0 where not even one does. */
export function rowsThatFit(span: Span, machine: Machine, slots: number, most: number): number {
  const fits = (rows: number): boolean =>
    bytesNeeded(span, machine, rows, slots) <= machine.buffers.activations.capacityBytes;
  if (fits(most)) return most;
  let [fitting, over] = [0, most];
  while (over - fitting > 1) {
    const rows = Math.floor((fitting + over) / 2);
    if (fits(rows)) fitting = rows;
    else over = rows;
  }
  return fitting;
}

/** Rows whose sums for so many outputs, absent one granule, fit a slot of the accumulator buffer. */
export function rowsAccumulated(
  { buffers, array }: Machine,
  outputs: number = arrayShape(array).outputs,
): number {
  return Math.floor((buffers.accumulators.capacityBytes * 8) / SLOTS / (outputs * array.accumulatorBits));
}
