/**
 * A trace on a machine: steps, tiles and addresses, and from these the program of each step. Nothing here knows time.
 *
 * NOT MODELLED: prefetching the first weights of the next token while the head still runs (a step begins when the one
 * before has ended); reuse of the embedding rows of a prompt; sampling (the logits are written to DRAM for the host).
 */
import type { Machine } from '../hardware/machine.ts';
import { PHASES } from '../trace/layout.ts';
import type { TraceManifest } from '../trace/manifest.ts';
import type { Operation, Phase } from '../trace/operation.ts';
import { mapAddresses, type AddressMap } from './address-map.ts';
import { lowerAttention } from './lower/attention.ts';
import { SlotRing, type LoweringContext } from './lower/context.ts';
import { lowerElementwise } from './lower/elementwise.ts';
import { lowerEmbedding, lowerHead } from './lower/ends.ts';
import { lowerLinear } from './lower/linear.ts';
import { statedNonzeros, type TileNonzeros } from './nonzeros.ts';
import { ProgramBuilder, type CommandSink, type Program } from './program.ts';
import { maxRowsPerStep } from './residency.ts';
import { stepsOf, type Step } from './steps.ts';
import { tileLinear, type Tiling } from './tiling.ts';

export interface Plan {
  /** Steps of each phase that the trace has. */
  readonly steps: Partial<Readonly<Record<Phase, readonly Step[]>>>;
  /** By projection. Weights are stored once, tile by tile, so every step of every phase uses the same tiles. */
  readonly tilings: ReadonlyMap<string, Tiling>;
  readonly addresses: AddressMap;
}

/**
 * Cuts a trace into steps and tiles; tiles are chosen for the step with the most rows.
 * @throws MAPPING_* and MACHINE_ACCUMULATOR_NARROW where the model does not fit the machine
 */
export function tileTrace(manifest: TraceManifest, machine: Machine): Pick<Plan, 'steps' | 'tilings'> {
  const maxRows = maxRowsPerStep(manifest.operations, machine);
  const steps: Partial<Record<Phase, Step[]>> = {};
  let rows = 0;
  for (const phase of PHASES) {
    const record = manifest.phases[phase];
    if (record === undefined) continue;
    steps[phase] = stepsOf(phase, record, maxRows);
    for (const step of steps[phase]) rows = Math.max(rows, step.rows);
  }
  const tilings = new Map<string, Tiling>();
  const ofShape = new Map<string, Tiling>();
  for (const operation of manifest.operations) {
    if (operation.kind !== 'bitlinear') continue;
    const shape = `${operation.in}x${operation.out}`;
    const tiling = ofShape.get(shape) ?? tileLinear(operation, rows, machine);
    ofShape.set(shape, tiling);
    tilings.set(operation.name, tiling);
  }
  return { steps, tilings };
}

/**
 * Plans a trace: steps, tiles and addresses.
 * @param nonzeros of each tile, for a packing whose size depends on them; a synthesized trace states its own
 * @throws what `tileTrace` throws; MAPPING_NO_NONZEROS
 */
export function planTrace(manifest: TraceManifest, machine: Machine, nonzeros?: TileNonzeros): Plan {
  const { steps, tilings } = tileTrace(manifest, machine);
  const sized = machine.packing.dram === 'bitmap-sign';
  const counts = sized ? (nonzeros ?? statedNonzeros(manifest, tilings)) : undefined;
  return { steps, tilings, addresses: mapAddresses(manifest, machine, tilings, counts) };
}

/** The program of one step of a plan. */
export function buildProgram(manifest: TraceManifest, plan: Plan, step: Step, machine: Machine): Program {
  const builder = new ProgramBuilder();
  const context = beginStep(manifest, plan, step, machine, builder);
  manifest.operations.forEach((operation, index) => {
    builder.beginOperation(index);
    lowerOperation(context, operation);
  });
  return builder.finish();
}

/** The state in which the first operation of a step is lowered into `builder`. */
export function beginStep(
  manifest: TraceManifest,
  plan: Plan,
  step: Step,
  machine: Machine,
  builder: CommandSink,
): LoweringContext {
  const record = manifest.phases[step.phase]!;
  return {
    machine,
    step,
    addresses: plan.addresses,
    tilings: plan.tilings,
    idOf: (row) => record.ids[step.firstRow + row] ?? modelledId(step.firstRow + row, manifest),
    builder,
    finished: new Map(),
    weightSlots: new SlotRing(),
    accumulatorSlots: new SlotRing(),
    operandSlots: new SlotRing(),
  };
}

/** Lowers one operation; those that it reads from have been lowered. */
export function lowerOperation(context: LoweringContext, operation: Operation): void {
  switch (operation.kind) {
    case 'embedding':
      return lowerEmbedding(context, operation);
    case 'bitlinear':
      return lowerLinear(context, operation);
    case 'attention':
      return lowerAttention(context, operation);
    case 'head':
      return lowerHead(context, operation);
    case 'norm':
    case 'quantize':
    case 'rope':
    case 'activation':
    case 'residual':
      return lowerElementwise(context, operation);
  }
}

/** A synthesized trace has no token ids: rows are scattered over the table by a multiplicative hash (Knuth's constant). */
function modelledId(row: number, manifest: TraceManifest): number {
  return (Math.imul(row + 1, 0x9e3779b1) >>> 0) % manifest.model.shape.vocab;
}
