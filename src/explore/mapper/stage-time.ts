/**
 * About how long a stage takes, in closed form: what the shortest path adds up where stages are to take the least time, not to
 * move the fewest bytes.
 *
 *     max(DRAM bytes ÷ peak, array + element-wise vector work, drains) + values that nothing hides ÷ peak
 *
 * A chunk's element-wise work stands before and behind its projections on in-order engines, so it adds to the array's. Values of
 * one chunk are exposed where the next one loads beside it; of all chunks, where there is one slot. Attention, head and embedding
 * take the same in every partition and are left out. An estimate for choosing, not a bound.
 *
 * Units: ps. Sums over all steps of the phase.
 */
import type { StageLength, StagePlan } from '../../mapping/partition.ts';
import type { Graph } from '../../mapping/tensors.ts';
import { parts, tileLinear } from '../../mapping/tiling.ts';
import type { VectorRoutine } from '../../mapping/work.ts';
import { workCost } from '../../sim/work-cost.ts';
import type { Operation } from '../../trace/operation.ts';
import { clockPs, peakBytesPerPs, projectionCycles } from './bound.ts';
import { recordOf, stepRowsOf, type MapJob } from './job.ts';

/** The length of stages of a job. */
export function stageTime(job: MapJob, graph: Graph): StageLength {
  const { machine, device } = job;
  const { steps } = recordOf(job);
  const stepRows = stepRowsOf(job);
  const peak = peakBytesPerPs(machine, device);
  return ({ span, rows, slots, order, bytes }: StagePlan): number => {
    const chunks = parts(stepRows, rows).map(({ size }) => size);
    const cycles = { array: 0, vector: 0, elements: 0 };
    for (const operation of graph.operations.slice(span.from, span.to)) {
      if (operation.kind === 'bitlinear') {
        const tiling = tileLinear(operation, rows, machine);
        const own = projectionCycles(machine, tiling, chunks);
        cycles.array += own.array;
        cycles.vector += own.vector;
      } else {
        for (const size of chunks) cycles.elements += elementCycles(operation, size, graph);
      }
    }
    const values = [...span.loads, ...span.stores].reduce((sum, { rowBytes }) => sum + rowBytes, 0);
    const exposed = (order === 'rows' && slots === 1 ? stepRows : rows) * values * steps;
    const compute = clockPs(machine, steps * Math.max(cycles.array + cycles.elements, cycles.vector));
    return Math.max(bytes / peak, compute) + exposed / peak;
  };
}

/** Cycles of an element-wise operation on `rows` rows; 0 of others. */
function elementCycles(operation: Operation, rows: number, { machine }: Graph): number {
  const cost = (routine: VectorRoutine, width: number): number =>
    workCost(machine, { unit: 'vector', routine, elements: rows * width, groups: rows }).cycles;
  switch (operation.kind) {
    case 'norm':
    case 'residual':
      return cost(operation.kind, operation.width);
    case 'quantize':
      return cost(machine.array.kind === 'mac-fp16' ? 'cast' : 'quantize', operation.width);
    case 'activation':
      return (
        cost(operation.function, operation.width) + (operation.gated ? cost('gate', operation.width) : 0)
      );
    case 'rope':
      return cost('rope', (operation.heads + operation.kvHeads) * operation.headDim);
    default:
      return 0;
  }
}
