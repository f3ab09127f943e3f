/**
 * A projection: for each tile of outputs, for each tile of inputs: load, compute; after the last tile of inputs the
 * vector unit turns the accumulators into values.
 */
import type { BitLinearOperation } from '../../trace/operation.ts';
import { costDependsOn } from '../array-shape.ts';
import { decodeGroups, isPackedTernary, rowBytes } from '../packing.ts';
import { parts } from '../tiling.ts';
import type { TileValues, Work } from '../work.ts';
import { producers, type LoweringContext } from './context.ts';

export function lowerLinear(context: LoweringContext, operation: BitLinearOperation): void {
  const { builder, machine, step, weightSlots, accumulatorSlots } = context;
  const tiling = context.tilings.get(operation.name)!;
  const placed = context.addresses.weightTiles.get(operation.name)!;
  const inputs = producers(context, operation.after);
  const kParts = parts(operation.in, tiling.tileK);
  const finished: number[] = [];
  const { weightPrefetch } = machine.overlap;
  let previous = -1;
  let tile = 0;
  for (const n of parts(operation.out, tiling.tileN)) {
    const freeAccumulators = accumulatorSlots.freeAfter;
    for (const k of kParts) {
      const { address, bytes } = placed[tile]!;
      const loadAfter = [weightSlots.freeAfter];
      if (weightPrefetch !== 'across') loadAfter.push(...inputs);
      if (weightPrefetch === 'none') loadAfter.push(previous);
      const load = builder.addTransfer(
        'dma.weights',
        loadOf(context, n.size, k.size),
        address,
        bytes,
        loadAfter,
      );
      const work: Work = {
        unit: 'array',
        rows: step.rows,
        k: k.size,
        n: n.size,
        accumulate: k.from > 0,
        ...valuesOf(context, operation.name, tile++),
      };
      const after = k.from === 0 ? [load, freeAccumulators, ...inputs] : [load];
      previous = builder.addCompute('array', work, after);
      weightSlots.take(previous);
    }
    const elements = step.rows * n.size;
    const routine = machine.array.kind === 'mac-fp16' ? 'drain' : 'dequantize';
    const drained = builder.addCompute('vector', { unit: 'vector', routine, elements, groups: 0 }, [
      previous,
    ]);
    accumulatorSlots.take(drained);
    finished.push(drained);
  }
  context.finished.set(operation.name, finished);
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
