/**
 * What one piece of work costs its unit: cycles and counted actions. Computed once for each size of work; the
 * controller only adds up how often each occurred.
 */
import type { BufferName } from '../hardware/machine.ts';
import type { Action, Component } from './ledger.ts';

export interface CountedAction {
  readonly component: Component;
  readonly action: Action;
  readonly count: number;
}

/** `component` did `action` `count` times. */
export function counted(component: Component, action: Action, count: number): CountedAction {
  return { component, action, count };
}

/** Bits that a piece of work moves through the ports of a buffer. */
export interface PortDemand {
  readonly buffer: BufferName;
  readonly readBits: number;
  readonly writeBits: number;
}

/** What a unit needs before SRAM ports are considered. */
export interface UnitCost {
  /** Cycles from the first operand to the last result, inclusive, with memory ideal. */
  readonly cycles: number;
  /** The part of `cycles` in which results only leave the array, after the last of them is there. */
  readonly readoutCycles: number;
  /** Multiply-adds (select-adds) of the work, before any skipping. */
  readonly multiplyAdds: number;
  /** Sum over cycles of the lanes that did useful work: those that were skipped took none. */
  readonly laneCycles: number;
  readonly demands: readonly PortDemand[];
  readonly actions: readonly CountedAction[];
}

/** A unit's cost with the buffers of the machine behind it. */
export interface WorkCost {
  /** Cycles with stalls. */
  readonly cycles: number;
  readonly stallCycles: number;
  readonly readoutCycles: number;
  readonly multiplyAdds: number;
  readonly laneCycles: number;
  readonly actions: readonly CountedAction[];
}
