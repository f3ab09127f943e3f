/** What a simulation shows of its course to whoever draws it. Without an observer none of this is kept. Units: picoseconds. */
import type { Plan } from '../mapping/plan.ts';
import type { Program } from '../mapping/program.ts';
import type { Step } from '../mapping/steps.ts';
import type { Phase } from '../trace/operation.ts';
import type { Schedule } from './controller/executor.ts';
import type { Stall } from './controller/stalls.ts';
import type { ChannelLog, RefreshWindow } from './dram/channel-log.ts';

/** One step as it ran; times count from the beginning of its phase. */
export interface StepRecord {
  readonly step: Step;
  readonly program: Program;
  readonly schedule: Schedule;
  /** In no order. */
  readonly stalls: readonly Stall[];
  /** When the parts of transfers were done and which refreshes were sent; valid until the observer returns. */
  readonly channels: ChannelLog;
  readonly fromPs: number;
  readonly toPs: number;
}

export interface TimelineObserver {
  /** Before anything is simulated; an error thrown here refuses the run. */
  plan(plan: Plan): void;
  /** A phase begins, so long after the beginning of the first one. */
  phase(phase: Phase, beginPs: number): void;
  step(record: StepRecord): void;
  /** After the last step of a phase: its last writes are sent from `fromPs` to `toPs`. */
  flush(fromPs: number, toPs: number, refreshes: Iterable<RefreshWindow>): void;
}
