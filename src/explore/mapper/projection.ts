/**
 * The candidates for one projection: tiles of K × N, token rows at a time, slots for them, loop order and dataflow.
 *
 * | choice | levels |
 * |---|---|
 * | inputs of a tile | the default's; K in 1 to 4 parts; the array's inputs × powers of two |
 * | outputs of a tile | the default's; N in 1 to 16 parts; the array's outputs × powers of two |
 * | rows at a time | the default's; M in 1, 2, 4, … parts; as many as the sums of the tile leave room for |
 * | order | `rows`: weights stream past a chunk of rows, once for each; `weights`: rows pass a tile of weights, which is read once |
 * | slots | one chunk at a time, a step each or all in one (weights are then fetched ahead); or the next beside it |
 * | dataflow | the machine's, then the others of its array |
 *
 * Parts are rounded up to the array's inputs and outputs. The list's order is the order of these loops: it does not
 * depend on anything but machine and shape.
 */
import type { Machine } from '../../hardware/machine.ts';
import { arrayShape } from '../../mapping/array-shape.ts';
import type { ExplicitMapping, StageChoice } from '../../mapping/explicit.ts';
import { activationsMisfit, sumsMisfit, weightsMisfit } from '../../mapping/fit.ts';
import { rowsAccumulated, spanOf, type Span } from '../../mapping/stages.ts';
import { graphOf } from '../../mapping/tensors.ts';
import { outputsThatFit, parts, type TileChoice } from '../../mapping/tiling.ts';
import { weightBytes } from '../../mapping/traffic.ts';
import type { BitLinearOperation } from '../../trace/operation.ts';
import { clockPs, peakBytesPerPs, projectionCycles } from './bound.ts';
import type { Candidate, Candidates, Unfit } from './candidate.ts';
import { dataflowOf, dataflowsOf } from './dataflow.ts';
import { stepRowsOf, type MapJob } from './job.ts';

const MOST_PARTS_OF_INPUTS = 4;
const MOST_PARTS_OF_OUTPUTS = 16;

type Order = Pick<StageChoice, 'slots' | 'order' | 'together'>;
const WHOLE: readonly Order[] = [{ slots: 1, order: 'rows' }];
const ORDERS: readonly Order[] = [
  { slots: 1, order: 'rows' },
  { slots: 1, order: 'rows', together: true },
  { slots: 2, order: 'rows' },
  { slots: 2, order: 'weights' },
];

/** @param start the default mapping, whose levels are among the others */
export function projectionCandidates(job: MapJob, start: Required<ExplicitMapping>): Candidates {
  const operation = job.trace.manifest.operations[0] as BitLinearOperation;
  const rows = stepRowsOf(job);
  const [stage] = start.stages[job.phase] as [StageChoice];
  const tile = start.tiles[operation.name]!;
  const fit: Candidate[] = [];
  const unfit: Unfit[] = [];
  for (const machine of dataflowsOf(job.machine)) {
    const judge = new Judge(job, machine, operation);
    for (const choice of tilesOf(operation, machine, tile)) {
      for (const chunk of chunksOf(rows, machine, choice.tileN, stage.rows)) {
        for (const order of chunk === rows ? WHOLE : ORDERS) {
          if (order.order === 'weights' && choice.tileK < operation.in) continue;
          const found = judge.of(choice, { operations: 1, rows: chunk, ...order });
          if ('buffer' in found) unfit.push(found);
          else fit.push(found);
        }
      }
    }
  }
  return { fit, unfit };
}

/** Says whether a choice fits, and its bound. */
class Judge {
  readonly #job: MapJob;
  readonly #machine: Machine;
  readonly #operation: BitLinearOperation;
  readonly #stepRows: number;
  readonly #peak: number;

  constructor(job: MapJob, machine: Machine, operation: BitLinearOperation) {
    this.#job = job;
    this.#machine = machine;
    this.#operation = operation;
    this.#stepRows = stepRowsOf(job);
    this.#peak = peakBytesPerPs(machine, job.device);
  }

  of(tile: TileChoice, stage: StageChoice): Candidate | Unfit {
    const machine = this.#machine;
    const { name } = this.#operation;
    const label = labelOf(tile, stage, machine);
    const resident = stage.order === 'weights' ? this.#stepRows : stage.rows;
    const places = stage.order === 'weights' ? 1 : stage.slots;
    const misfit =
      weightsMisfit(tile, machine) ??
      sumsMisfit(stage.rows, tile.tileN, machine) ??
      activationsMisfit(this.#span(tile), machine, resident, places);
    if (misfit !== undefined) return { label, ...misfit };
    const mapping: ExplicitMapping = {
      stages: { [this.#job.phase]: [stage] },
      tiles: { [name]: tile },
    };
    return { label, machine, mapping, boundPs: this.#bound(tile, stage) };
  }

  #span(tile: TileChoice): Span {
    const { manifest } = this.#job.trace;
    return spanOf(graphOf(manifest.operations, this.#machine, { [this.#operation.name]: tile }), 0, 1);
  }

  #bound(tile: TileChoice, { rows, order }: StageChoice): number {
    const { in: k, out: n } = this.#operation;
    const chunks = parts(this.#stepRows, rows).map(({ size }) => size);
    const cycles = projectionCycles(this.#machine, { k, n, ...tile }, chunks);
    const bytes = weightBytes(this.#operation, this.#machine, this.#job.trace.manifest, tile);
    const read = (order === 'weights' ? 1 : chunks.length) * bytes;
    // The size of a bitmap is known only where its zeros are counted.
    const exact = this.#machine.packing.dram !== 'bitmap-sign';
    return Math.max(
      clockPs(this.#machine, Math.max(cycles.array, cycles.vector)),
      exact ? read / this.#peak : 0,
    );
  }
}

function labelOf(
  { tileK, tileN }: TileChoice,
  { rows, slots, order, together }: StageChoice,
  machine: Machine,
): string {
  const rest = slots > 1 ? ', next beside' : together === true ? ', in one step' : '';
  const loops = order === 'weights' ? 'weights stay' : `rows stay${rest}`;
  const flow = dataflowOf(machine);
  return `${rows} rows, tile ${tileK} × ${tileN}, ${loops}${flow === null ? '' : `, ${flow}`}`;
}

function tilesOf({ in: k, out: n }: BitLinearOperation, machine: Machine, start: TileChoice): TileChoice[] {
  const { inputs, outputs } = arrayShape(machine.array);
  const ks = levels(k, inputs, MOST_PARTS_OF_INPUTS, [start.tileK]);
  return ks.flatMap((tileK) =>
    levels(n, outputs, MOST_PARTS_OF_OUTPUTS, [start.tileN, outputsThatFit(tileK, machine)]).map((tileN) => ({
      tileK,
      tileN,
    })),
  );
}

/** Sizes to try, largest first. */
function levels(length: number, granule: number, mostParts: number, others: readonly number[]): number[] {
  const sizes = new Set([length, ...others.filter((size) => size >= 1 && size < length)]);
  for (let count = 2; count <= mostParts; count++) {
    sizes.add(Math.min(length, Math.ceil(length / count / granule) * granule));
  }
  for (let size = granule; size < length; size *= 2) sizes.add(size);
  return [...sizes].toSorted((a, b) => b - a);
}

function chunksOf(rows: number, machine: Machine, tileN: number, start: number): number[] {
  const most = rowsAccumulated(machine, tileN);
  const sizes = new Set([rows, start]);
  for (let count = 2; count < 2 * rows; count *= 2) sizes.add(Math.ceil(rows / count));
  if (most >= 1 && most < rows) sizes.add(most).add(Math.ceil(rows / Math.ceil(rows / most)));
  return [...sizes].toSorted((a, b) => b - a);
}
