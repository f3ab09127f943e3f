/**
 * A mapping given as data: the stages of a phase and the tiles of projections, in place of what `partition.ts` and
 * `tiling.ts` would choose. It is checked against the machine and then planned, lowered and run as any other; what it
 * does not name is chosen as always. `mappingOfPlan` writes any plan in this form.
 *
 * Units: token rows, inputs and outputs of a tile. NOT MODELLED: partial sums that leave the accumulator buffer, so a
 * tile of weights stays (`order: weights`) only where it has all inputs; another array dataflow for each operation.
 */
import { TritsimError } from '../errors/error.ts';
import { didYouMean } from '../errors/nearest.ts';
import { checkAccumulator } from '../hardware/check.ts';
import type { Machine } from '../hardware/machine.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { BitLinearOperation, Operation, Phase } from '../trace/operation.ts';
import { arrayShape } from './array-shape.ts';
import { activationsMisfit, requireFit, sumsMisfit, weightsMisfit } from './fit.ts';
import type { Partition, StagePlan } from './partition.ts';
import type { Plan } from './plan.ts';
import { spanOf, type Span } from './stages.ts';
import type { Graph } from './tensors.ts';
import { SLOTS, tileInputs, type TileChoice, type Tiling } from './tiling.ts';
import { bytesByRows, bytesByWeights, cutOf, spanBytes, weightBytes } from './traffic.ts';

/** One stage: so many consecutive operations, in the order of the trace. */
export interface StageChoice extends Pick<StagePlan, 'rows' | 'slots' | 'order'> {
  readonly operations: number;
  /**
   * Of one stage of all operations with one slot: whether its chunks of rows are one step, so that weights are fetched ahead
   * across them, and not a step each. Several stages, or two slots, are always one step.
   */
  readonly together?: boolean;
}

export interface ExplicitMapping {
  /** All stages of a phase; absent where the planner is to choose. */
  readonly stages?: Readonly<Partial<Record<Phase, readonly StageChoice[]>>>;
  /** By projection; absent where the planner is to choose. */
  readonly tiles?: Readonly<Record<string, TileChoice>>;
}

/** What a plan does, as data: planned again, it gives the same plan. */
export function mappingOfPlan({
  partitions,
  tilings,
}: Pick<Plan, 'partitions' | 'tilings'>): Required<ExplicitMapping> {
  const stages: Partial<Record<Phase, StageChoice[]>> = {};
  for (const phase of ['prefill', 'decode'] as const) {
    const own = partitions[phase];
    if (own === undefined) continue;
    const together = own.mapping === 'spilled' && own.stages.length === 1;
    stages[phase] = own.stages.map(({ span, rows, slots, order }) => ({
      operations: span.to - span.from,
      rows,
      slots,
      order,
      ...(together && { together }),
    }));
  }
  const tiles: Record<string, TileChoice> = {};
  for (const [name, { tileK, tileN }] of tilings) tiles[name] = { tileK, tileN };
  return { stages, tiles };
}

/**
 * The partition that the choices describe.
 * @throws MAPPING_STAGES where they are not stages of this phase, MAPPING_ACTIVATIONS_TOO_SMALL and
 *   MAPPING_ACCUMULATORS_TOO_SMALL with the bytes that are missing
 */
export function explicitPartition(
  manifest: TraceManifest,
  phase: Phase,
  graph: Graph,
  choices: readonly StageChoice[],
): Partition {
  const record = manifest.phases[phase]!;
  const { machine, operations } = graph;
  const stepRows = record.batch * record.tokensPerStep;
  const covered = choices.reduce((sum, choice) => sum + choice.operations, 0);
  if (covered !== operations.length || choices.some((choice) => choice.operations < 1)) {
    throw refused(phase, `stages of ${covered} operations`, `${operations.length} in the trace`);
  }
  const weights = operations.map((operation) =>
    weightBytes(operation, machine, manifest, graph.tiles.get(operation.name)),
  );
  let from = 0;
  const stages = choices.map((choice, i): StagePlan => {
    const { rows, slots, order } = choice;
    const place = `${phase}, stage ${i + 1}`;
    if (!Number.isInteger(rows) || rows < 1 || rows > stepRows) {
      throw refused(place, `${rows} rows at a time`, `1 to ${stepRows}`);
    }
    if (slots !== 1 && slots !== SLOTS) throw refused(place, `${slots} slots`, `1 or ${SLOTS}`);
    const span = spanOf(graph, from, from + choice.operations);
    from = span.to;
    requireSums(graph, span, rows, place);
    const form = spanBytes(span, operations, weights, machine);
    if (order === 'rows') {
      requireFit(activationsMisfit(span, machine, rows, slots), place);
      return { span, rows, slots, order, bytes: bytesByRows(form, cutOf(phase, record, rows)) };
    }
    const tiles = stayingTiles(graph, span, place);
    // Rows that no stage left in DRAM are on the chip all the while.
    const resident = span.loads.length === 0;
    const [held, places] = resident ? [stepRows, 1] : [rows, SLOTS];
    requireFit(activationsMisfit(span, machine, held, places), place);
    const bytes = bytesByWeights(form, record.steps, stepRows * record.steps, tiles);
    return { span, rows, slots, order, bytes };
  });
  const bytes = stages.reduce((sum, stage) => sum + stage.bytes, 0);
  const together = stages.length > 1 || choices[0]!.together === true;
  return { mapping: together ? 'spilled' : nameOf(stages[0]!, stepRows), stages, bytes };
}

/** @throws MAPPING_TILE where a tile is none of a projection of the trace */
export function requireTiles(
  operations: readonly Operation[],
  tiles: Readonly<Record<string, TileChoice>>,
): void {
  const projections = new Map(
    operations.flatMap((operation) =>
      operation.kind === 'bitlinear' ? [[operation.name, operation] as const] : [],
    ),
  );
  for (const [name, { tileK, tileN }] of Object.entries(tiles)) {
    const { in: k, out: n } = projections.get(name) ?? { in: 0, out: 0 };
    const whole = Number.isInteger(tileK) && Number.isInteger(tileN);
    if (whole && tileK >= 1 && tileK <= k && tileN >= 1 && tileN <= n) continue;
    const hint = projections.has(name) ? undefined : didYouMean(name, projections.keys());
    throw new TritsimError('MAPPING_TILE', 'is no tile of a projection of the trace', {
      place: name,
      found: `${tileK} inputs × ${tileN} outputs`,
      allowed: projections.has(name) ? [`1 to ${k} inputs`, `1 to ${n} outputs`] : [],
      ...(hint !== undefined && { hint }),
    });
  }
}

/**
 * A chosen tile, checked.
 * @param rows token rows at a time at most
 * @throws MAPPING_WEIGHTS_TOO_SMALL, MAPPING_ACCUMULATORS_TOO_SMALL, MACHINE_ACCUMULATOR_NARROW
 */
export function explicitTiling(
  { name, in: k, out: n }: BitLinearOperation,
  rows: number,
  machine: Machine,
  tile: TileChoice,
): Tiling {
  checkAccumulator(machine, k, name);
  const { tileK, tileN } = tile;
  requireFit(weightsMisfit(tile, machine), `${name}: two slots of ${tileK} × ${tileN} weights`);
  requireFit(sumsMisfit(rows, tileN, machine), `${name}: two slots of ${rows} rows × ${tileN} sums`);
  return { k, n, tileK, tileN };
}

function nameOf({ rows, order }: StagePlan, stepRows: number): Partition['mapping'] {
  return rows >= stepRows || order === 'weights' ? 'whole' : 'chunked';
}

/** Tiles of the one projection of a stage whose weights stay. */
function stayingTiles({ operations, tiles, machine }: Graph, { from, to }: Span, place: string): number {
  const operation = operations[from]!;
  if (to > from + 1 || operation.kind !== 'bitlinear') {
    throw refused(
      place,
      `${to - from} operations from ${operation.name} whose weights stay`,
      'one projection',
    );
  }
  const tile = tiles.get(operation.name);
  if (tile === undefined) throw refused(place, 'no tile', `one of ${operation.name}, whose weights stay`);
  if (tileInputs(operation, machine, tile) < operation.in) {
    throw refused(place, `tiles of ${tile.tileK} inputs whose weights stay`, `all ${operation.in}`);
  }
  return Math.ceil(operation.out / tile.tileN);
}

/** Rows with the sums of a tile: of a chosen one, else of one granule of the array. */
function requireSums(
  { operations, tiles, machine }: Graph,
  { from, to }: Span,
  rows: number,
  place: string,
): void {
  for (const { name, kind } of operations.slice(from, to)) {
    if (kind !== 'bitlinear') continue;
    const outputs = tiles.get(name)?.tileN ?? arrayShape(machine.array).outputs;
    requireFit(sumsMisfit(rows, outputs, machine), `${place}, ${name}: ${rows} rows × ${outputs} sums`);
  }
}

function refused(place: string, found: string, allowed: string): TritsimError {
  return new TritsimError('MAPPING_STAGES', 'these are no stages of the phase', {
    place,
    found,
    allowed: [allowed],
  });
}
