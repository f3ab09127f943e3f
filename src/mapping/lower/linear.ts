/**
 * Projections. For each tile of outputs, for each tile of inputs: load, compute; after the last tile of inputs the vector
 * unit turns the accumulators into values, which stay in the activation buffer or leave for DRAM tile by tile. A group
 * (gate, up and the activation that reads both) goes through its tiles of outputs together.
 */
import type { ActivationOperation, BitLinearOperation } from '../../trace/operation.ts';
import { costDependsOn } from '../array-shape.ts';
import { decodeGroups, isPackedTernary, rowBytes } from '../packing.ts';
import type { Stage } from '../planned-step.ts';
import type { Group } from '../tensors.ts';
import { parts } from '../tiling.ts';
import type { TileValues, Work } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';
import { addActivation } from './elementwise.ts';
import { loadTensor, storePanel } from './spill.ts';

interface Part {
  readonly from: number;
  readonly size: number;
}

/** A projection on its own. */
export function lowerLinear(context: LoweringContext, operation: BitLinearOperation): void {
  const progress = { tile: 0, previous: -1 };
  const streams = isStreamed(context, operation.name);
  const finished = outputTiles(context, operation).map((n, panel) => {
    const computed = computeTile(context, operation, n, progress);
    const drained = drain(context, n.size, computed, streams);
    leave(context, operation.name, panel, drained, streams);
    return drained;
  });
  context.finished.set(operation.name, finished);
}

/** The projections of a group and its activation, tile by tile of outputs. */
export function lowerGroup(context: LoweringContext, { first, end }: Group): void {
  const { builder, step, graph } = context;
  const projections = graph.operations.slice(first, end - 1) as readonly BitLinearOperation[];
  const activation = graph.operations[end - 1] as ActivationOperation;
  const progress = projections.map(() => ({ tile: 0, previous: -1 }));
  const streams = isStreamed(context, activation.name);
  let previous = -1;
  const finished = outputTiles(context, projections[0]!).map((n, panel) => {
    const drained = projections.map((projection, i) => {
      builder.beginOperation(first + i);
      const own = progress[i]!;
      own.previous = previous;
      previous = computeTile(context, projection, n, own);
      return drain(context, n.size, previous, streams);
    });
    builder.beginOperation(end - 1);
    const made = addActivation(context, activation, step.rows * n.size, drained);
    leave(context, activation.name, panel, made, streams);
    return made;
  });
  for (const { name } of graph.operations.slice(first, end)) context.finished.set(name, finished);
}

/**
 * A stage of one projection whose tiles of weights stay while all chunks of rows stream past each: chunks are loaded again
 * for each tile.
 */
export function lowerWeightsStay(
  contexts: readonly LoweringContext[],
  { span }: Stage,
  operation: BitLinearOperation,
): void {
  const [{ builder, machine, graph, weightSlots }] = contexts as [LoweringContext];
  const [input] = span.loads.length === 0 ? [] : graph.inputs[span.from]!;
  builder.beginOperation(span.from);
  // Rows come and go in two slots of their own.
  const readers: number[] = [];
  let previous = -1;
  for (const [tile, n] of outputTiles(contexts[0]!, operation).entries()) {
    const after = [weightSlots.freeAfter];
    let load = -1;
    for (const context of contexts) {
      const free = readers.length < SLOTS_OF_ROWS ? context.free : [readers.at(-SLOTS_OF_ROWS)!];
      // Rows that no stage left in DRAM are on the chip.
      const rows = input === undefined ? -1 : loadTensor(context, input.name, free);
      if (load < 0) {
        if (machine.overlap.weightPrefetch !== 'across') after.push(rows);
        if (machine.overlap.weightPrefetch === 'none') after.push(previous);
        load = addLoad(context, operation, tile, n.size, operation.in, after);
      }
      const freeSums = context.accumulatorSlots.freeAfter;
      previous = builder.addCompute(
        'array',
        arrayWork(context, operation, tile, { from: 0, size: operation.in }, n.size),
        [load, rows, freeSums],
        { tile, firstRow: context.step.firstRow },
      );
      readers.push(previous);
      const drained = drain(context, n.size, previous, true);
      leave(context, operation.name, tile, drained, true);
      context.finished.set(operation.name, [drained]);
    }
    weightSlots.take(previous);
  }
}

/** Chunks of rows that have room at a time where tiles of weights stay. */
const SLOTS_OF_ROWS = 2;

function outputTiles({ tilings }: LoweringContext, { name, out }: BitLinearOperation): Part[] {
  return parts(out, tilings.get(name)!.tileN);
}

/** Loads and computes a tile of outputs over all its tiles of inputs; returns the last command of the array. */
function computeTile(
  context: LoweringContext,
  operation: BitLinearOperation,
  n: Part,
  progress: { tile: number; previous: number },
): number {
  const { builder, step, machine, weightSlots, accumulatorSlots } = context;
  const { weightPrefetch } = machine.overlap;
  const inputs = producers(context, operation.after);
  const free = accumulatorSlots.freeAfter;
  for (const k of parts(operation.in, context.tilings.get(operation.name)!.tileK)) {
    const tile = progress.tile++;
    const loadAfter = [weightSlots.freeAfter];
    if (weightPrefetch !== 'across') loadAfter.push(...inputs);
    if (weightPrefetch === 'none') loadAfter.push(progress.previous);
    const load = addLoad(context, operation, tile, n.size, k.size, loadAfter);
    const after = k.from === 0 ? [load, free, ...inputs] : [load];
    const work = arrayWork(context, operation, tile, k, n.size);
    progress.previous = builder.addCompute('array', work, after, { tile, firstRow: step.firstRow });
    weightSlots.take(progress.previous);
  }
  return progress.previous;
}

/** Turns the sums of a tile of outputs into values, in a staging slot where they are not to stay. */
function drain(context: LoweringContext, outputs: number, computed: number, streams: boolean): number {
  const { builder, step, machine, accumulatorSlots, stagingSlots } = context;
  const routine = machine.array.kind === 'mac-fp16' ? 'drain' : 'dequantize';
  const work: Work = { unit: 'vector', routine, elements: step.rows * outputs, groups: 0 };
  const drained = builder.addCompute('vector', work, [computed, streams ? stagingSlots.freeAfter : -1]);
  accumulatorSlots.take(drained);
  return drained;
}

/** Stores a tile of results where later stages read it, out of its staging slot where it does not stay. */
function leave(context: LoweringContext, name: string, panel: number, made: number, streams: boolean): void {
  const stored = storePanel(context, name, panel, [made]);
  if (streams) context.stagingSlots.take(stored);
}

/** Whether a result leaves for DRAM without ever being whole on the chip: nobody in the stage reads it. */
function isStreamed({ stage }: LoweringContext, name: string): boolean {
  const stored = stage.stores.find((tensor) => tensor.name === name);
  return stored !== undefined && !stored.consumers.some((i) => i < stage.to);
}

function arrayWork(
  context: LoweringContext,
  { name }: BitLinearOperation,
  tile: number,
  k: Part,
  n: number,
): Extract<Work, { unit: 'array' }> {
  const { rows } = context.step;
  return { unit: 'array', rows, k: k.size, n, accumulate: k.from > 0, ...valuesOf(context, name, tile) };
}

function addLoad(
  context: LoweringContext,
  operation: BitLinearOperation,
  tile: number,
  n: number,
  k: number,
  after: readonly number[],
): number {
  const { address, bytes } = context.addresses.weightTiles.get(operation.name)![tile]!;
  return context.builder.addTransfer('dma.weights', loadOf(context, n, k), address, bytes, after);
}

/** Tiles are told apart only where their values decide what they cost. */
function valuesOf({ machine, step }: LoweringContext, matrix: string, tile: number): { values?: TileValues } {
  const { phase, firstRow } = step;
  switch (costDependsOn(machine.array)) {
    case 'size':
      return {};
    case 'weights':
      return { values: { matrix, tile, activations: null } };
    case 'rows':
      return { values: { matrix, tile, activations: { phase, firstRow } } };
  }
}

function loadOf(context: LoweringContext, n: number, k: number): Work {
  const { dram, sram } = context.machine.packing;
  const decoded = dram !== sram && isPackedTernary(dram) ? dram : null;
  return {
    unit: 'load',
    buffer: 'weights',
    bufferBytes: n * rowBytes(k, sram),
    decoded,
    groups: decoded === null ? 0 : n * decodeGroups(k, decoded),
  };
}
