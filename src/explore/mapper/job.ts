/**
 * What is to be mapped: one projection or one phase of a trace, on one machine. Both are a trace of one phase, so that plans,
 * estimates and simulations are those of any trace.
 *
 * A projection alone is a product as in `tritsim gemm`: weights come from DRAM, its inputs are on the chip and its results stay
 * there. NOT MODELLED: which tiles another phase of the same trace would want; weights are stored in one order.
 */
import type { PriceTable } from '../../energy/table.ts';
import { TritsimError } from '../../errors/error.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { Machine } from '../../hardware/machine.ts';
import type { DramDevice } from '../../sim/dram/device.ts';
import { bitLinearsOf } from '../../trace/layout.ts';
import type { PhaseRecord } from '../../trace/manifest.ts';
import type { BitLinearOperation, Phase } from '../../trace/operation.ts';
import type { Trace } from '../../trace/trace.ts';

export const MAP_OBJECTIVES = ['time', 'energy', 'edp'] as const;
export type MapObjective = (typeof MAP_OBJECTIVES)[number];

export interface MapJob {
  /** Of one phase. */
  readonly trace: Trace;
  readonly phase: Phase;
  readonly machine: Machine;
  readonly device: DramDevice;
  readonly prices: PriceTable;
}

/** The record of the job's phase. */
export function recordOf({ trace, phase }: Pick<MapJob, 'trace' | 'phase'>): PhaseRecord {
  return trace.manifest.phases[phase]!;
}

/** Token rows of a step. */
export function stepRowsOf(job: Pick<MapJob, 'trace' | 'phase'>): number {
  const { batch, tokensPerStep } = recordOf(job);
  return batch * tokensPerStep;
}

/**
 * One phase of a trace.
 * @throws MAP_PHASE where the trace does not have it
 */
export function phaseTrace(trace: Trace, phase: Phase): Trace {
  const record = trace.manifest.phases[phase];
  if (record !== undefined) return withManifest(trace, { phases: { [phase]: record } });
  throw new TritsimError('MAP_PHASE', 'the trace has no such phase', {
    place: trace.name,
    found: phase,
    allowed: Object.keys(trace.manifest.phases),
  });
}

/**
 * One projection of one step of a phase, with its values where they are recorded.
 * @throws MAP_PHASE; MAP_OPERATION where the trace has no such projection
 */
export function operationTrace(trace: Trace, phase: Phase, name: string): Trace {
  const own = phaseTrace(trace, phase);
  const projections = bitLinearsOf(trace.manifest);
  const operation = projections.find((each) => each.name === name);
  if (operation === undefined) throw noSuchOperation(trace, name, projections);
  const alone: BitLinearOperation = { ...operation, after: [] };
  const record = own.manifest.phases[phase]!;
  const matrix = trace.manifest.matrices[name];
  return withManifest(own, {
    operations: [alone],
    matrices: matrix === undefined ? {} : { [name]: matrix },
    phases: { [phase]: { ...record, steps: 1 } },
  });
}

function withManifest(trace: Trace, changes: Partial<Trace['manifest']>): Trace {
  return {
    name: trace.name,
    hash: trace.hash,
    manifest: { ...trace.manifest, ...changes },
    readTrits: (matrix) => trace.readTrits(matrix),
    readRows: (phase, operation, from, to) => trace.readRows(phase, operation, from, to),
  };
}

function noSuchOperation(
  trace: Trace,
  name: string,
  projections: readonly BitLinearOperation[],
): TritsimError {
  const other = trace.manifest.operations.find((operation) => operation.name === name);
  const hint =
    other === undefined
      ? didYouMean(
          name,
          projections.map((each) => each.name),
        )
      : `It is of kind ${other.kind}, whose tiles follow from the operand buffer.`;
  return new TritsimError('MAP_OPERATION', 'the trace has no such projection', {
    place: trace.name,
    found: `'${name}'`,
    ...(hint !== undefined && { hint }),
  });
}
