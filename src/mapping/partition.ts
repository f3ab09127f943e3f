/**
 * Which way through the model moves the fewest DRAM bytes. A step that fits the activation buffer is one stage. One
 * that does not is run in chunks of rows through the whole model, each of which reads all weights; or the model is cut
 * into stages that all rows pass one after the other (`stages.ts`). Where to cut is the shortest path over the
 * operations, with the closed form of `traffic.ts` as the length of each stage: no other cut moves fewer bytes.
 *
 * Units: bytes. NOT MODELLED: a stage longer than a layer; the time that a stage takes to fill and to empty.
 */
import { TritsimError } from '../errors/error.ts';
import type { PhaseRecord, TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import { arrayShape } from './array-shape.ts';
import { bytesNeeded, rowsAccumulated, rowsThatFit, spanOf, type Span } from './stages.ts';
import type { Graph } from './tensors.ts';
import { outputsThatFit, SLOTS } from './tiling.ts';
import { bytesByRows, bytesByWeights, cutOf, spanBytes, tilesOf, weightBytes, type Cut } from './traffic.ts';

/** A stage as it is run. */
export interface StagePlan {
  readonly span: Span;
  /** Token rows at a time. */
  readonly rows: number;
  /** Chunks that have room in the activation buffer at a time. */
  readonly slots: number;
  /** `rows`: a chunk of rows stays while weights stream; `weights`: a tile of weights stays while rows stream. */
  readonly order: 'rows' | 'weights';
  /** DRAM bytes of all steps of the phase, in closed form. */
  readonly bytes: number;
}

/** How a phase is run. */
export interface Partition {
  /** `whole`: a step fits the chip; `chunked`: chunks pass through the model; `spilled`: stages, values between them in DRAM. */
  readonly mapping: 'whole' | 'chunked' | 'spilled';
  readonly stages: readonly StagePlan[];
  /** DRAM bytes of the phase, in closed form. */
  readonly bytes: number;
}

/** Of every phase of a trace. */
export type Partitions = Readonly<Partial<Record<Phase, Partition>>>;

/** What the shortest path adds up. */
export type StageLength = (stage: StagePlan) => number;
const IN_BYTES: StageLength = ({ bytes }) => bytes;

/**
 * The stages whose lengths add up to least, whatever the machine's `mapping.activations` says; undefined where some operation
 * fits no stage. The default minimizes bytes; a mapper may minimize something else.
 */
export function shortestStages(
  manifest: TraceManifest,
  phase: Phase,
  graph: Graph,
  length: StageLength = IN_BYTES,
): Partition | undefined {
  return new Planner(manifest, phase, manifest.phases[phase]!, graph, length).spilled();
}

/**
 * The partition of one phase.
 * @throws MAPPING_ACTIVATIONS_TOO_SMALL, MAPPING_ACCUMULATORS_TOO_SMALL where not even one row fits, with the bytes that are missing
 */
export function partition(manifest: TraceManifest, phase: Phase, graph: Graph): Partition {
  const record = manifest.phases[phase]!;
  const { machine } = graph;
  requireAccumulators(graph);
  const planner = new Planner(manifest, phase, record, graph);
  const all = planner.chunked();
  const mode = machine.mapping.activations;
  if (all !== undefined && all.rows >= planner.stepRows) {
    return { mapping: 'whole', stages: [all], bytes: all.bytes };
  }
  if (mode === 'chunked') {
    if (all === undefined) throw tooSmall(graph, 0, graph.operations.length);
    return { mapping: 'chunked', stages: [all], bytes: all.bytes };
  }
  const spilled = planner.spilled();
  if (spilled !== undefined && (mode === 'spilled' || all === undefined || spilled.bytes < all.bytes)) {
    return spilled;
  }
  if (all === undefined || mode === 'spilled') throw tooSmall(graph, ...planner.tightest());
  return { mapping: 'chunked', stages: [all], bytes: all.bytes };
}

/** A stage but for its place, which others like it do not share, and its length. */
type Choice = Omit<StagePlan, 'span'> & { readonly length: number };

class Planner {
  /** Rows of one step. */
  readonly stepRows: number;
  readonly #phase: Phase;
  readonly #record: PhaseRecord;
  readonly #graph: Graph;
  readonly #length: StageLength;
  readonly #weights: readonly number[];
  /** By operation: one number for all that are alike in shape, in what they read and in who reads them. */
  readonly #forms: readonly number[];
  /** Rows that projections have at a time in other phases at least: their tiles are the same. */
  readonly #otherRows: number;
  readonly #cuts = new Map<number, Cut>();
  /** By the forms of a stage's operations. */
  readonly #known = new Map<string, { readonly choice: Choice | undefined; readonly needed: number }>();
  /** By operation, the stage in which it needs least of the activation buffer. */
  readonly #least: { readonly from: number; readonly to: number; readonly needed: number }[] = [];

  constructor(
    manifest: TraceManifest,
    phase: Phase,
    record: PhaseRecord,
    graph: Graph,
    length: StageLength = IN_BYTES,
  ) {
    this.#length = length;
    this.stepRows = record.batch * record.tokensPerStep;
    this.#phase = phase;
    this.#record = record;
    this.#graph = graph;
    this.#weights = graph.operations.map((operation) =>
      weightBytes(operation, graph.machine, manifest, graph.tiles.get(operation.name)),
    );
    this.#forms = formsOf(graph, this.#weights);
    const others = Object.entries(manifest.phases).filter(([name]) => name !== phase);
    this.#otherRows = Math.max(0, ...others.map(([, { batch, tokensPerStep }]) => batch * tokensPerStep));
  }

  /** All operations in one stage; undefined where not even one row fits. */
  chunked(): StagePlan | undefined {
    const span = spanOf(this.#graph, 0, this.#graph.operations.length);
    const choice = this.#inChunks(span, 1);
    if (choice === undefined) return undefined;
    const { length: _length, ...stage } = choice;
    return { ...stage, span };
  }

  /** The stages of least length; undefined where some operation fits no stage. */
  spilled(): Partition | undefined {
    const { operations } = this.#graph;
    const longest = longestLayer(operations.map(({ layer }) => layer));
    const best: ({ readonly length: number; readonly from: number; readonly choice?: Choice } | undefined)[] =
      [{ length: 0, from: 0 }];
    for (let to = 1; to <= operations.length; to++) {
      for (let from = Math.max(0, to - longest); from < to; from++) {
        const before = best[from];
        const choice = this.#cheapest(from, to);
        if (before === undefined || choice === undefined) continue;
        const length = before.length + choice.length;
        if (length < (best[to]?.length ?? Infinity)) best[to] = { length, from, choice };
      }
    }
    const end = best[operations.length];
    if (end === undefined) return undefined;
    const stages: StagePlan[] = [];
    for (let to = operations.length; to > 0; to = stages[0]!.span.from) {
      const { from, choice } = best[to]!;
      const { length: _length, ...stage } = choice!;
      stages.unshift({ ...stage, span: spanOf(this.#graph, from, to) });
    }
    return { mapping: 'spilled', stages, bytes: stages.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  /** Of the stages in which each operation needs least, the one that needs most. */
  tightest(): [from: number, to: number] {
    const { from, to } = this.#least.reduce((most, stage) => (stage.needed > most.needed ? stage : most));
    return [from, to];
  }

  #cheapest(from: number, to: number): Choice | undefined {
    const key = this.#forms.slice(from, to).join();
    let known = this.#known.get(key);
    if (known === undefined) {
      const span = spanOf(this.#graph, from, to);
      const needed = bytesNeeded(span, this.#graph.machine, 1, 1);
      known = { choice: this.#choose(span), needed };
      this.#known.set(key, known);
    }
    const { choice, needed } = known;
    for (let i = from; i < to; i++) {
      if (needed < (this.#least[i]?.needed ?? Infinity)) this.#least[i] = { from, to, needed };
    }
    return choice;
  }

  #choose(span: Span): Choice | undefined {
    const [one, two] = [this.#inChunks(span, 1), this.#inChunks(span, SLOTS)];
    const byRows = two !== undefined && two.length <= one!.length ? two : one;
    const byWeights = this.#weightsStay(span);
    return byWeights !== undefined && (byRows === undefined || byWeights.length < byRows.length)
      ? byWeights
      : byRows;
  }

  #inChunks(span: Span, slots: number): Choice | undefined {
    const { machine, operations } = this.#graph;
    const most = Math.min(this.stepRows, this.#rowsAccumulated(span));
    const fit = rowsThatFit(span, machine, slots, most);
    if (fit < 1) return undefined;
    const rows = Math.ceil(this.stepRows / Math.ceil(this.stepRows / fit));
    const bytes = bytesByRows(spanBytes(span, operations, this.#weights, machine), this.#cut(rows));
    return this.#measured({ span, rows, slots, order: 'rows', bytes });
  }

  /** Order `weights`: one projection, whose tiles have all its inputs. */
  #weightsStay(span: Span): Choice | undefined {
    const { machine, operations, tiles: chosen } = this.#graph;
    const operation = operations[span.from]!;
    if (span.to > span.from + 1 || operation.kind !== 'bitlinear' || span.loads.length === 0)
      return undefined;
    // Fewer rows at a time leave room for sums of more outputs, up to what fits the weight buffer.
    const tile = chosen.get(operation.name);
    const outputs = tile?.tileN ?? Math.min(operation.out, outputsThatFit(operation.in, machine));
    if (outputs < 1) return undefined;
    const { accumulators } = machine.buffers;
    const sums = (accumulators.capacityBytes * 8) / SLOTS / machine.array.accumulatorBits;
    const most = Math.min(this.stepRows, rowsAccumulated(machine), Math.max(1, Math.floor(sums / outputs)));
    const rows = rowsThatFit(span, machine, SLOTS, most);
    if (rows < 1) return undefined;
    const tiledFor = Math.max(rows, Math.min(this.#otherRows, rowsAccumulated(machine)));
    const tiles = tilesOf(operation, tiledFor, machine, tile);
    if (tiles === Infinity) return undefined;
    const { steps } = this.#record;
    const form = spanBytes(span, operations, this.#weights, machine);
    const bytes = bytesByWeights(form, steps, this.stepRows * steps, tiles);
    return this.#measured({ span, rows, slots: SLOTS, order: 'weights', bytes });
  }

  #measured(stage: StagePlan): Choice {
    const { span: _span, ...choice } = stage;
    return { ...choice, length: this.#length(stage) };
  }

  #rowsAccumulated({ from, to }: Span): number {
    const { machine, operations, tiles } = this.#graph;
    const projections = operations.slice(from, to).filter(({ kind }) => kind === 'bitlinear');
    return Math.min(...projections.map(({ name }) => rowsAccumulated(machine, tiles.get(name)?.tileN)));
  }

  #cut(rows: number): Cut {
    const cut = this.#cuts.get(rows) ?? cutOf(this.#phase, this.#record, rows);
    this.#cuts.set(rows, cut);
    return cut;
  }
}

/**
 * Numbers the forms of operations: two stages whose operations have the same forms are alike, since who reads a result
 * tells whether it leaves the stage.
 */
function formsOf({ operations, tensors, inputs, tiles }: Graph, weights: readonly number[]): number[] {
  const numbers = new Map<string, number>();
  return operations.map((operation, i) => {
    const { name: _name, layer: _layer, after: _after, ...shape } = operation;
    const reads = inputs[i]!.map(({ producer }) => i - producer);
    const readers = tensors[i]!.consumers.map((consumer) => consumer - i);
    const key = JSON.stringify([shape, reads, readers, weights[i], tiles.get(operation.name)]);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
}

/** Operations of the longest layer; of all, where there are no layers. */
function longestLayer(layers: readonly (number | null)[]): number {
  const lengths = new Map<number | null, number>();
  for (const layer of layers) lengths.set(layer, (lengths.get(layer) ?? 0) + 1);
  return Math.max(...lengths.values());
}

function tooSmall(graph: Graph, from: number, to: number): TritsimError {
  const { machine, operations } = graph;
  const span = spanOf(graph, from, to);
  const needed = bytesNeeded(span, machine, 1, 1);
  const { capacityBytes } = machine.buffers.activations;
  const { name } = operations[span.widest]!;
  return new TritsimError(
    'MAPPING_ACTIVATIONS_TOO_SMALL',
    'one token row does not fit the activation buffer',
    {
      place: `${machine.name}: buffers.activations.capacity`,
      found: `${capacityBytes} bytes`,
      hint: `At ${name} a row needs ${needed} bytes: ${needed - capacityBytes} more.`,
    },
  );
}

function requireAccumulators({ machine, operations }: Graph): void {
  if (rowsAccumulated(machine) >= 1 || !operations.some(({ kind }) => kind === 'bitlinear')) return;
  const { capacityBytes } = machine.buffers.accumulators;
  const { outputs } = arrayShape(machine.array);
  const needs = Math.ceil((SLOTS * outputs * machine.array.accumulatorBits) / 8);
  throw new TritsimError('MAPPING_ACCUMULATORS_TOO_SMALL', 'no tile fits the accumulator buffer', {
    place: `${machine.name}: buffers.accumulators.capacity`,
    found: `${capacityBytes} bytes`,
    hint: `Two slots of one row × ${outputs} outputs × ${machine.array.accumulatorBits} bits are needed: ${needs - capacityBytes} bytes more.`,
  });
}
