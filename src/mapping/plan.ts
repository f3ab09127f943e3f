/**
 * A trace on a machine: partitions, steps, tiles and addresses, and from these the program of each step. Nothing here
 * knows time.
 *
 * NOT MODELLED: prefetching the first weights of the next token while the head still runs (a step begins when the one
 * before has ended); reuse of the embedding rows of a prompt; sampling (the logits are written to DRAM for the host).
 */
import type { Machine } from '../hardware/machine.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { Phase } from '../trace/operation.ts';
import { mapAddresses, type AddressMap } from './address-map.ts';
import type { ExplicitMapping } from './explicit.ts';
import { SlotRing, type StepContext } from './lower/context.ts';
import { SpillLog } from './lower/spill.ts';
import { lowerStage } from './lower/stage.ts';
import { statedNonzeros, type TileNonzeros } from './nonzeros.ts';
import type { Partitions } from './partition.ts';
import type { PlannedStep } from './planned-step.ts';
import { ProgramBuilder } from './program-builder.ts';
import type { CommandSink, Program } from './program.ts';
import type { Graph } from './tensors.ts';
import { tileTrace } from './tile-trace.ts';
import type { Tiling } from './tiling.ts';

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
