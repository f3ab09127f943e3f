/** What a simulation returns for each phase: time, counts and checks. No joules. */
import type { Operation, Phase } from '../trace/operation.ts';
import type { StallCause } from './controller/stalls.ts';
import type { DramCounts } from './dram/system.ts';
import type { Component, LedgerRow } from './ledger.ts';
import type { PartCounts } from './ledger-parts.ts';

/** One operation of a phase, summed over its steps. */
export interface OperationResult {
  readonly name: string;
  readonly kind: Operation['kind'];
  readonly layer: number | null;
  /** Part of the phase's time attributed to this operation; the parts add up to the phase's time. */
  readonly timePs: number;
  /** Cycles that the array (BitLinear), the float unit or the vector unit worked on it. */
  readonly busyCycles: number;
  /** Multiply-adds (select-adds) of the operation, before any skipping. */
  readonly multiplyAdds: number;
  readonly dramReadBytes: number;
  readonly dramWriteBytes: number;
}

export interface ComponentTime {
  /** Time that it was busy, ps. */
  readonly busyPs: number;
  /** Part of the total attributed to it, ps; these add up to the phase's time. */
  readonly exposedPs: number;
}

/** What the array did in a phase, summed over its tiles. */
export interface ArrayTotals {
  /** Cycles from the first operand to the last result of each tile, with memory ideal, read-out apart. */
  readonly computeCycles: number;
  /** Cycles in which results only left the array. */
  readonly readoutCycles: number;
  /** Cycles that tiles waited for ports of the buffers. */
  readonly portStallCycles: number;
  /** Multiply-adds before any skipping. */
  readonly multiplyAdds: number;
  /** Lane-cycles that did useful work; `arrayUtilisation` is their share. */
  readonly laneCycles: number;
  /** Multiply-adds before any skipping ÷ (lanes × cycles of the phase): above 1 where enough zeros are skipped. */
  readonly denseEquivalent: number;
}

/** Where the plan put values that do not fit the chip (`mapping/partition.ts`). */
export interface PhaseMapping {
  readonly activations: 'whole' | 'chunked' | 'spilled';
  /** Stages of a step; one but where values are spilled. */
  readonly stages: number;
  /** DRAM bytes that the plan asks for, in closed form; bursts used in part are counted whole elsewhere. */
  readonly dramBytes: number;
}

export interface PhaseResult {
  readonly phase: Phase;
  readonly steps: number;
  readonly batch: number;
  /** Token rows processed: batch × tokens a step × steps. */
  readonly tokens: number;
  readonly timePs: number;
  /** ceil(time ÷ period of the array's clock). */
  readonly cycles: number;
  readonly dramCycles: number;
  /** Time of the first and the last step, ps: decode grows with its context. */
  readonly firstStepPs: number;
  readonly lastStepPs: number;
  readonly components: Readonly<Record<Component, ComponentTime>>;
  /** Time with no command on the array by what it waited for, ps; absent from an estimate, which follows no time line. */
  readonly arrayStallsPs?: Readonly<Record<StallCause, number>>;
  readonly ledger: readonly LedgerRow[];
  /** The ledger by part of the model; absent from an estimate, which adds like layers up without counting them apart. */
  readonly parts?: readonly PartCounts[];
  readonly dram: DramCounts;
  readonly operations: readonly OperationResult[];
  /** Busy lane-cycles ÷ (lanes × cycles of the phase), at most 1. */
  readonly arrayUtilisation: number;
  readonly floatUtilisation: number;
  readonly array: ArrayTotals;
  readonly mapping: PhaseMapping;
}

export interface FunctionalCheck {
  /** int32 outputs compared with the trace. */
  readonly compared: number;
  readonly mismatches: number;
  /** Why nothing was compared although it was not tried. */
  readonly reason?: string;
}

/** `cycle`: command by command; `analytic`: durations in closed form (`analytic/`), values not computed. */
export const FIDELITIES = ['cycle', 'analytic'] as const;
export type Fidelity = (typeof FIDELITIES)[number];

export interface SimulationResult {
  readonly fidelity: Fidelity;
  readonly phases: readonly PhaseResult[];
  readonly functional: FunctionalCheck;
  /** Every conservation check that ran, by name; a violated one has thrown. */
  readonly conservation: readonly string[];
}
