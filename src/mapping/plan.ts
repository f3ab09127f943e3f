/**
 * A trace on a machine: partitions, steps, tiles and addresses, and from these the program of each step. Nothing here
 * knows time.
 *
 * NOT MODELLED: prefetching the first weights of the next token while the head still runs (a step begins when the one
 * before has ended); reuse of the embedding rows of a prompt; sampling (the logits are written to DRAM for the host).
 */
import { TritsimError } from '../errors/error.ts';
import type { Machine } from '../hardware/machine.ts';
import { phasesOf } from '../trace/layout.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import { mapAddresses, type AddressMap } from './address-map.ts';
import { explicitPartition, explicitTiling, requireTiles, type ExplicitMapping } from './explicit.ts';
import { SlotRing, type StepContext } from './lower/context.ts';
import { SpillLog } from './lower/spill.ts';
import { lowerStage } from './lower/stage.ts';
import { statedNonzeros, type TileNonzeros } from './nonzeros.ts';
import { partition, type Partition, type Partitions } from './partition.ts';
import { plannedSteps, type PlannedStep } from './planned-step.ts';
import { ProgramBuilder, type CommandSink, type Program } from './program.ts';
import { graphOf, type Graph } from './tensors.ts';
import { tileLinear, type Tiling } from './tiling.ts';

export interface Plan {
  readonly graph: Graph;
  /** How each phase is run, and what that costs in DRAM bytes. */
  readonly partitions: Partitions;
  /** Steps of each phase that the trace has. */
  readonly steps: Partial<Readonly<Record<Phase, readonly PlannedStep[]>>>;
  /** By projection. Weights are stored once, tile by tile, so every step of every phase uses the same tiles. */
  readonly tilings: ReadonlyMap<string, Tiling>;
  readonly addresses: AddressMap;
}

/**
 * Cuts a trace into stages, steps and tiles; a projection's tiles are chosen for the chunk with the most rows.
 * @param mapping in place of what would be chosen, as far as it goes
 * @throws MAPPING_* and MACHINE_ACCUMULATOR_NARROW where the model does not fit the machine
 */
export function tileTrace(
  manifest: TraceManifest,
  machine: Machine,
  { stages = {}, tiles = {} }: ExplicitMapping = {},
): Omit<Plan, 'addresses'> {
  requireTiles(manifest.operations, tiles);
  const graph = graphOf(manifest.operations, machine, tiles);
  const partitions: Partial<Record<Phase, Partition>> = {};
  const steps: Partial<Record<Phase, PlannedStep[]>> = {};
  const rows = new Int32Array(manifest.operations.length);
  for (const [phase, record] of phasesOf(manifest)) {
    const asked = stages[phase];
    const found =
      asked === undefined
        ? partition(manifest, phase, graph)
        : explicitPartition(manifest, phase, graph, asked);
    partitions[phase] = found;
    steps[phase] = plannedSteps(phase, record, found);
    for (const { span, rows: most } of found.stages) {
      for (let i = span.from; i < span.to; i++) rows[i] = Math.max(rows[i]!, most);
    }
  }
  const tilings = new Map<string, Tiling>();
  const known = new Map<string, Tiling>();
  manifest.operations.forEach((operation, i) => {
    if (operation.kind !== 'bitlinear') return;
    const tile = graph.tiles.get(operation.name);
    if (tile !== undefined) {
      tilings.set(operation.name, explicitTiling(operation, rows[i]!, machine, tile));
      return;
    }
    const key = `${operation.in} ${operation.out} ${rows[i]}`;
    const tiling = known.get(key) ?? tileLinear(operation, rows[i]!, machine);
    known.set(key, tiling);
    tilings.set(operation.name, tiling);
  });
  requireLikeTiles(graph, tilings);
  return { graph, partitions, steps, tilings };
}

/** Projections of a group are worked out together, tile by tile. */
function requireLikeTiles({ groups, operations }: Graph, tilings: ReadonlyMap<string, Tiling>): void {
  for (const [i, { first }] of groups) {
    const [own, other] = [tilings.get(operations[i]!.name), tilings.get(operations[first]!.name)!];
    if (own === undefined || (own.tileK === other.tileK && own.tileN === other.tileN)) continue;
    throw new TritsimError('MAPPING_TILE', 'projections of a group need the same tiles', {
      place: operations[i]!.name,
      found: `${own.tileK} × ${own.tileN}`,
      allowed: [`${other.tileK} × ${other.tileN} as ${operations[first]!.name}`],
    });
  }
}

/**
 * Plans a trace: stages, steps, tiles and addresses.
 * @param nonzeros of each tile, for a packing whose size depends on them; a synthesized trace states its own
 * @param mapping in place of what would be chosen, as far as it goes
 * @throws what `tileTrace` throws; MAPPING_NO_NONZEROS
 */
export function planTrace(
  manifest: TraceManifest,
  machine: Machine,
  nonzeros?: TileNonzeros,
  mapping?: ExplicitMapping,
): Plan {
  const tiled = tileTrace(manifest, machine, mapping);
  const sized = machine.packing.dram === 'bitmap-sign';
  const counts = sized ? (nonzeros ?? statedNonzeros(manifest, tiled.tilings)) : undefined;
  return { ...tiled, addresses: mapAddresses(manifest, tiled, counts) };
}

/** The program of one step of a plan. */
export function buildProgram(
  manifest: TraceManifest,
  plan: Plan,
  step: PlannedStep,
  machine: Machine,
): Program {
  const builder = new ProgramBuilder();
  const context = beginStep(manifest, plan, step, machine, builder);
  let ends: readonly number[] = [];
  for (const stage of step.stages) ends = lowerStage(context, stage, ends);
  return builder.finish();
}

/** The state in which the first stage of a step is lowered into `builder`. */
export function beginStep(
  manifest: TraceManifest,
  { graph, addresses, tilings }: Plan,
  step: PlannedStep,
  machine: Machine,
  builder: CommandSink,
): StepContext {
  const record = manifest.phases[step.phase]!;
  return {
    machine,
    graph,
    whole: step,
    addresses,
    tilings,
    idOf: (row) => record.ids[row] ?? modelledId(row, manifest),
    builder,
    weightSlots: new SlotRing(),
    accumulatorSlots: new SlotRing(),
    operandSlots: new SlotRing(),
    stagingSlots: new SlotRing(),
    spills: new SpillLog(),
  };
}

/** A synthesized trace has no token ids: rows are scattered over the table by a multiplicative hash (Knuth's constant). */
function modelledId(row: number, manifest: TraceManifest): number {
  return (Math.imul(row + 1, 0x9e3779b1) >>> 0) % manifest.model.shape.vocab;
}
