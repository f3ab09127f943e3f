/** What lowering one operation can see and leave behind. */
import type { Machine } from '../../hardware/machine.ts';
import type { AddressMap } from '../address-map.ts';
import type { CommandSink } from '../program.ts';
import type { Span } from '../stages.ts';
import type { PlannedStep } from '../planned-step.ts';
import type { Step } from '../steps.ts';
import type { Graph } from '../tensors.ts';
import { SLOTS, type Tiling } from '../tiling.ts';
import type { SpillLog } from './spill.ts';

/** What all chunks of a step share. */
export interface StepContext {
  readonly machine: Machine;
  readonly graph: Graph;
  readonly whole: PlannedStep;
  readonly addresses: AddressMap;
  readonly tilings: ReadonlyMap<string, Tiling>;
  /** Token id of a row of the phase. */
  readonly idOf: (row: number) => number;
  readonly builder: CommandSink;
  readonly weightSlots: SlotRing;
  readonly accumulatorSlots: SlotRing;
  readonly operandSlots: SlotRing;
  /** Tiles of results on their way to DRAM. */
  readonly stagingSlots: SlotRing;
  readonly spills: SpillLog;
}

/** A chunk of a step in one of its stages. */
export interface LoweringContext extends StepContext {
  readonly stage: Span;
  readonly step: Step;
  /** Commands after which the chunk's part of the activation buffer is free. */
  readonly free: readonly number[];
  /** Commands that finish an operation, by its name: those that read its result wait for them. */
  readonly finished: Map<string, readonly number[]>;
}

/** The commands after which the results named in `after` are there. */
export function producers(context: LoweringContext, after: readonly string[]): number[] {
  return after.flatMap((name) => context.finished.get(name) ?? []);
}

/** The slots of a double-buffered SRAM, used in turn: who refills one waits for the command that read it last. */
export class SlotRing {
  readonly #lastReader: number[] = Array.from({ length: SLOTS }, () => -1);
  #next = 0;

  /** The command to wait for before the next slot may be written, or −1. */
  get freeAfter(): number {
    return this.#lastReader[this.#next]!;
  }

  /** The next slot is taken; `reader` is the last command to read it. */
  take(reader: number): void {
    this.#lastReader[this.#next] = reader;
    this.#next = (this.#next + 1) % SLOTS;
  }
}
